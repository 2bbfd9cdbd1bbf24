import type { Because } from "./because.js";
import type { TopupEventType } from "./events.js";
import type { GateClosing } from "./gates.js";
import type { FailedSeen, HoldReason, LookupTally, Settlement } from "./record.js";
import type { TopupState } from "./states.js";
import type { Timings } from "./timings.js";

/** Fields of a record that a move sets; `null` removes the field. */
export type RecordPatch = {
  attempt?: number;
  operatorId?: number;
  polls?: number;
  interruptions?: number;
  rounds?: number;
  outageRounds?: number;
  unknownSinceMs?: number | null;
  reportLagsSinceMs?: number | null;
  lookups?: number;
  emptyLookups?: LookupTally | null;
  unansweredLookups?: LookupTally | null;
  processingSinceMs?: number | null;
  refusedSinceMs?: number | null;
  holdReason?: HoldReason | null;
  holdUntilMs?: number | null;
  leaseUntilMs?: null;
  identifierUsed?: boolean;
  transactionId?: number | null;
  failedSeen?: readonly FailedSeen[] | null;
  code?: string | null;
  settlement?: Settlement;
  /** The person whose verdict this is, and their reason. Both go into the history of the move, too. */
  resolvedBy?: string;
  resolvedReason?: string;
  /** The name of the API key that the command came with. It goes into history and event, too. */
  commandKey?: string;
  forced?: boolean;
};

/** A decision: where a top-up goes next and what is written with it, in one atomic step. */
export type Move = {
  to: TopupState;
  because: Because;
  patch: RecordPatch;
  /** When the next alarm rings. Absent in final states and in review. */
  dueAtMs?: number;
  /**
   * A gate to close, or to count a failure against. On a move to `held` by that gate, or with the least time that it stays closed, the ledger takes
   * the hold's end from the gate.
   */
  gate?: GateClosing & { holdJitterMs?: number };
  /**
   * The provider asked for fewer requests: all workers together send no more than a part of this many per second, and
   * more again as time passes without such an answer.
   */
  slowDownFrom?: { perSecond: number };
  event?: TopupEventType;
  latencyMs?: number;
};

/**
 * What a decision may depend on besides the record and the answer. `nowMs` is the ledger's time; `sentPerSecond` is how
 * fast this process has sent of late, where it knows.
 */
export type DecisionContext = { nowMs: number; random: () => number; timings: Timings; sentPerSecond?: number };

const EVENT_OF_STATE: Partial<Record<TopupState, TopupEventType>> = {
  succeeded: "topup.succeeded",
  refunded: "topup.refunded",
  failed: "topup.failed",
  rejected: "topup.rejected",
  cancelled: "topup.cancelled",
  review: "topup.review",
};

/** A move to a state where nothing rings any more: final, or review. */
export function endMove(
  to: "succeeded" | "refunded" | "failed" | "rejected" | "cancelled" | "review",
  because: Because,
  patch: RecordPatch = {},
): Move {
  const event = EVENT_OF_STATE[to];
  const move: Move = {
    to,
    because,
    patch: { ...patch, holdReason: null, holdUntilMs: null, leaseUntilMs: null },
  };
  return event === undefined ? move : { ...move, event };
}
