import { hostname } from "node:os";
import { reloadlyAccountOf } from "@surefill/reloadly-client";
import {
  type Closers,
  type Logger,
  openStateLog,
  type RedisClient,
  type StateLog,
  systemClock,
  systemIds,
} from "@surefill/runtime";
import { Ledger, LedgerWatch, witnessedIn } from "@surefill/topup-store";
import type { WorkerConfig } from "../config.js";
import type { Chore } from "../sweep/housekeeping.js";
import { createIntentJournal, type IntentJournal } from "./intent-journal.js";

/** The ledger, the log beside it, and the chore that watches over both. */
export type OpenedLedger = { ledger: Ledger; stateLog: StateLog["log"]; watch: Chore };

/** Just below a second, since rounds vary by a tenth. */
const WATCH_INTERVAL_MS = 900;

/** Opens the ledger with what processes of this machine knew of it, and the log in which this one keeps what it knows. */
export async function openLedger(
  redis: RedisClient,
  config: WorkerConfig,
  { log, closers, budgetMs }: { log: Logger; closers: Closers; budgetMs: number },
): Promise<OpenedLedger> {
  const state = await openStateLog(config, { process: "worker", clock: systemClock, ids: systemIds });
  closers.add("state log", { budgetMs, close: () => state.log.close() });
  const ledger = await Ledger.open(redis, {
    prefix: config.REDIS_PREFIX,
    processId: systemIds.uuidv7().slice(-12),
    known: witnessedIn(state.lastLines),
    stateFolder: {
      id: state.folderId,
      label: `worker on ${hostname()} (STATE_DIR ${config.STATE_DIR})`,
      sendWithinMs: config.SEND_DEADLINE_MS,
    },
    account: reloadlyAccountOf(config),
  });
  const watch = new LedgerWatch({
    ledger,
    log: state.log,
    readLastLines: state.readLastLines,
    nowMs: () => systemClock.nowMs(),
    onChange: (lost) => {
      if (lost?.loss === "rebound")
        log.error({ err: lost }, "the ledger was given to another account: nothing is sent");
      else if (lost !== undefined)
        log.error({ err: lost }, "the ledger has lost data: nothing is sent until it is rebuilt");
      else log.warn({ epoch: ledger.witness.epoch }, "the ledger is whole again: sending goes on");
    },
    onComparing: (comparing) => {
      if (comparing !== undefined) log.error({ err: comparing }, "Redis is another server: nothing is sent yet");
      else log.warn({ server: ledger.witness.server }, "what was known of the ledger is all there: work continues");
    },
    onUnwritable: (err) => log.error({ err }, "STATE_DIR takes no writes: what is known of the ledger is not kept"),
  });
  closers.add("last witness", { budgetMs, close: () => watch.leave() });
  await watch.look();
  return {
    ledger,
    stateLog: state.log,
    watch: { name: "ledger watch", everyMs: WATCH_INTERVAL_MS, run: () => watch.look() },
  };
}

/** The journal of this process, in its state log. */
export function openIntentJournal(
  stateLog: StateLog["log"],
  parts: { ledger: Ledger; config: WorkerConfig; log: Logger; metrics: { journalFailed(): void } },
): IntentJournal {
  const { ledger, config, log, metrics } = parts;
  return createIntentJournal({
    log: stateLog,
    witness: ledger.witness,
    clock: systemClock,
    deadlineMs: config.SEND_DEADLINE_MS,
    logger: log,
    metrics,
  });
}
