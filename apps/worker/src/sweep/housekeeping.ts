import type { Clock, Logger } from "@surefill/runtime";
import { LedgerLostError } from "@surefill/topup-store";

/**
 * Something done again and again by every worker process. A failing round is logged and the next one comes. A round
 * that can be long ends early when the signal says that the process stops.
 */
export type Chore = { name: string; everyMs: number; run: (signal: AbortSignal) => Promise<void> };

/** What fails again and again is tried at least this often, or as often as it is done anyway. */
const BACK_OFF_MS_MAX = 5_000;

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
  let failures = 0;
  while (!signal.aborted) {
    try {
      await chore.run(signal);
      failures = 0;
    } catch (err) {
      failures += 1;
      // The ledger watch tells of a loss, once.
      if (!(err instanceof LedgerLostError))
        log.warn({ err, chore: chore.name }, "housekeeping failed; it is tried again");
    }
    const waitMs = Math.max(chore.everyMs, Math.min(chore.everyMs * 2 ** Math.min(failures, 10), BACK_OFF_MS_MAX));
    await clock.sleep(waitMs * (0.9 + 0.2 * random()), signal).catch(() => undefined);
  }
}
