import type { Clock } from "./clock.js";
import { DeadlineExceeded, withDeadline } from "./deadline.js";

/** How closing one part ended. `late`: its budget or the whole deadline was over, and it was left behind. */
export type CloseResult =
  | { name: string; outcome: "closed"; durationMs: number }
  | { name: string; outcome: "failed" | "late"; durationMs: number; error: Error };

/** Takes a process apart in the opposite order of its building. */
export interface Closers {
  /**
   * Adds a part. `close` gets at most `budgetMs`; its signal aborts when that is over, so that it can drop what is
   * left (stop, drain, then abort).
   */
  add(name: string, options: { budgetMs: number; close: (signal: AbortSignal) => Promise<void> }): void;
  /**
   * Closes everything, last added first, past failures, within `deadlineMs` in all. Parts whose turn comes after the
   * deadline are still told to close, but nobody waits for them. A second call returns the first call's results.
   */
  closeAll(options: { deadlineMs: number }): Promise<readonly CloseResult[]>;
}

/** Makes an empty list of closers. */
export function createClosers(clock: Clock): Closers {
  const parts: Array<{ name: string; budgetMs: number; close: (signal: AbortSignal) => Promise<void> }> = [];
  let running: Promise<readonly CloseResult[]> | undefined;

  async function closeBackwards(deadlineMs: number): Promise<readonly CloseResult[]> {
    const deadlineAtMs = clock.monotonicMs() + deadlineMs;
    const results: CloseResult[] = [];
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const { name, budgetMs, close } = part;
      const startedAtMs = clock.monotonicMs();
      const allowedMs = Math.max(0, Math.min(budgetMs, deadlineAtMs - startedAtMs));
      const since = () => Math.round(clock.monotonicMs() - startedAtMs);
      try {
        await withDeadline(clock, { what: `closing ${name}`, deadlineMs: allowedMs }, async (signal) => close(signal));
        results.push({ name, outcome: "closed", durationMs: since() });
      } catch (cause) {
        const outcome = cause instanceof DeadlineExceeded ? "late" : "failed";
        const error = new Error(`could not close ${name}`, { cause });
        results.push({ name, outcome, durationMs: since(), error });
      }
    }
    return results;
  }

  return {
    add(name, { budgetMs, close }) {
      if (running !== undefined) throw new Error(`cannot add "${name}": the process is already closing`);
      parts.push({ name, budgetMs, close });
    },
    closeAll({ deadlineMs }) {
      running ??= closeBackwards(deadlineMs);
      return running;
    },
  };
}
