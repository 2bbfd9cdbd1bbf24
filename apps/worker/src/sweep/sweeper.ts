import type { Chance, Clock } from "@surefill/runtime";
import { jobIdOf, type Timings, type TopupRecord } from "@surefill/topup";
import { expireLease } from "../expire-lease.js";
import { ledgerTimeFrom } from "../ledger-time.js";
import type { Metrics } from "../metrics.js";
import { type MoveWriter, queueFor, writeMove } from "../write-move.js";

export type SweepParts = MoveWriter & {
  clock: Clock;
  chance: Chance;
  timings: Timings;
  metrics: Metrics;
  /** A record is overdue when its alarm should have rung this long ago. */
  lateMs: number;
};

/** Records looked at in one pass; the next pass takes the next ones. */
const PASS_RECORDS_MAX = 500;

/**
 * Looks at every open record whose alarm is overdue, and sets a new alarm from the ledger alone. This is what makes
 * losing a job, or all of them, harmless. Several workers may sweep at once. Answers how many alarms were replaced.
 */
export async function sweep(parts: SweepParts): Promise<number> {
  const references = await parts.ledger.overdue(parts.lateMs, PASS_RECORDS_MAX);
  const records = await parts.ledger.records(references);
  const replaced = await Promise.all(records.map((record) => rescue(parts, record)));
  const count = replaced.filter(Boolean).length;
  if (count > 0) {
    parts.metrics.sweptUp(count);
    parts.log.warn({ overdue: records.length, replaced: count }, "overdue top-ups got a new alarm");
  }
  return count;
}

async function rescue(parts: SweepParts, record: TopupRecord): Promise<boolean> {
  const { reference, attempt, fence, version } = record;
  const now = ledgerTimeFrom(parts.clock, await parts.ledger.nowMs());
  if (record.state === "submitting") {
    // Overdue means that the lease is over.
    const move = expireLease(record, { nowMs: now(), random: parts.chance.random, timings: parts.timings });
    const { moved } = await writeMove(parts, record, move, { inQueue: "submit", now });
    return moved.kind === "moved";
  }
  const queue = queueFor(record.state, record.holdReason);
  if (queue === undefined) return false;
  const jobId = jobIdOf(queue, { reference, attempt, fence });
  const found = await parts.alarms.find(queue, jobId);
  // Looks again after the same time, should this alarm get lost too. Another worker's sweep finds it changed.
  if (!(await parts.ledger.ring(record, now() + parts.lateMs / 2))) return false;
  if (found === "waiting") return false; // It will be heard when its turn comes; the queue is behind.
  if (found === "delayed") {
    await parts.alarms.hurry(queue, jobId);
    return false;
  }
  // Gone, or "active" in the hands of a worker that never got it: a live one would have moved the record on by now.
  await parts.alarms.ring(queue, { reference, attempt, fence, again: version }, 0);
  return true;
}
