import type { Timings } from "./timings.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Waits between status polls of one attempt; the last one repeats until `POLL_AGE_MS_MAX`. */
export const POLL_DELAYS_MS = [3, 5, 8, 15, 30, 60, 300].map((seconds) => seconds * SECOND_MS);

/** Each wait varies by this part of itself, so that top-ups sent together are not asked about together. */
export const POLL_JITTER_RATIO = 0.2;

/** When to look an unknown outcome up, counted from the moment it became unknown; then every five minutes. */
export const LOOKUP_OFFSETS_MS = [
  15 * SECOND_MS,
  1 * MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  20 * MINUTE_MS,
];
export const LOOKUP_REPEAT_MS = 5 * MINUTE_MS;

/**
 * The wait before the next status poll. `poll` is 1 for the first wait; `random` returns a number in [0, 1).
 * Whole milliseconds.
 */
export function nextPollDelayMs(poll: number, random: () => number, timings: Timings): number {
  const step = POLL_DELAYS_MS[Math.min(poll, POLL_DELAYS_MS.length) - 1] ?? 0;
  const jittered = step * (1 - POLL_JITTER_RATIO + 2 * POLL_JITTER_RATIO * random());
  return Math.max(1, Math.round(jittered * timings.SCHEDULE_SCALE));
}

/**
 * When to look up next. The moment the quiet period ends is always among the answers, because only from then on
 * does an empty report mean something. Always later than `nowMs`; whole milliseconds.
 */
export function nextLookupAtMs(
  unknown: { sinceMs: number; quietUntilMs: number },
  nowMs: number,
  timings: Timings,
): number {
  const marks = LOOKUP_OFFSETS_MS.map((offsetMs) => unknown.sinceMs + offsetMs * timings.SCHEDULE_SCALE);
  const next = Math.min(...[...marks, unknown.quietUntilMs].filter((markMs) => markMs > nowMs));
  return Math.ceil(Number.isFinite(next) ? next : nowMs + LOOKUP_REPEAT_MS * timings.SCHEDULE_SCALE);
}

/**
 * When to look up a claim whose worker was lost, while its lease still runs: at the look-up offsets, counted from the
 * claim, and never before the send deadline is over, since a POST may still be written until then. Always later than
 * `nowMs` and at most the end of the lease; whole milliseconds.
 */
export function nextEarlyLookupAtMs(
  claim: { grantedAtMs: number; leaseUntilMs: number },
  nowMs: number,
  timings: Timings,
): number {
  const marks = LOOKUP_OFFSETS_MS.map((offsetMs) => earlyMarkMs(claim.grantedAtMs, offsetMs, timings));
  return Math.ceil(Math.min(...marks.filter((markMs) => markMs > nowMs), claim.leaseUntilMs));
}

/** From this time on a claim whose worker was lost is looked up. */
export function earlyLookupFromMs(grantedAtMs: number, timings: Timings): number {
  return Math.ceil(earlyMarkMs(grantedAtMs, LOOKUP_OFFSETS_MS[0] ?? 0, timings));
}

function earlyMarkMs(grantedAtMs: number, offsetMs: number, timings: Timings): number {
  return grantedAtMs + Math.max(timings.SEND_DEADLINE_MS, offsetMs * timings.SCHEDULE_SCALE);
}
