import { systemClock } from "@surefill/runtime";

/** A provider's clock that is ten minutes behind, until it catches up: what it books before, it has booked long ago. */
export function laggingClock() {
  let behindMs = 600_000;
  const clock = {
    nowMs: () => systemClock.nowMs() - behindMs,
    after(delayMs: number, action: () => void): () => void {
      const cancelled = new AbortController();
      void systemClock.sleep(delayMs, cancelled.signal).then(action, () => undefined);
      return () => cancelled.abort();
    },
  };
  const catchUp = () => {
    behindMs = 0;
  };
  return { clock, catchUp };
}
