const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Waits before each attempt at a delivery: ten attempts over 75 hours and 35 minutes. */
export const WEBHOOK_DELAYS_MS = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** Each wait varies by this part of itself, so that a receiver that comes back is not met by everything at once. */
export const WEBHOOK_JITTER_RATIO = 0.2;

/** An endpoint that has only failed for this long is disabled. */
export const WEBHOOK_FAILING_MS_MAX = 5 * DAY_MS;

/** After so many days of only failures the owners of the other endpoints are warned: time to mend it before it is disabled. */
export const WEBHOOK_WARNING_DAYS = [1, 3] as const;

/** When an endpoint that only fails is warned of, in rising order, and when it is disabled; since its first failure. */
export type FailingLimits = { warnings: readonly { days: number; afterMs: number }[]; failingMsMax: number };

/** The limits as shipped; `scale` shrinks them, for tests and demos. */
export function failingLimits(scale: number): FailingLimits {
  return {
    warnings: WEBHOOK_WARNING_DAYS.map((days) => ({ days, afterMs: Math.round(days * DAY_MS * scale) })),
    failingMsMax: Math.round(WEBHOOK_FAILING_MS_MAX * scale),
  };
}

/** A receiver may ask for a longer wait than the schedule's, but not for a longer one than this. */
export const RETRY_AFTER_MS_MAX = DAY_MS;

/** What came of one attempt. */
export type DeliveryOutcome =
  /** `retryAfterMs` where the receiver asked for it; `answer` is the beginning of its body. */
  | { kind: "answered"; status: number; latencyMs: number; answer: string; retryAfterMs?: number }
  /** No whole answer in time. `code` says what went wrong. */
  | { kind: "unanswered"; code: string; latencyMs: number }
  /** The address may not be called; nothing was sent. `reason` says why. */
  | { kind: "refused"; reason: string; latencyMs: number };

/** What follows from an attempt. */
export type DeliveryVerdict =
  | { kind: "delivered" }
  | { kind: "retry"; delayMs: number }
  /** That was the last attempt. */
  | { kind: "exhausted" }
  /** 410: the receiver wants nothing any more, and its endpoint is to be disabled. */
  | { kind: "gone" };

/**
 * Judges attempt number `attempt`, from 1. Only 2xx is success. `random` returns a number in [0, 1); `scale` shrinks
 * every wait, for tests and demos.
 */
export function afterDelivery(
  outcome: DeliveryOutcome,
  attempt: number,
  { random, scale }: { random: () => number; scale: number },
): DeliveryVerdict {
  if (outcome.kind === "answered") {
    if (outcome.status >= 200 && outcome.status <= 299) return { kind: "delivered" };
    if (outcome.status === 410) return { kind: "gone" };
  }
  const stepMs = WEBHOOK_DELAYS_MS[attempt];
  if (stepMs === undefined) return { kind: "exhausted" };
  const jitteredMs = stepMs * (1 - WEBHOOK_JITTER_RATIO + 2 * WEBHOOK_JITTER_RATIO * random());
  const askedMs = outcome.kind === "answered" ? Math.min(outcome.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX) : 0;
  return { kind: "retry", delayMs: Math.max(1, Math.round(jitteredMs * scale), askedMs) };
}
