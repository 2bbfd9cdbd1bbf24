import { endMove, type Move } from "./move.js";
import type { TopupRecord } from "./record.js";

/**
 * To a person: a transaction is known that contradicts where the record stands, or where `refused` would have led, a
 * move that the ledger did not make for that reason. A transaction that this move brought is kept.
 */
export function contradictedMove(
  { attempt, transactionId, evidence = [] }: TopupRecord,
  refused?: Pick<Move, "patch">,
): Move {
  const brought = refused?.patch.transactionId ?? undefined;
  const taken = [transactionId, brought].filter((id) => id !== undefined);
  const seen = evidence.filter((one) => one.attempt === attempt).map((one) => one.transactionId);
  const patch = brought === undefined ? {} : { transactionId: brought };
  if (new Set([...taken, ...seen]).size > 1) {
    return endMove("review", "several-transaction-ids", { ...patch, code: "SEVERAL_TRANSACTION_IDS" });
  }
  // An answer to an earlier POST of this attempt came late, and the next POST was refused.
  if (taken.length === 0 && seen.length > 0) {
    return endMove("review", "accepted-by-provider", { code: refused?.patch.code ?? null });
  }
  return endMove("review", "earlier-attempt-may-be-paid", { ...patch, code: "EARLIER_ATTEMPT_MAY_BE_PAID" });
}
