import type { Chance, Clock } from "@surefill/runtime";
import {
  acceptedMove,
  endMove,
  isFinal,
  type Move,
  type SubmitOutcome,
  type Timings,
  type TopupRecord,
} from "@surefill/topup";
import { LedgerUnavailableError } from "@surefill/topup-store";
import type { LedgerTime } from "../ledger-time.js";
import type { TopupMetrics } from "../metrics.js";
import type { JobResult } from "../queue/alarms.js";
import { type MoveWriter, writeMove } from "../write-move.js";

type RecordParts = MoveWriter & {
  clock: Clock;
  chance: Chance;
  timings: Timings;
  metrics: TopupMetrics;
  /** Aborts when the process has no time left. */
  stopped: AbortSignal;
};

/** Between two tries to write an answer down while Redis is away. */
const RETRY_DELAY_MS = 500;

/**
 * Writes down what came of a POST. The answer exists nowhere else, so while Redis is away this is tried again until
 * the lease ends; after that a look-up at the provider will find out.
 */
export async function recordOutcome(
  parts: RecordParts,
  record: TopupRecord,
  outcome: SubmitOutcome,
  move: Move,
  now: LedgerTime,
): Promise<JobResult> {
  // The same id for every try: a move whose answer was lost is then seen to be made, and rung for.
  const operation = parts.ledger.newOperation();
  // Who was too late to send may have stood still for longer than its lock on the job lasts.
  const spare = outcome.kind === "not-sent" && outcome.cause === "too-late";
  for (let tries = 1; ; tries += 1) {
    try {
      const { moved, result } = await writeMove(parts, record, move, { inQueue: "submit", now, operation, spare });
      if (moved.kind === "moved" || moved.kind === "missing") return result;
      if (outcome.kind === "accepted") await keepLateAnswer(parts, record, outcome.transactionId, now);
      else parts.metrics.staleMove();
      return result;
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError) || now() > (record.leaseUntilMs ?? 0)) throw error;
      // A process that stood still finds its question timed out: the first new one is answered at once.
      if (tries > 1) await parts.clock.sleep(RETRY_DELAY_MS, parts.stopped);
    }
  }
}

/**
 * The provider accepted, but the record has moved on without us. The transactionId is evidence and is kept whatever
 * happened. Where the record still waits to learn what became of this very attempt, it is the answer.
 */
async function keepLateAnswer(
  parts: RecordParts,
  record: TopupRecord,
  transactionId: number,
  now: LedgerTime,
): Promise<void> {
  const looked = await parts.ledger.addEvidence(record.reference, record.attempt, transactionId);
  parts.metrics.staleMove();
  if (looked === undefined) return;
  const current = looked.record;
  const { reference } = current;
  parts.log.warn({ reference, attempt: record.attempt, state: current.state }, "answer came after the claim was over");
  if (current.attempt !== record.attempt || isFinal(current.state) || current.state === "review") return;
  if (current.transactionId === transactionId) return;
  if (current.transactionId === undefined) {
    const context = { nowMs: looked.nowMs, random: parts.chance.random, timings: parts.timings };
    const accepted = acceptedMove(transactionId, "accepted-by-provider", context);
    const { moved } = await writeMove(parts, current, accepted, { inQueue: "submit", now, spare: true });
    if (moved.kind !== "conflict") return;
  }
  // Two ids for one attempt, or one id for two top-ups: no rule tells which is right.
  const review = endMove("review", "several-transaction-ids", { code: "SEVERAL_TRANSACTION_IDS" });
  await writeMove(parts, current, review, { inQueue: "submit", now });
}
