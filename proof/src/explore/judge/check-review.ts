import { attemptOfCustomIdentifier, type Because, type HistoryEntry, type TopupRecord } from "@surefill/topup";
import { LONG_STALL_MS } from "../simulation/faults.js";
import type { Evidence } from "./judge.js";

/**
 * Whether a person was rightly asked: for each reason the fact at the provider that makes it true. A top-up that is
 * sent to a person for nothing is a lost one for whoever waits for it.
 */
export function checkReview(
  { reference }: TopupRecord,
  history: readonly HistoryEntry[],
  evidence: Evidence,
): string[] {
  return history
    .filter(({ to }) => to === "review")
    .filter((entry) => !isJustified(entry, reference, evidence))
    .map(({ because }) => `${reference}: sent to a person because ${because}, which was not so`);
}

function isJustified(entry: HistoryEntry, reference: string, evidence: Evidence): boolean {
  const { books, timings } = evidence;
  const isOurs = (identifier: string) => attemptOfCustomIdentifier(identifier)?.reference === reference;
  const rows = books.rows.filter(({ identifier }) => isOurs(identifier));
  const history = evidence.ledger.story.history(reference);
  const unknowns = history.filter(({ to, attempt }) => to === "unknown" && attempt === entry.attempt);
  const ofAttempt = history.filter(({ attempt, atMs }) => attempt === entry.attempt && atMs <= entry.atMs);
  const agesMs = (states: readonly string[]) =>
    ofAttempt.filter(({ to }) => states.includes(to)).map(({ atMs }) => entry.atMs - atMs);
  const facts: Partial<Record<Because, () => boolean>> = {
    "several-provider-rows": () => rows.length > 1,
    "provider-row-differs": () => rows.some(({ amount }) => amount !== "5"),
    "identifier-used-but-not-found": () =>
      rows.every(({ visibleAtMs }) => visibleAtMs > entry.atMs) &&
      (!isSeenToLag(entry, reference, evidence) || Math.max(...agesMs(["unknown"])) > timings.UNKNOWN_AGE_MS_MAX),
    "unknown-too-often": () => !evidence.isProviderAway && unknowns.length >= timings.UNKNOWN_ROUNDS_MAX,
    "unknown-for-too-long": () => Math.max(...agesMs(["unknown"])) > timings.UNKNOWN_AGE_MS_MAX,
    // A worker that slept counts from when it fell asleep: it may ask a person that much too early.
    "processing-for-too-long": () =>
      rows.some(({ bookedAtMs }) => entry.atMs - bookedAtMs > timings.POLL_AGE_MS_MAX - 2 * LONG_STALL_MS),
    "status-unreachable": () => Math.max(...agesMs(["held"])) > timings.POLL_AGE_MS_MAX,
    "earlier-attempt-may-be-paid": () =>
      rows.some(({ identifier, status }) => {
        const isEarlier = (attemptOfCustomIdentifier(identifier)?.attempt ?? entry.attempt) < entry.attempt;
        return isEarlier && (status === "PROCESSING" || status === "SUCCESSFUL");
      }),
    "several-transaction-ids": () => rows.length > 1 || evidence.hasForeignId,
  };
  return facts[entry.because]?.() ?? false;
}

/** Whether the report has not shown another top-up of ours that was paid after this one was last sent, for a minute. */
function isSeenToLag(entry: HistoryEntry, reference: string, { books, ledger }: Evidence): boolean {
  const history = ledger.story.history(reference);
  const sentAtMs = history.findLast(({ to, atMs }) => to === "submitting" && atMs <= entry.atMs)?.atMs ?? 0;
  return books.rows.some(({ identifier, bookedAtMs, visibleAtMs }) => {
    const other = attemptOfCustomIdentifier(identifier)?.reference;
    if (other === undefined || other === reference || bookedAtMs <= sentAtMs) return false;
    const paid = ledger.story.history(other).find(({ to }) => to === "succeeded");
    const isPaid = paid !== undefined && paid.atMs < entry.atMs - 60_000;
    return isPaid && Number.isFinite(visibleAtMs) && visibleAtMs > entry.atMs;
  });
}
