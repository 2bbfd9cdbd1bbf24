import type { FailedSeen, TopupRecord } from "./record.js";
import type { Timings } from "./timings.js";

/**
 * What the provider calls FAILED now, each with the time at which that was first heard. `shown` is everything that it
 * has of the top-up, `nowMs` the ledger's time after it answered. Whatever it calls otherwise is forgotten: should it
 * be FAILED again, its time begins anew.
 */
export function failedSeenIn(
  { failedSeen = [] }: Pick<TopupRecord, "failedSeen">,
  shown: readonly { transactionId: number; status: string }[],
  nowMs: number,
): FailedSeen[] {
  return shown
    .filter(({ status }) => status === "FAILED")
    .map(({ transactionId }) => {
      return failedSeen.find((known) => known.transactionId === transactionId) ?? { transactionId, atMs: nowMs };
    });
}

/**
 * FAILED may be taken back within half an hour: what decides that nothing was paid waits until then, as the hold on
 * FAILED does where no person is asked. This is the one that may turn for longest; `undefined` when none may.
 */
export function mayStillTurn(
  failedSeen: readonly FailedSeen[],
  { nowMs, timings }: { nowMs: number; timings: Pick<Timings, "FAILED_HOLD_MS"> },
): (FailedSeen & { untilMs: number }) | undefined {
  const latest = failedSeen.toSorted((one, other) => other.atMs - one.atMs)[0];
  if (latest === undefined) return undefined;
  const untilMs = latest.atMs + timings.FAILED_HOLD_MS;
  return nowMs < untilMs ? { ...latest, untilMs } : undefined;
}

/**
 * What a hold on FAILED leaves behind when it is over: a review that comes later need not wait for the same transaction
 * again. Counted back from the hold's end, which may be later than half an hour after FAILED was heard, never earlier.
 */
export function failedSeenByHold(
  { transactionId, holdUntilMs, failedSeen = [] }: TopupRecord,
  { FAILED_HOLD_MS }: Pick<Timings, "FAILED_HOLD_MS">,
): { failedSeen?: readonly FailedSeen[] } {
  if (transactionId === undefined || holdUntilMs === undefined) return {};
  const others = failedSeen.filter((known) => known.transactionId !== transactionId);
  return { failedSeen: [...others, { transactionId, atMs: holdUntilMs - FAILED_HOLD_MS }] };
}
