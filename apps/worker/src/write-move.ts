import type { Logger } from "@surefill/runtime";
import {
  contradictedMove,
  type HoldReason,
  type Move,
  type QueueName,
  rankOf,
  type TopupRecord,
} from "@surefill/topup";
import type { Moved } from "@surefill/topup-store";
import type { WorkerLedger } from "./ledger-port.js";
import type { LedgerTime } from "./ledger-time.js";
import type { Alarms, JobResult } from "./queue/alarms.js";

/** What writing a move needs. */
export type MoveWriter = { ledger: WorkerLedger; alarms: Alarms; log: Logger };

/** The queue whose job looks at a record in this state next; `undefined` when nothing is to be done. */
export function queueFor(state: TopupRecord["state"], holdReason: HoldReason | undefined): QueueName | undefined {
  switch (state) {
    case "queued":
    case "submitting":
      return "submit";
    case "held":
      return holdReason === "failed" ? "poll" : "submit";
    case "unknown":
    case "processing":
      return "poll";
    case "review":
    case "succeeded":
    case "refunded":
    case "failed":
    case "rejected":
    case "cancelled":
      return undefined;
  }
}

export type WriteContext = {
  /** The queue of the job at hand. */
  inQueue: QueueName;
  now: LedgerTime;
  /** One id for all tries to write the same move. */
  operation?: string;
  /** Moves only if nothing at all was written since the record was at this version. */
  ifVersion?: number;
  /** The next alarm is a job of its own: the one at hand may be lost, or the queue had one of that name before. */
  spare?: boolean;
};

/**
 * Writes a decision into the ledger, then sets the next alarm: on the job at hand where it is of the right queue, as a
 * new job where it is not. The ledger comes first, so that a crash in between leaves an overdue record, which the
 * sweeper finds, and never an alarm without a truth behind it. A move that the ledger's evidence contradicts becomes
 * one to a person.
 */
export async function writeMove(
  parts: MoveWriter,
  record: TopupRecord,
  move: Move,
  context: WriteContext,
): Promise<{ moved: Moved; result: JobResult }> {
  const { inQueue, now, operation, ifVersion, spare } = context;
  const moved = await parts.ledger.move(record, move, {
    ...(operation !== undefined && { operation }),
    ...(ifVersion !== undefined && { ifVersion }),
  });
  if (moved.kind === "contradicted")
    return writeMove(parts, moved.record, contradictedMove(moved.record, move), context);
  if (moved.kind !== "moved") return { moved, result: { do: "finish" } };
  logMoved(parts.log, record, move);
  const { dueAtMs, version } = moved;
  if (dueAtMs === undefined) return { moved, result: { do: "finish" } };

  const { reference, fence } = record;
  const attempt = move.patch.attempt ?? record.attempt;
  const holdReason = move.patch.holdReason ?? (move.to === record.state ? record.holdReason : undefined);
  const queue = queueFor(move.to, holdReason);
  if (queue === undefined) throw new TypeError(`a ${move.to} top-up has no alarm`);
  const delayMs = dueAtMs - now();
  // A hold on FAILED gets a job of its own: a board shows when a job was added and how long it waits, and nothing of
  // a job that was delayed again.
  const isNewHold = holdReason === "failed" && record.holdReason !== "failed";
  const staysOnJob = queue === inQueue && attempt === record.attempt && !isNewHold && spare !== true;
  if (staysOnJob) return { moved, result: { do: "ring-again", delayMs } };
  const mark = isNewHold ? { hold: version } : spare ? { spare: version } : undefined;
  await parts.alarms.ring(queue, { reference, attempt, fence, ...(mark && { mark }), ...rankOf(record) }, delayMs);
  return { moved, result: { do: "finish" } };
}

function logMoved(log: Logger, record: TopupRecord, move: Move): void {
  const { reference, state, attempt } = record;
  const { to, because, patch, latencyMs } = move;
  const fields = { reference, attempt, from: state, to, because, code: patch.code, latencyMs };
  if (to === "review") log.warn(fields, "top-up needs a person");
  else if (to === state) log.debug(fields, "top-up looked at");
  else log.info(fields, "top-up moved");
}
