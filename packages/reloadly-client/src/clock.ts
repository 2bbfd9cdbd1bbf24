/**
 * Time and chance, as this package sees them. It is the only door to the machine's clock, so that token expiry,
 * backoff and deadlines can be driven by a test.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970. Token expiry and HTTP dates are measured with it. */
  nowMs(): number;
  /** Milliseconds that only ever grow. Durations are measured with it. */
  monotonicMs(): number;
  /** Resolves after `delayMs`; rejects with the signal's reason as soon as the signal aborts. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /** A signal that aborts with a TimeoutError after `delayMs`. */
  deadline(delayMs: number): AbortSignal;
  /** A number from 0 (included) to 1 (excluded), for jitter. */
  random(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  deadline: (delayMs) => AbortSignal.timeout(delayMs),
  random: () => Math.random(),
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      }, delayMs);
      signal.addEventListener("abort", onAbort, { once: true });
    }),
};
