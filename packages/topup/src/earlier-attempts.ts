import { contradictedMove } from "./contradicted-move.js";
import { type DecisionContext, endMove, type Move } from "./move.js";
import type { StatusAnswer } from "./poll-decision.js";
import type { TopupRecord } from "./record.js";

/** `missing`: the provider says that it has no such transaction, although it once named it. */
export type AttemptStatus = StatusAnswer | { kind: "missing" };

/**
 * All that the provider has of some attempts of a top-up, each transaction with its status now. `unreached`: not all of
 * it could be had, which proves nothing.
 */
export type AttemptsAnswer =
  | { kind: "shown"; transactions: readonly { attempt: number; transactionId: number; status: AttemptStatus }[] }
  | { kind: "unreached"; code: string };

/** `proceed`: every transaction is FAILED or REFUNDED. `wait`: not known now. A move: it stops here. */
export type AttemptsWeighed = { do: "proceed" } | { do: "wait" } | { do: "stop"; move: Move };

/**
 * Decides whether one more attempt may be sent, or the top-up fail, by what the provider has of the attempts before:
 * FAILED is believed after its hold, and may have been taken back since. One that is paid, or may be, is for a person.
 */
export function weighAttempts(
  record: TopupRecord,
  answer: AttemptsAnswer,
  { nowMs, timings }: DecisionContext,
): AttemptsWeighed {
  if (answer.kind === "shown" && answer.transactions.some((one) => isDoubtful(record, one))) {
    return { do: "stop", move: contradictedMove(record) };
  }
  if (answer.kind === "shown" && answer.transactions.every(({ status }) => isDead(status))) return { do: "proceed" };
  if (nowMs - record.enteredAtMs <= timings.UNKNOWN_AGE_MS_MAX) return { do: "wait" };
  return { do: "stop", move: unclearMove(answer) };
}

/** Nobody could tell for as long as an outcome may stay unknown: a person must look. */
function unclearMove(answer: AttemptsAnswer): Move {
  const code = answer.kind === "unreached" ? answer.code : "STATUS_NOT_KNOWN";
  return endMove("review", "earlier-attempt-may-be-paid", { code });
}

type ShownAttempt = { transactionId: number; status: AttemptStatus };

/** FAILED of a transaction that is news was under no hold: the provider may take it back. */
function isDoubtful(record: TopupRecord, { transactionId, status: { kind } }: ShownAttempt): boolean {
  const seen = [record.transactionId, ...(record.evidence ?? []).map((one) => one.transactionId)];
  if (kind === "failed") return !seen.includes(transactionId);
  return kind === "successful" || kind === "processing" || kind === "missing";
}

function isDead({ kind }: AttemptStatus): boolean {
  return kind === "failed" || kind === "refunded";
}
