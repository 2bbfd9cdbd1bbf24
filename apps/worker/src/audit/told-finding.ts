import type { Finding, FindingKind, ShownTransaction } from "@surefill/audit";
import type { TopupEventType } from "@surefill/topup";
import type { SightingToTell } from "@surefill/topup-store";

/**
 * The event that tells of a finding. What the provider has and the ledger does not know of concerns whoever ordered
 * the top-up; what is wrong within the ledger concerns its operator, and is logged and counted.
 */
const EVENTS: Partial<Record<FindingKind, TopupEventType>> = {
  "paid-more-than-once": "topup.overpaid",
  "orphan-transaction": "provider.orphan",
  "attempt-never-made": "provider.orphan",
  "transaction-differs": "provider.orphan",
  "paid-but-open": "topup.contradicted",
  "paid-but-ended": "topup.contradicted",
  "success-not-confirmed": "topup.contradicted",
  "refund-not-confirmed": "topup.contradicted",
};

/** What the event log is to tell of a finding; `undefined` when it concerns the ledger's operator alone. */
export function toldOf({ kind, reference, transactions }: Finding): SightingToTell | undefined {
  const type = EVENTS[kind];
  if (type === undefined) return undefined;
  // Of several transactions the newest is the one that came too much.
  const shown = transactions.toSorted((left, right) => right.transactionId - left.transactionId)[0];
  const name = reference ?? (shown === undefined ? undefined : `transaction~${shown.transactionId}`);
  if (name === undefined) return undefined;
  return { type, reference: name, ...(shown !== undefined && codeAndId(shown)) };
}

function codeAndId({ status, transactionId }: ShownTransaction): { code: string; transactionId: number } {
  return { code: status.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, 60), transactionId };
}
