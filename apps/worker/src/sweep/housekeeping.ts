import type { Clock, Logger } from "@surefill/runtime";
import { LedgerLostError } from "@surefill/topup-store";

/**
 * Something done again and again by every worker process. A failing round is logged and the next one comes. A round
 * that can be long ends early when the signal says that the process stops.
 */
export type Chore = { name: string; everyMs: number; run: (signal: AbortSignal) => Promise<void> };

/**
 * Runs chores on timers of this process until the signal. They do not ride on the queue, because what they mend is
 * the loss of the queue. Rounds vary by a tenth, so that several workers do not sweep in step.
 */
export function keepHouse(
  chores: readonly Chore[],
  parts: { clock: Clock; random: () => number; log: Logger; signal: AbortSignal },
): Promise<void> {
  return Promise.all(chores.map((chore) => repeat(chore, parts))).then(() => undefined);
}

async function repeat(
  chore: Chore,
  { clock, random, log, signal }: { clock: Clock; random: () => number; log: Logger; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await chore.run(signal);
    } catch (err) {
      // The ledger watch tells of a loss, once.
      if (!(err instanceof LedgerLostError))
        log.warn({ err, chore: chore.name }, "housekeeping failed; it is tried again");
    }
    await clock.sleep(chore.everyMs * (0.9 + 0.2 * random()), signal).catch(() => undefined);
  }
}
