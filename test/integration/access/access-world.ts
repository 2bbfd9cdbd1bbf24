/** A producer with people and keys of every kind, on a real Redis, called over real HTTP. */
import { type AuditDraft, hashPassword, newSecret, type Role } from "@surefill/access";
import { AccessKeys, type AskedAccessKey, AuditLog, makeAccessKey, People } from "@surefill/topup-store";
import {
  type Answer,
  type CallOptions,
  type ProducerUnderTest,
  startProducerUnderTest,
} from "../producer/running-producer.js";

export const PASSWORD = "correct horse battery";

/** Somebody's cookie, with what a browser sends beside it. */
export type Cookie = { cookie: string; origin: string };

export type AccessWorld = ProducerUnderTest & {
  auditLog: AuditLog;
  accessKeys: AccessKeys;
  people: People;
  /** Adds a person as the command line does. */
  addPerson: (user: string, roles: readonly Role[]) => Promise<void>;
  /** Makes a key as the command line does; the times may be in the past. */
  addKey: (asked: AskedAccessKey & { expiresAtMs?: number }) => Promise<{ secret: string; id: string }>;
  /** Signs in over HTTP. */
  signIn: (user: string, password?: string) => Promise<Answer>;
  /** Signs in, and answers what a browser sends from then on. */
  browserOf: (user: string) => Promise<Cookie>;
  /** Asks as somebody who has signed in. */
  as: (browser: Cookie, method: string, path: string, options?: CallOptions) => Promise<Answer>;
};

/** What the command line writes into the audit log. */
export const BY_COMMAND_LINE: AuditDraft = {
  action: "person.added",
  phase: "done",
  by: { kind: "command-line", name: "test" },
  address: null,
  requestId: null,
  target: null,
  before: null,
  after: null,
  result: "ok",
};

export async function startAccessWorld(settings: Record<string, string> = {}): Promise<AccessWorld> {
  const producer = await startProducerUnderTest({ settings });
  const { client } = producer.redis;
  const { prefix } = producer.redis;
  const { witness } = producer.ledger;
  const auditLog = new AuditLog(client, { prefix, witness, keptMs: 86_400_000 });
  const accessKeys = new AccessKeys(client, { prefix, audit: auditLog });
  const people = new People(client, { prefix, audit: auditLog });
  const hash = await hashPassword(PASSWORD);

  async function signIn(user: string, password = PASSWORD): Promise<Answer> {
    return producer.call("POST", "/v1/session", { key: null, json: { user, password } });
  }

  return {
    ...producer,
    auditLog,
    accessKeys,
    people,
    signIn,
    async addPerson(user, roles) {
      const person = { user, roles, createdBy: "test", password: hash, sessions: newSecret() };
      const answer = await people.add(person, BY_COMMAND_LINE);
      if (answer !== "done") throw new Error(answer);
    },
    async addKey({ expiresAtMs, ...asked }) {
      const { secret, kept } = makeAccessKey(asked);
      const key = { ...kept, createdBy: "test", ...(expiresAtMs !== undefined && { expiresAtMs }) };
      const answer = await accessKeys.create(key, { ...BY_COMMAND_LINE, action: "key.created" });
      if (answer !== "done") throw new Error(answer);
      return { secret, id: kept.id };
    },
    async browserOf(user) {
      const answer = await signIn(user);
      if (answer.status !== 200) throw new Error(`${user} could not sign in: ${answer.text}`);
      const [cookie = ""] = (answer.headers.get("set-cookie") ?? "").split(";");
      return { cookie, origin: producer.url };
    },
    as: (browser, method, path, options = {}) =>
      producer.call(method, path, { ...options, key: null, headers: { ...browser, ...options.headers } }),
  };
}
