import type { Redis } from "ioredis";
import { LedgerCorruptError } from "./errors.js";
import { ledgerKeys } from "./keys.js";
import { answered, script, scriptRunner } from "./script-runner.js";
import { REOPEN } from "./server-change-lua.js";

const reopenScript = script(REOPEN, "watches");

/** A ledger that is closed since Redis became another server. */
export type Comparison = {
  /** When the change was noticed, by the ledger's clock, in milliseconds. */
  sinceMs: number;
  /** The replication id of the Redis that holds the ledger now. */
  server: string;
  /** Whether a process has answered that knew the ledger before the change. */
  isKnown: boolean;
  /** The processes that have not been compared, as people know them. */
  awaited: readonly string[];
};

/** What came of opening a ledger by hand. `open`: it was not closed for this. */
export type Reopened = "none" | "lost" | "open" | "opened";

/** What a ledger waits for that is closed since Redis became another server; `undefined` where it is not. */
export async function comparisonOf(redis: Redis, prefix: string): Promise<Comparison | undefined> {
  const keys = ledgerKeys(prefix);
  const [since, server] = await answered(redis.hmget(keys.meta, "comparing", "server"));
  if (since === null || since === undefined) return undefined;
  const { "+known": known, ...processes } = await answered(redis.hgetall(keys.comparison));
  const awaited = Object.values(processes).flatMap((entry) => {
    const [state, , , ...label] = entry.split("|");
    return state === "awaited" ? [label.join("|")] : [];
  });
  return {
    sinceMs: Number(since),
    server: server ?? "",
    isKnown: known !== undefined,
    awaited: awaited.toSorted(),
  };
}

/** A person opens the ledger though not everybody was compared; who and why is kept beside the ledger. */
export async function reopenLedger(
  redis: Redis,
  { prefix, by, reason }: { prefix: string; by: string; reason: string },
): Promise<Reopened> {
  const { meta, base } = ledgerKeys(prefix);
  const answer = await scriptRunner(redis, undefined)(reopenScript, meta, ["", base, by, reason]);
  switch (answer) {
    case "none":
    case "lost":
    case "open":
    case "opened":
      return answer;
    default:
      throw new LedgerCorruptError(`opening the ledger was answered with "${String(answer)}"`);
  }
}
