import type { Clock } from "@surefill/runtime";
import type { Timings, TopupRecord } from "@surefill/topup";

/** The claim is too old to be sent, or the clocks disagree about its age. Nothing was written. */
export class ClaimTooOldError extends Error {
  readonly code = "CLAIM_TOO_OLD";

  constructor(ageMs: number, deadlineMs: number) {
    super(`the claim is ${Math.round(ageMs)} ms old; it may be sent within ${deadlineMs} ms`);
    this.name = "ClaimTooOldError";
  }
}

/** A clock that was set, or a machine that slept: beyond this difference neither clock can be believed. */
const CLOCK_DISAGREEMENT_MS_MAX = 2_000;

/** How long a claim on a row of a campaign may take to be sent: whoever pauses is told that nothing follows. */
const ROW_SEND_DEADLINE_MS = 800;

/**
 * Within which time a claim on the record is sent or never. A pause, a cancel or the end of the day's window refuses
 * every later claim, but cannot reach one that was granted and waits, so the rows that they govern have little time.
 */
export function sendDeadlineMsOf(
  { row }: Pick<TopupRecord, "row">,
  { SEND_DEADLINE_MS }: Pick<Timings, "SEND_DEADLINE_MS">,
): number {
  return row === undefined ? SEND_DEADLINE_MS : Math.min(SEND_DEADLINE_MS, ROW_SEND_DEADLINE_MS);
}

/**
 * Starts the watch on a claim, before the claim is asked for. The returned check takes the deadline, which only the
 * claimed record tells, and throws when it is too late to send. It must be called in the very tick of the write: a
 * process that was stopped in between wakes up here. Both clocks are asked, because one stands still while a machine
 * sleeps and the other can be set.
 */
export function startSendDeadline(clock: Clock): (deadlineMs: number) => void {
  const startedMonotonicMs = clock.monotonicMs();
  const startedMs = clock.nowMs();
  return (deadlineMs) => {
    const monotonicAgeMs = clock.monotonicMs() - startedMonotonicMs;
    const wallAgeMs = clock.nowMs() - startedMs;
    const ageMs = Math.max(monotonicAgeMs, wallAgeMs);
    const disagreementMs = Math.abs(monotonicAgeMs - wallAgeMs);
    if (ageMs > deadlineMs || disagreementMs > CLOCK_DISAGREEMENT_MS_MAX) throw new ClaimTooOldError(ageMs, deadlineMs);
  };
}
