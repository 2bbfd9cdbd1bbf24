/** What people did to a ledger as a whole, on the command line, where no API key says who it was. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { ledgerKeys } from "./keys.js";
import { answered } from "./script-runner.js";

/**
 * One such change. `by` is what the person said, or else the user of the operating system; absent in changes of versions
 * that did not ask. `about`: the account that it was bound to, how many top-ups were confirmed, or the server.
 */
export type LedgerChange = {
  atMs: number;
  change: "created" | "rebuilt" | "confirmed" | "rebound" | "reopened";
  by?: string;
  reason?: string;
  about?: string;
};

const rebuiltSchema = z.object({ atMs: z.coerce.number(), by: z.string().optional() });
const confirmedSchema = rebuiltSchema.extend({ count: z.coerce.number(), reason: z.string() });
const reboundSchema = rebuiltSchema.extend({ account: z.string(), kind: z.string(), reason: z.string() });
const reopenedSchema = rebuiltSchema.extend({ server: z.string(), reason: z.string() });

/** Every change that is on record, oldest first. Throws `LedgerUnavailableError`. */
export async function ledgerChanges(redis: Redis, prefix: string): Promise<LedgerChange[]> {
  const keys = ledgerKeys(prefix);
  const lines = (key: string) => answered(redis.lrange(key, 0, -1));
  const [created, rebuilt, confirmed, rebound, reopened] = await Promise.all([
    answered(redis.hmget(keys.meta, "createdAt", "createdBy")),
    lines(keys.rebuilds),
    lines(keys.recreatedConfirmations),
    lines(keys.accountChanges),
    lines(keys.serverChanges),
  ]);
  const [createdAt, createdBy] = created;
  const changes: LedgerChange[] = [
    ...(createdAt == null ? [] : [changeOf("created", { atMs: Number(createdAt), by: createdBy ?? undefined })]),
    ...rebuilt.map((line) => changeOf("rebuilt", rebuiltSchema.parse(JSON.parse(line)))),
    ...confirmed.map((line) => {
      const { count, ...told } = confirmedSchema.parse(JSON.parse(line));
      return changeOf("confirmed", { ...told, about: `${count} top-ups` });
    }),
    ...rebound.map((line) => {
      const { account, kind, ...told } = reboundSchema.parse(JSON.parse(line));
      return changeOf("rebound", { ...told, about: `${kind} account, ${account.replace(/:(.{8}).*$/, ":$1")}` });
    }),
    ...reopened.map((line) => {
      const { server, ...told } = reopenedSchema.parse(JSON.parse(line));
      return changeOf("reopened", { ...told, about: `on another server, ${server.slice(0, 8)}` });
    }),
  ];
  return changes.sort((left, right) => left.atMs - right.atMs);
}

type Told = { atMs: number; by?: string | undefined; reason?: string; about?: string };

function changeOf(change: LedgerChange["change"], { atMs, by, reason, about }: Told): LedgerChange {
  return {
    atMs,
    change,
    ...(by && { by }),
    ...(reason !== undefined && { reason }),
    ...(about !== undefined && { about }),
  };
}
