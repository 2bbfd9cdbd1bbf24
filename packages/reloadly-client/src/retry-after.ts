import type { TransportAnswer } from "./transport.js";

const DAY_MS = 86_400_000;
/** A number of seconds at least this large is a point in time (2001 or later), not a duration. */
const EPOCH_SECONDS_MIN = 1_000_000_000;
const EPOCH_MS_MIN = EPOCH_SECONDS_MIN * 1_000;

/**
 * How long the provider asks to wait, in milliseconds: from `Retry-After` (seconds or an HTTP date), or else from
 * `X-RateLimit-Reset` on a 429 (seconds from now, or a point in time in seconds or milliseconds; its unit is not
 * documented). Null when neither says anything sensible; more than a day is not believed.
 */
export function retryAfterMs(status: number, headers: TransportAnswer["headers"], nowMs: number): number | null {
  const asked = fromRetryAfter(headers["retry-after"], nowMs);
  if (asked !== null) return asked;
  return status === 429 ? fromReset(headers["x-ratelimit-reset"], nowMs) : null;
}

function fromRetryAfter(value: string | string[] | undefined, nowMs: number): number | null {
  if (typeof value !== "string") return null;
  if (/^\d{1,9}$/.test(value)) return sensible(Number(value) * 1_000);
  if (!/[A-Za-z]/.test(value)) return null; // Date.parse reads "-1" as a year; an HTTP date names its day and month.
  return sensible(Math.max(0, Date.parse(value) - nowMs));
}

function fromReset(value: string | string[] | undefined, nowMs: number): number | null {
  if (typeof value !== "string" || !/^\d{1,16}$/.test(value)) return null;
  const reset = Number(value);
  if (reset >= EPOCH_MS_MIN) return sensible(Math.max(0, reset - nowMs));
  if (reset >= EPOCH_SECONDS_MIN) return sensible(Math.max(0, reset * 1_000 - nowMs));
  return sensible(reset * 1_000);
}

function sensible(delayMs: number): number | null {
  return delayMs >= 0 && delayMs <= DAY_MS ? delayMs : null;
}
