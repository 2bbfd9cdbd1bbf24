/** What came of one try: an answer's status, or `undefined` where none came whole. */
export type Try = { status: number | undefined; retryAfterMs: number | undefined };

/** How often and how fast a request is repeated. */
export type RetryPolicy = {
  /** Tries in all, the first included. */
  triesMax: number;
  /** The upper bound of the first wait; it doubles with each try. */
  firstWaitMs: number;
  /** The upper bound of any wait. A longer `Retry-After` ends the tries. */
  waitMsMax: number;
};

/** Five tries beside the first, over about 20 seconds. */
export const RETRY_POLICY: RetryPolicy = { triesMax: 6, firstWaitMs: 250, waitMsMax: 10_000 };

/** Refused before anything was done; for these the API promises that a repetition may succeed. */
const REFUSED_FOR_NOW = new Set([429]);
/** Perhaps carried out, perhaps not. */
const DOUBTFUL = new Set([408, 500, 502, 503, 504]);

/**
 * How long to wait before the next try; `undefined`: there is none. A doubtful outcome is repeated only where
 * `isRepeatable`: a second request with the same content does nothing that the first has done.
 *
 * @param attempt The number of the try that ended, from 1.
 * @param random From 0 to 1: clients that were cut off together do not come back together.
 */
export function waitBeforeNextTryMs(
  { status, retryAfterMs }: Try,
  {
    attempt,
    isRepeatable,
    random,
    policy,
  }: { attempt: number; isRepeatable: boolean; random: number; policy: RetryPolicy },
): number | undefined {
  const isDoubtful = status === undefined || DOUBTFUL.has(status);
  const mayRepeat = isDoubtful ? isRepeatable : REFUSED_FOR_NOW.has(status);
  if (!mayRepeat || attempt >= policy.triesMax) return undefined;
  if (retryAfterMs !== undefined && retryAfterMs > policy.waitMsMax) return undefined;
  const boundMs = Math.min(policy.firstWaitMs * 2 ** (attempt - 1), policy.waitMsMax);
  return Math.max(retryAfterMs ?? 0, boundMs * (0.5 + random / 2));
}
