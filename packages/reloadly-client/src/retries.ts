import type { Clock } from "./clock.js";
import { type ClientErrorCode, ReloadlyError } from "./errors.js";

const FIRST_DELAY_MS = 200;
const DELAY_MS_MAX = 2_000;
/** A longer wait is the caller's decision, not ours. */
const RETRY_AFTER_MS_MAX = 10_000;

/** Failures that may be gone a moment later. A token that was refused stays refused. */
const PASSING: ReadonlySet<ClientErrorCode> = new Set([
  "RELOADLY_CONNECTION_FAILED",
  "RELOADLY_CONNECTION_LOST",
  "RELOADLY_SERVER_ERROR",
  "RELOADLY_RATE_LIMITED",
  "RELOADLY_TOKEN_UNAVAILABLE",
]);

/** The wait before retry number `retry` (1 is the first): doubling from 200 ms to 2 s, between half and all of it. */
export function retryDelayMs(retry: number, random: () => number): number {
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (retry - 1), DELAY_MS_MAX);
  return Math.round(delayMs / 2 + (delayMs / 2) * random());
}

/**
 * Repeats a read. Only reads come here: a write has no path to this function. Ends with the last failure when the
 * retries or the signal are used up, or when the provider asks for a wait of more than 10 s.
 */
export async function withRetries<T>(
  options: { signal: AbortSignal; retriesMax?: number },
  clock: Clock,
  read: () => Promise<T>,
): Promise<T> {
  const retriesMax = options.retriesMax ?? 0;
  for (let retry = 1; ; retry += 1) {
    try {
      return await read();
    } catch (error) {
      if (retry > retriesMax || !(error instanceof ReloadlyError) || !PASSING.has(error.code)) throw error;
      const askedMs = error.retryAfterMs ?? 0;
      if (askedMs > RETRY_AFTER_MS_MAX) throw error;
      const delayMs = Math.max(askedMs, retryDelayMs(retry, clock.random));
      const waited = await clock.sleep(delayMs, options.signal).then(
        () => true,
        () => false,
      );
      if (!waited) throw error;
    }
  }
}
