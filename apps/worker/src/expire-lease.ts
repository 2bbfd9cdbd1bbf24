import { type DecisionContext, type Move, type TopupRecord, unknownMove } from "@surefill/topup";

/**
 * The claim's worker was lost: its lease is over and it recorded no outcome. Whether it sent is not known. The code
 * names our side, since the provider said nothing.
 */
export function expireLease(record: TopupRecord, context: DecisionContext): Move {
  return unknownMove(record, "lease-expired", "WORKER_LOST", context);
}
