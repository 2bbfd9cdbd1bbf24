import type { Clock } from "@surefill/runtime";

/** By how much a deadline may come early, as a part of it. */
const EARLY_RATIO = 0.01;

/**
 * Makes the signals that end a call to the provider: when its deadline passes, or when the process has no time left.
 * Calls of one moment share a signal. A timer and two signals for each call were a tenth of the worker's CPU time.
 */
export class DeadlineSignals {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #stopped: AbortSignal;
  /** The newest signal of each length. */
  readonly #newest = new Map<number, { madeAtMs: number; signal: AbortSignal }>();

  /** `stopped` aborts every signal, those still to be made included. */
  constructor(clock: Pick<Clock, "monotonicMs">, stopped: AbortSignal) {
    this.#clock = clock;
    this.#stopped = stopped;
  }

  /** A signal that aborts after `deadlineMs`, or up to a hundredth of that earlier; never later. */
  within(deadlineMs: number): AbortSignal {
    const nowMs = this.#clock.monotonicMs();
    const newest = this.#newest.get(deadlineMs);
    if (newest !== undefined && nowMs - newest.madeAtMs <= deadlineMs * EARLY_RATIO) return newest.signal;
    const signal = AbortSignal.any([this.#stopped, AbortSignal.timeout(deadlineMs)]);
    this.#newest.set(deadlineMs, { madeAtMs: nowMs, signal });
    return signal;
  }
}
