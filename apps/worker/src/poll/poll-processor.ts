import type { Chance, Clock } from "@surefill/runtime";
import {
  afterHold,
  afterLookup,
  afterPoll,
  afterTakenTransaction,
  isSpareJobId,
  type Move,
  type Timings,
  type TopupRecord,
  topupJobSchema,
} from "@surefill/topup";
import { type LedgerTime, ledgerTimeFrom } from "../ledger-time.js";
import { attemptsBefore, lookBack } from "../look-back.js";
import type { TopupMetrics } from "../metrics.js";
import type { Provider } from "../provider.js";
import type { JobResult } from "../queue/alarms.js";
import type { Processor } from "../queue/run-processor.js";
import { type MoveWriter, writeMove } from "../write-move.js";
import { ReportMarks } from "./report-marks.js";

export type PollParts = MoveWriter & {
  provider: Provider;
  clock: Clock;
  chance: Chance;
  timings: Timings;
  metrics: TopupMetrics;
};

/** A job may ring this much before its record is due: clocks of two machines differ by up to two seconds. */
const EARLY_MS_MAX = 5_000;

/** Makes the processor of the poll queue: polls, holds on FAILED, and look-ups of unknown outcomes. */
export function createPollProcessor(parts: PollParts): Processor {
  const marks = new ReportMarks(parts);
  return async ({ id, data }) => {
    const job = topupJobSchema.safeParse(data);
    if (!job.success) return { do: "refuse", reason: "not a job of ours: data must be {reference, attempt}" };
    const { reference, attempt } = job.data;
    const looked = await parts.ledger.look(reference);
    if (looked === undefined) return { do: "refuse", reason: `the ledger has no top-up ${reference}` };
    if (looked.record.attempt !== attempt) return { do: "finish" };
    const now = ledgerTimeFrom(parts.clock, looked.nowMs);
    const earlyMs = earlyMsOf(looked.record) - now();
    if (earlyMs <= 0) return lookAt(parts, marks, looked.record, now);
    // A spare that comes early has a first job beside it, and one alarm is enough. Any other waits for its time.
    return isSpareJobId(id) ? { do: "finish" } : { do: "ring-again", delayMs: earlyMs };
  };
}

/** Before this time, by the ledger's clock, a job has come too early for the record. */
function earlyMsOf({ state, holdReason, dueAtMs = 0, holdUntilMs = 0 }: TopupRecord): number {
  switch (state) {
    case "processing":
    case "unknown":
      return dueAtMs - EARLY_MS_MAX;
    case "held":
      // A hold is never cut short, whatever the clocks say or an alarm was set to.
      return holdReason === "failed" ? Math.max(dueAtMs, holdUntilMs) : 0;
    default:
      return 0;
  }
}

async function lookAt(parts: PollParts, marks: ReportMarks, record: TopupRecord, now: LedgerTime): Promise<JobResult> {
  switch (record.state) {
    case "processing":
      return poll(parts, record, afterPoll, now);
    case "unknown":
      return lookUp(parts, marks, record, now);
    case "held":
      return record.holdReason === "failed" ? poll(parts, record, afterHold, now) : { do: "finish" };
    default:
      return { do: "finish" };
  }
}

async function poll(
  parts: PollParts,
  record: TopupRecord,
  decide: typeof afterPoll,
  now: LedgerTime,
): Promise<JobResult> {
  const startedMs = parts.clock.monotonicMs();
  const answer = await parts.provider.status(record);
  const latencyMs = parts.clock.monotonicMs() - startedMs;
  parts.metrics.polled(answer);
  const move = decide(record, answer, latencyMs, contextAt(parts, now));
  if (move.to !== "failed") return settle(parts, record, move, now);
  // The last attempt is dead; so must be all the others, before it is said that no money moved.
  const earlier = await lookBack(parts, record, attemptsBefore(record.attempt + 1), now);
  if (earlier.do === "proceed") return settle(parts, record, move, now);
  if (earlier.do === "stop") return settle(parts, record, earlier.move, now);
  const unread = decide(record, { kind: "unreadable", code: "STATUS_NOT_KNOWN" }, latencyMs, contextAt(parts, now));
  return settle(parts, record, unread, now);
}

async function lookUp(parts: PollParts, marks: ReportMarks, record: TopupRecord, now: LedgerTime): Promise<JobResult> {
  // The moment of asking counts, not that of the answer: absence is believed only for a question asked after the
  // quiet period.
  const context = contextAt(parts, now);
  const answer = await marks.lookUp(record, context);
  parts.metrics.lookedUp(answer, context.nowMs);
  // More than one is more than was ordered: every one of them is kept for the person who will decide.
  const rows = answer.kind === "rows" && answer.rows.length > 1 ? answer.rows : [];
  for (const row of rows) await parts.ledger.addEvidence(record.reference, record.attempt, row.transactionId);
  return settle(parts, record, afterLookup(record, answer, context), now);
}

async function settle(parts: PollParts, record: TopupRecord, move: Move, now: LedgerTime): Promise<JobResult> {
  // One hold on FAILED looks like the next, and the transaction that was asked for may be another one by now: what was
  // heard of one must not end another.
  const isTied = record.state === "held" || (record.state === "processing" && move.to !== "processing");
  const context = { inQueue: "poll", now, ...(isTied && { ifVersion: record.version }) } as const;
  const { moved, result } = await writeMove(parts, record, move, context);
  if (moved.kind === "stale") {
    parts.metrics.staleMove();
    // Only evidence was added: what was asked for is to be asked all the same, and this is its alarm.
    return isTied && isSameQuestion(record, moved.record) ? { do: "ring-again", delayMs: 0 } : result;
  }
  if (moved.kind !== "conflict") return result;
  // The report names a transaction that another top-up has.
  const taken = afterTakenTransaction(record, contextAt(parts, now));
  return (await writeMove(parts, record, taken, { inQueue: "poll", now })).result;
}

function isSameQuestion(one: TopupRecord, other: TopupRecord): boolean {
  const isSameTransaction = other.attempt === one.attempt && other.transactionId === one.transactionId;
  return other.state === one.state && isSameTransaction && other.holdUntilMs === one.holdUntilMs;
}

function contextAt(parts: PollParts, now: LedgerTime) {
  return { nowMs: now(), random: parts.chance.random, timings: parts.timings };
}
