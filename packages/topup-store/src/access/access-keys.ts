import { type AuditDraft, isPermission, type Permission } from "@surefill/access";
import type { Redis } from "ioredis";
import { LedgerCorruptError } from "../errors.js";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import type { RecordFields } from "../record-codec.js";
import { answered, asLedgerError, ledgerTime, script } from "../script-runner.js";
import { CREATE_ACCESS_KEY, REVOKE_ACCESS_KEY } from "./access-key-scripts.js";
import type { AuditLog } from "./audit-log.js";

const scripts = { create: script(CREATE_ACCESS_KEY), revoke: script(REVOKE_ACCESS_KEY) };

/** A list is one page, and every one is looked at when it is made: so there is an end to them, revoked ones included. */
export const ACCESS_KEYS_MAX = 1_000;

/** What a key is made with. */
export type NewAccessKey = {
  name: string;
  permissions: readonly Permission[];
  /** Whether it reads, sends and withdraws only top-ups that came with it. */
  own: boolean;
  /** The labels of which its top-ups must have one; absent where it is not bound to any. */
  campaigns?: readonly string[];
  /** Decimal text in the account's currency: what may be accepted from it in one day (UTC). */
  amountPerDayMax?: string;
  /** How many of its requests may be under way at a time in one producer. */
  requestsMax?: number;
  expiresAtMs?: number;
};

/** A key of a program as it is kept. The key itself is kept nowhere. */
export type AccessKey = NewAccessKey & {
  id: string;
  createdAtMs: number;
  createdBy: string;
  revokedAtMs?: number;
  revokedBy?: string;
};

/**
 * The keys of programs. Each is kept under a part of its SHA-256, so that the key that a request shows is found by one
 * read. Changes are written into the audit log in the same step.
 */
export class AccessKeys {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #audit: AuditLog;

  constructor(redis: Redis, { prefix, audit }: { prefix: string; audit: AuditLog }) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#audit = audit;
  }

  /** Stores a key by its digest. `exists` where a key in force has its name, `full` at `ACCESS_KEYS_MAX`. */
  async create(
    { id, digest, createdBy, ...key }: NewAccessKey & { id: string; digest: string; createdBy: string },
    draft: AuditDraft,
  ): Promise<"done" | "exists" | "full"> {
    const pairs = Object.entries({ ...encodeKey(key), digest, createdBy }).flat();
    const args = [id, key.name, String(ACCESS_KEYS_MAX), ...pairs];
    const [answer] = await this.#audit.change({
      script: scripts.create,
      key: this.#keys.accessKey(id),
      args,
      draft,
    });
    return answer as "done" | "exists" | "full";
  }

  /** Takes a key out of force for good. `revoked` where it was so before. */
  async revoke(id: string, by: string, draft: AuditDraft): Promise<"done" | "missing" | "revoked"> {
    const change = { script: scripts.revoke, key: this.#keys.accessKey(id), args: [id, by], draft };
    const [answer] = await this.#audit.change(change);
    return answer as "done" | "missing" | "revoked";
  }

  /** One key with the digest that it is known by. */
  async get(id: string): Promise<{ key: AccessKey; digest: string } | undefined> {
    const fields = (await answered(this.#redis.hgetall(this.#keys.accessKey(id)))) as RecordFields;
    if (fields.name === undefined) return undefined;
    return { key: decodeKey(id, fields), digest: fields.digest ?? "" };
  }

  /** All keys, those that are not in force any more among them, newest first. */
  async list(): Promise<AccessKey[]> {
    const ids = await answered(this.#redis.zrange(this.#keys.accessKeys, "0", "-1"));
    if (ids.length === 0) return [];
    const pipeline = this.#redis.pipeline();
    for (const id of ids) pipeline.hgetall(this.#keys.accessKey(id));
    const answers = (await answered(pipeline.exec())) ?? [];
    const found = ids.flatMap((id, index) => {
      const [error, fields] = answers[index] ?? [];
      if (error) throw asLedgerError(error);
      const known = (fields ?? {}) as RecordFields;
      return known.name === undefined ? [] : [decodeKey(id, known)];
    });
    return found.reverse();
  }

  /** The ledger's time in milliseconds. */
  nowMs(): Promise<number> {
    return ledgerTime(this.#redis, "");
  }
}

/** Whether a key is in force at a moment. */
export function isInForce({ revokedAtMs, expiresAtMs }: AccessKey, nowMs: number): boolean {
  return revokedAtMs === undefined && (expiresAtMs === undefined || nowMs < expiresAtMs);
}

function encodeKey(key: NewAccessKey): RecordFields {
  const { name, permissions, own, campaigns, amountPerDayMax, requestsMax, expiresAtMs } = key;
  return {
    name,
    permissions: permissions.join(" "),
    ...(own && { own: "1" }),
    ...(campaigns !== undefined && { campaigns: campaigns.join(" ") }),
    ...(amountPerDayMax !== undefined && { amountPerDayMax }),
    ...(requestsMax !== undefined && { requestsMax: String(requestsMax) }),
    ...(expiresAtMs !== undefined && { expiresAt: String(expiresAtMs) }),
  };
}

function decodeKey(id: string, fields: RecordFields): AccessKey {
  const { name, permissions, createdAt, createdBy, campaigns, amountPerDayMax, revokedBy } = fields;
  if (name === undefined || permissions === undefined || createdAt === undefined || createdBy === undefined) {
    throw new LedgerCorruptError("a key of a program does not have the fields this version writes");
  }
  return {
    id,
    name,
    permissions: permissions.split(" ").filter(isPermission),
    own: fields.own === "1",
    ...(campaigns !== undefined && { campaigns: campaigns.split(" ") }),
    ...(amountPerDayMax !== undefined && { amountPerDayMax }),
    ...(fields.requestsMax !== undefined && { requestsMax: Number(fields.requestsMax) }),
    ...(fields.expiresAt !== undefined && { expiresAtMs: Number(fields.expiresAt) }),
    createdAtMs: Number(createdAt),
    createdBy,
    ...(fields.revokedAt !== undefined && { revokedAtMs: Number(fields.revokedAt) }),
    ...(revokedBy !== undefined && { revokedBy }),
  };
}
