/** Why a move was made; docs/state-machine.md puts each into a sentence. */
export const BECAUSE = [
  "claimed",
  "gate-closed",
  "operator-detected",
  "accepted-by-provider",
  "refused",
  "refused-for-too-long",
  "not-sent",
  "outcome-unknown",
  "identifier-already-used",
  "lease-expired",
  "found-in-report",
  "not-found-yet",
  "not-found-after-quiet-period",
  "report-unreachable",
  "report-lags",
  "unknown-too-often",
  "unknown-for-too-long",
  "identifier-used-but-not-found",
  "several-provider-rows",
  "provider-row-differs",
  "several-transaction-ids",
  "answer-names-another",
  "transaction-taken",
  "earlier-attempt-may-be-paid",
  "still-processing",
  "status-unreachable",
  "processing-for-too-long",
  "status-successful",
  "status-refunded",
  "status-failed",
  "still-failed-after-hold",
  "no-attempts-left",
  "withdrawn",
  "resolved-by-operator",
  "forced-by-operator",
  "found-by-audit",
  "recreated",
  "contradiction-accepted",
] as const;
export type Because = (typeof BECAUSE)[number];

/** Tells whether a person decided the move. */
export function isVerdict(because: Because): boolean {
  return because === "resolved-by-operator" || because === "forced-by-operator";
}
