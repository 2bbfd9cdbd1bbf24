import { type AuditScope, CLOCK_SKEW_MS, type Finding, runAudit } from "@surefill/audit";
import {
  createReloadlyClient,
  type ReloadlyClient,
  reloadlyAccountOf,
  reloadlyEnvironmentOf,
} from "@surefill/reloadly-client";
import { type RedisClient, stateDirectory } from "@surefill/runtime";
import { LedgerReader, readEvents } from "@surefill/topup-store";
import { readTextFile } from "./file-errors.js";
import { readWitnessed } from "./journals.js";
import { openLocalBooks } from "./local-books.js";
import type { Settings, VerifyOptions } from "./verify.js";
import type { Seen } from "./verify-gaps.js";

/** The clocks of one machine are one clock. */
const LOCAL_SKEW_MS = 5_000;

/** Audits the ledger in `redis`; `onFinding` gets each finding as it is made. */
export async function auditLedger(
  redis: RedisClient,
  config: Settings,
  { options, signal }: { options: VerifyOptions; signal: AbortSignal },
  onFinding: (finding: Finding) => void,
): Promise<Seen> {
  // Before the ledger is read, which goes on growing: it must account for all that was acknowledged until now.
  const known = await readWitnessed(stateDirectory(config));
  const client = openClient(config);
  try {
    const ledger = await openLedger(redis, config);
    const scope = await scopeOf(options, config, await ledger.nowMs(), signal);
    const events = (after: string, limit: number) => readEvents(redis, config.REDIS_PREFIX, after, limit);
    const counts = await runAudit({ ledger, client, readEvents: events, timings: config, signal }, scope, onFinding);
    return { scope, counts, loss: await ledger.loss(known), isWitnessed: known.length > 0 };
  } finally {
    await client.close();
  }
}

function openClient(config: Settings): ReloadlyClient {
  return createReloadlyClient({
    environment: reloadlyEnvironmentOf(config),
    clientId: config.RELOADLY_CLIENT_ID,
    clientSecret: config.RELOADLY_CLIENT_SECRET,
    connectionsMax: 4,
  });
}

async function openLedger(redis: RedisClient, config: Settings): Promise<LedgerReader> {
  const prefix = config.REDIS_PREFIX;
  const ledger = await LedgerReader.open(redis, { prefix, account: reloadlyAccountOf(config) });
  if (ledger === undefined) throw new Error(`there is no ledger under REDIS_PREFIX "${prefix}"`);
  return ledger;
}

async function scopeOf(
  options: VerifyOptions,
  config: Settings,
  nowMs: number,
  signal: AbortSignal,
): Promise<AuditScope> {
  const { since, acknowledged } = options;
  const url = config.RELOADLY_URL;
  if (options.books === true && url === undefined) throw new Error("--books is for a local Reloadly");
  return {
    withEvents: true,
    isSettled: options.settled === true,
    foreign: options.foreign,
    clockSkewMs: config.RELOADLY_ENVIRONMENT === "local" ? LOCAL_SKEW_MS : CLOCK_SKEW_MS,
    ...(since !== undefined && { sinceMs: since(nowMs) }),
    ...(acknowledged !== undefined && { acknowledged: await readReferences(acknowledged) }),
    ...(options.books === true && url !== undefined && { books: await openLocalBooks(url, signal) }),
  };
}

async function readReferences(path: string): Promise<string[]> {
  const text = await readTextFile(path);
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
