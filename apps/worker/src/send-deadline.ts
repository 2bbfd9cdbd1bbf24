import type { Clock } from "@surefill/runtime";

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

/**
 * Starts the watch on a claim, before the claim is asked for. The returned check throws when it is too late to send.
 * It must be called in the very tick of the write: a process that was stopped in between wakes up here. Both clocks
 * are asked, because one stands still while a machine sleeps and the other can be set.
 */
export function startSendDeadline(clock: Clock, deadlineMs: number): () => void {
  const startedMonotonicMs = clock.monotonicMs();
  const startedMs = clock.nowMs();
  return () => {
    const monotonicAgeMs = clock.monotonicMs() - startedMonotonicMs;
    const wallAgeMs = clock.nowMs() - startedMs;
    const ageMs = Math.max(monotonicAgeMs, wallAgeMs);
    const disagreementMs = Math.abs(monotonicAgeMs - wallAgeMs);
    if (ageMs > deadlineMs || disagreementMs > CLOCK_DISAGREEMENT_MS_MAX) throw new ClaimTooOldError(ageMs, deadlineMs);
  };
}
