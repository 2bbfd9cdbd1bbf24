import {
  identifierOf,
  isAttemptShown,
  isSameTopup,
  mayStillTurn,
  type Timings,
  type TopupRecord,
} from "@surefill/topup";
import { type SeenTransaction, transactionIdsOf } from "../provider.js";

/** What a person says became of a top-up. */
export type Verdict =
  | { verdict: "succeeded"; transactionId: number }
  | { verdict: "refunded" }
  | { verdict: "failed" }
  | { verdict: "resubmit" };

/** Statuses after which the provider keeps no money. Any other word, known or not, may mean that it was paid. */
const WITHOUT_CHARGE: ReadonlySet<string> = new Set(["FAILED", "REFUNDED"]);

/**
 * Says in plain words how what the provider shows contradicts a verdict, or `undefined` when it does not. `found` is
 * everything the provider has of the top-up, and the transaction that the verdict names, if it knows that.
 */
export function contradictionOf(
  record: TopupRecord,
  verdict: Verdict,
  found: readonly SeenTransaction[],
): string | undefined {
  switch (verdict.verdict) {
    case "succeeded":
      return againstSuccess(record, verdict.transactionId, found);
    case "refunded":
      if (!found.some(({ status }) => status === "REFUNDED"))
        return "The provider shows no REFUNDED transaction of it.";
      return againstNoCharge(record, found);
    case "failed":
    case "resubmit":
      return againstNoCharge(record, found);
  }
}

/**
 * Says since when the provider calls a transaction FAILED and from when a verdict may rest on that; `undefined` when
 * none of the record's may be taken back any more, or where the verdict does not rest on them.
 */
export function tooEarlyFor(
  { failedSeen = [] }: TopupRecord,
  { verdict }: Verdict,
  context: { nowMs: number; timings: Pick<Timings, "FAILED_HOLD_MS"> },
): string | undefined {
  const turning = verdict === "succeeded" ? undefined : mayStillTurn(failedSeen, context);
  if (turning === undefined) return undefined;
  const [since, until] = [turning.atMs, turning.untilMs].map((ms) => new Date(ms).toISOString());
  return `The provider is known to call transaction ${turning.transactionId} FAILED since ${since} and may take that back: decide from ${until} on.`;
}

function againstNoCharge(record: TopupRecord, found: readonly SeenTransaction[]): string | undefined {
  const live = found.find(({ status }) => !WITHOUT_CHARGE.has(status));
  if (live !== undefined) {
    return `The provider shows transaction ${live.transactionId} as ${live.status}: it is or may be paid.`;
  }
  const shown = new Set(found.map(({ transactionId }) => transactionId));
  const missing = [...transactionIdsOf(record)].find((transactionId) => !shown.has(transactionId));
  if (missing !== undefined) {
    return `The provider once gave transaction ${missing} and knows nothing of it now: it may be paid.`;
  }
  if (!isHiding(record, found)) return undefined;
  const identifier = identifierOf(record);
  return `The provider says that the customIdentifier ${identifier} is used and shows no transaction with it: it may be paid.`;
}

/**
 * Tells whether the provider has a transaction that it does not show: it refused the current attempt's identifier as
 * used, and nothing of what it shows is of that attempt.
 */
export function isHiding(record: TopupRecord, found: readonly SeenTransaction[]): boolean {
  return record.identifierUsed && !isAttemptShown(record, found);
}

function againstSuccess(
  record: TopupRecord,
  transactionId: number,
  found: readonly SeenTransaction[],
): string | undefined {
  const seen = found.find((one) => one.transactionId === transactionId);
  if (seen === undefined) return `The provider knows no transaction ${transactionId}.`;
  if (seen.status !== "SUCCESSFUL") return `The provider shows transaction ${transactionId} as ${seen.status}.`;
  const { customIdentifier, recipient } = seen;
  if (customIdentifier === null && recipient === null) {
    return `The provider does not tell whose transaction ${transactionId} is.`;
  }
  if (customIdentifier !== null && !identifiersOf(record).has(customIdentifier.toLowerCase())) {
    return `Transaction ${transactionId} has the customIdentifier of something else.`;
  }
  if (!isOf(record, seen)) return `Transaction ${transactionId} is for another recipient, operator or amount.`;
  const other = found.find((one) => one.transactionId !== transactionId && !WITHOUT_CHARGE.has(one.status));
  if (other === undefined) return undefined;
  return `The provider shows transaction ${other.transactionId} as ${other.status}, too: it is or may be paid twice.`;
}

/** Tells whether a transaction is for a record's recipient, operator and amount, as far as the provider tells. */
export function isOf(record: TopupRecord, seen: SeenTransaction): boolean {
  const { request, operatorId = 0 } = record;
  return isSameTopup(record, {
    transactionId: seen.transactionId,
    status: { kind: "processing" },
    // What the provider does not tell can not differ.
    operatorId: seen.operatorId ?? operatorId,
    recipient: seen.recipient ?? request.recipientPhone?.number ?? request.recipientEmail ?? "",
    requestedAmount: seen.requestedAmount ?? request.amount,
    ...(seen.deliveredAmount !== null && { deliveredAmount: seen.deliveredAmount }),
  });
}

/** In lower case, since the provider's search ignores case. */
function identifiersOf(record: TopupRecord): Set<string> {
  return new Set(Array.from({ length: record.attempt }, (_, index) => identifierOf(record, index + 1).toLowerCase()));
}
