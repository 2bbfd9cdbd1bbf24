import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 180_000;
const AGAIN_AFTER_MS = 100;

/** Asks again and again: whatever is killed may be away for a while, and on a busy machine an answer may come too late. */
export async function untilAnswered(ask, signal) {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > giveUpAtMs) throw error;
      await sleep(AGAIN_AFTER_MS, undefined, { signal });
    }
  }
}
