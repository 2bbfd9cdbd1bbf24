import {
  type AuditDraft,
  isRole,
  type PasswordHash,
  passwordHashSchema,
  passwordHashText,
  type Role,
} from "@surefill/access";
import type { Redis } from "ioredis";
import { LedgerCorruptError } from "../errors.js";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import type { RecordFields } from "../record-codec.js";
import { answered, asLedgerError, script } from "../script-runner.js";
import type { AuditLog } from "./audit-log.js";
import { ADD_PERSON, CHANGE_PERSON, REMOVE_PERSON } from "./people-scripts.js";

const scripts = { add: script(ADD_PERSON), change: script(CHANGE_PERSON), remove: script(REMOVE_PERSON) };

/** A list is one page. */
export const PEOPLE_MAX = 1_000;

/** Somebody who signs in. */
export type Person = {
  user: string;
  roles: readonly Role[];
  createdAtMs: number;
  createdBy: string;
  /** Grows with every change. */
  version: number;
};

/** What signing in needs. `sessions` names all sessions of the person as they are: with another one they are over. */
export type PersonSecrets = { password: PasswordHash; sessions: string };

/** A change. `sessions`: a new random text, which ends every session. */
export type PersonChange = { roles?: readonly Role[]; password?: PasswordHash; sessions?: string };

/** What came of a change. `raced`: the person was changed since it was read. */
export type PersonChanged = "done" | "missing" | "raced" | "last-administrator";

/** The people who may sign in. Changes are written into the audit log in the same step. */
export class People {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #audit: AuditLog;

  constructor(redis: Redis, { prefix, audit }: { prefix: string; audit: AuditLog }) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#audit = audit;
  }

  /** Adds somebody. */
  async add(
    person: Pick<Person, "user" | "roles" | "createdBy"> & PersonSecrets,
    draft: AuditDraft,
  ): Promise<"done" | "exists" | "full"> {
    const { user, roles, createdBy, password, sessions } = person;
    const pairs = Object.entries({ ...encodeChange({ roles, password, sessions }), createdBy }).flat();
    const args = [user, String(PEOPLE_MAX), ...pairs];
    const [answer] = await this.#audit.change({ script: scripts.add, key: this.#keys.person(user), args, draft });
    return answer as "done" | "exists" | "full";
  }

  /** Changes somebody as it was read. */
  async change(before: Person, change: PersonChange, draft: AuditDraft): Promise<PersonChanged> {
    const { user, roles, version } = before;
    const isDemoted = change.roles !== undefined && roles.includes("administrator") && !isAdministrator(change.roles);
    const pairs = Object.entries(encodeChange(change)).flat();
    const args = [user, String(version), isDemoted ? "1" : "0", ...pairs];
    const [answer] = await this.#audit.change({ script: scripts.change, key: this.#keys.person(user), args, draft });
    return answer as PersonChanged;
  }

  /** Removes somebody with every session. */
  async remove(user: string, draft: AuditDraft): Promise<Exclude<PersonChanged, "raced">> {
    const change = { script: scripts.remove, key: this.#keys.person(user), args: [user], draft };
    const [answer] = await this.#audit.change(change);
    return answer as Exclude<PersonChanged, "raced">;
  }

  async get(user: string): Promise<(Person & PersonSecrets) | undefined> {
    const fields = (await answered(this.#redis.hgetall(this.#keys.person(user)))) as RecordFields;
    return fields.version === undefined ? undefined : { ...decodePerson(user, fields), ...decodeSecrets(fields) };
  }

  /** Everybody, in the order of their being added. */
  async list(): Promise<Person[]> {
    const users = await answered(this.#redis.zrange(this.#keys.people, "0", "-1"));
    if (users.length === 0) return [];
    const pipeline = this.#redis.pipeline();
    for (const user of users) pipeline.hgetall(this.#keys.person(user));
    const answers = (await answered(pipeline.exec())) ?? [];
    return users.flatMap((user, index) => {
      const [error, fields] = answers[index] ?? [];
      if (error) throw asLedgerError(error);
      const known = (fields ?? {}) as RecordFields;
      return known.version === undefined ? [] : [decodePerson(user, known)];
    });
  }
}

function isAdministrator(roles: readonly Role[]): boolean {
  return roles.includes("administrator");
}

function encodeChange({ roles, password, sessions }: PersonChange): RecordFields {
  return {
    ...(roles !== undefined && { roles: roles.join(" ") }),
    ...(password !== undefined && { password: passwordHashText(password) }),
    ...(sessions !== undefined && { sessions }),
  };
}

/** Reads a person from its fields; never its secrets. */
export function decodePerson(user: string, fields: RecordFields): Person {
  const { roles, createdAt, createdBy, version } = fields;
  if (roles === undefined || createdAt === undefined || createdBy === undefined || version === undefined) {
    throw new LedgerCorruptError("a person does not have the fields this version writes");
  }
  return {
    user,
    roles: roles.split(" ").filter(isRole),
    createdAtMs: Number(createdAt),
    createdBy,
    version: Number(version),
  };
}

function decodeSecrets({ password, sessions }: RecordFields): PersonSecrets {
  const hash = passwordHashSchema.safeParse(password);
  if (!hash.success || sessions === undefined) throw new LedgerCorruptError("a person has no password");
  return { password: hash.data, sessions };
}
