import type { Chance, Clock } from "@surefill/runtime";
import { jobIdOf, rankOf, type Timings, type TopupRecord } from "@surefill/topup";
import { expireLease } from "../expire-lease.js";
import { type LedgerTime, ledgerTimeFrom } from "../ledger-time.js";
import type { TopupMetrics } from "../metrics.js";
import { type MoveWriter, queueFor, writeMove } from "../write-move.js";

export type SweepParts = MoveWriter & {
  clock: Clock;
  chance: Chance;
  timings: Timings;
  metrics: TopupMetrics;
  /** A record is overdue when its alarm should have rung this long ago. */
  lateMs: number;
};

/** Records looked at in one pass; the next pass takes the next ones. */
const PASS_RECORDS_MAX = 500;

/**
 * Looks at every open record whose alarm is overdue, and sets a new alarm from the ledger alone. This is what makes
 * losing a job, or all of them, harmless. Several workers may sweep at once. Answers how many alarms were replaced.
 * A record that cannot be looked at is logged and does not stop the others.
 */
export async function sweep(parts: SweepParts): Promise<number> {
  const references = await parts.ledger.overdue(parts.lateMs, PASS_RECORDS_MAX);
  const rescued = await Promise.allSettled(references.map((reference) => rescue(parts, reference)));
  for (const [index, result] of rescued.entries()) {
    if (result.status === "fulfilled") continue;
    parts.log.error({ reference: references[index], err: result.reason }, "overdue top-up could not be looked at");
  }
  const count = rescued.filter((result) => result.status === "fulfilled" && result.value).length;
  if (count > 0) {
    parts.metrics.sweptUp(count);
    parts.log.warn({ overdue: references.length, replaced: count }, "overdue top-ups got a new alarm");
  }
  return count;
}

async function rescue(parts: SweepParts, reference: string): Promise<boolean> {
  const looked = await parts.ledger.look(reference);
  if (looked === undefined) return false;
  const { record } = looked;
  const now = ledgerTimeFrom(parts.clock, looked.nowMs);
  // Somebody may have looked at it since it was listed: a new hold or a new lease is not ours to end.
  if (record.dueAtMs === undefined || record.dueAtMs > looked.nowMs - parts.lateMs) return false;
  if (record.state === "submitting") {
    // What is overdue is its lease.
    const move = expireLease(record, { nowMs: now(), random: parts.chance.random, timings: parts.timings });
    const { moved } = await writeMove(parts, record, move, { inQueue: "submit", now });
    return moved.kind === "moved";
  }
  return replaceAlarm(parts, record, now);
}

async function replaceAlarm(parts: SweepParts, record: TopupRecord, now: LedgerTime): Promise<boolean> {
  const { attempt, fence, version } = record;
  const job = { reference: record.reference, attempt, fence, ...rankOf(record) };
  const queue = queueFor(record.state, record.holdReason);
  if (queue === undefined) return false;
  const jobId = jobIdOf(queue, job);
  const found = await parts.alarms.find(queue, jobId);
  // Due now, so that whoever hears the alarm acts on it, and overdue again should it get lost too. Where another
  // worker's sweep was first this fails.
  if (!(await parts.ledger.ring(record, now()))) return false;
  switch (found) {
    case "waiting":
      return false; // It will be heard when its turn comes; the queue is behind.
    case "delayed":
      await parts.alarms.hurry(queue, jobId);
      return false;
    // Gone, or "active" in the hands of a worker that never got it: a live one would have moved the record on by now.
    case "active":
    case "gone":
      await parts.alarms.ring(queue, { ...job, mark: { spare: version } }, 0);
      return true;
  }
}
