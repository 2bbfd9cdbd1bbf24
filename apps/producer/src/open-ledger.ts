import { hostname } from "node:os";
import { reloadlyAccountOf } from "@surefill/reloadly-client";
import { type Closers, type Logger, openStateLog, type RedisClient, systemClock, systemIds } from "@surefill/runtime";
import { Ledger, LedgerWatch, witnessedIn } from "@surefill/topup-store";
import type { ProducerConfig } from "./config.js";
import { type DecisionJournal, decisionJournal } from "./decision-journal.js";

const WATCH_INTERVAL_MS = 1_000;

/**
 * Opens the ledger with what processes of this machine knew of it, and watches from then on whether Redis keeps what
 * it acknowledges. What this process learns of the ledger it writes down for the ones after it, and what people decide.
 */
export async function openLedger(
  redis: RedisClient,
  config: ProducerConfig,
  { log, closers, budgetMs }: { log: Logger; closers: Closers; budgetMs: number },
): Promise<{ ledger: Ledger; journal: DecisionJournal }> {
  const state = await openStateLog(config, { process: "producer", clock: systemClock, ids: systemIds });
  closers.add("state log", { budgetMs, close: () => state.log.close() });
  const ledger = await Ledger.open(redis, {
    prefix: config.REDIS_PREFIX,
    processId: systemIds.uuidv7().slice(-12),
    known: witnessedIn(state.lastLines),
    stateFolder: { id: state.folderId, label: `producer on ${hostname()} (STATE_DIR ${config.STATE_DIR})` },
    account: reloadlyAccountOf(config),
  });
  const watch = new LedgerWatch({
    ledger,
    log: state.log,
    readLastLines: state.readLastLines,
    nowMs: () => systemClock.nowMs(),
    onChange: (lost) => {
      if (lost?.loss === "rebound")
        log.error({ err: lost }, "the ledger was given to another account: nothing is accepted");
      else if (lost !== undefined)
        log.error({ err: lost }, "the ledger has lost data: nothing is accepted until it is rebuilt");
      else log.warn({ epoch: ledger.witness.epoch }, "the ledger is whole again");
    },
    onComparing: (comparing) => {
      if (comparing !== undefined) log.error({ err: comparing }, "Redis is another server: nothing is accepted yet");
      else log.warn({ server: ledger.witness.server }, "what was known of the ledger is all there: work continues");
    },
    onUnwritable: (err) => log.error({ err }, "STATE_DIR takes no writes: what is known of the ledger is not kept"),
  });
  await watch.look();
  const stopped = new AbortController();
  const watching = keepLooking(watch, log, stopped.signal);
  closers.add("ledger watch", {
    budgetMs,
    close: async () => {
      stopped.abort();
      await watching;
      await watch.leave();
    },
  });
  return { ledger, journal: decisionJournal({ ledger, log: state.log, clock: systemClock, ids: systemIds }) };
}

async function keepLooking(watch: LedgerWatch, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await watch.look().catch((err: unknown) => log.error({ err }, "the ledger could not be checked"));
    await systemClock.sleep(WATCH_INTERVAL_MS, signal).catch(() => undefined);
  }
}
