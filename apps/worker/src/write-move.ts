import type { Logger } from "@surefill/runtime";
import type { HoldReason, Move, QueueName, TopupRecord } from "@surefill/topup";
import type { Ledger, Moved } from "@surefill/topup-store";
import type { LedgerTime } from "./ledger-time.js";
import type { Alarms, JobResult } from "./queue/alarms.js";

/** What writing a move needs. */
export type MoveWriter = { ledger: Ledger; alarms: Alarms; log: Logger };

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

/**
 * Writes a decision into the ledger, then sets the next alarm: on the job at hand where it is of the right queue,
 * as a new job where it is not. The ledger comes first, so that a crash in between leaves an overdue record, which
 * the sweeper finds, and never an alarm without a truth behind it.
 */
export async function writeMove(
  parts: MoveWriter,
  record: TopupRecord,
  move: Move,
  context: { inQueue: QueueName; now: LedgerTime },
): Promise<{ moved: Moved; result: JobResult }> {
  const moved = await parts.ledger.move(record, move);
  if (moved.kind !== "moved") return { moved, result: { do: "finish" } };
  logMoved(parts.log, record, move);
  const { dueAtMs } = moved;
  if (dueAtMs === undefined) return { moved, result: { do: "finish" } };

  const { reference, fence } = record;
  const attempt = move.patch.attempt ?? record.attempt;
  const queue = queueFor(move.to, move.patch.holdReason ?? (move.to === record.state ? record.holdReason : undefined));
  if (queue === undefined) throw new TypeError(`a ${move.to} top-up has no alarm`);
  const delayMs = dueAtMs - context.now();
  if (queue === context.inQueue && attempt === record.attempt) return { moved, result: { do: "ring-again", delayMs } };
  await parts.alarms.ring(queue, { reference, attempt, fence }, delayMs);
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
