import { setMaxListeners } from "node:events";
import { type Clock, systemClock } from "./clock.js";

/** By how much a deadline may come early, as a part of it. */
const EARLY_RATIO = 0.01;

/**
 * Makes the signals that end calls to the outside: when a deadline passes, or when whoever calls is told to stop.
 * Calls of one moment share a signal: a timer and two signals for each call were a tenth of the worker's CPU time.
 *
 * `AbortSignal.any` is not used here, nor anywhere else. What it combines it holds weakly: once the garbage collector
 * has run, a timeout inside it may never come, and the call waits for ever (nodejs/node#57736, and #65995 for others).
 */
export class DeadlineSignals {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #stopped: AbortSignal;
  /** The newest signal of each length. */
  readonly #newest = new Map<number, { madeAtMs: number; signal: AbortSignal }>();

  /** `stopped` aborts every signal, those still to be made included. */
  constructor(stopped: AbortSignal, clock: Pick<Clock, "monotonicMs"> = systemClock) {
    this.#clock = clock;
    this.#stopped = stopped;
    setMaxListeners(0, stopped); // One for each signal whose deadline is still to come: about a hundred of each length.
  }

  /** A signal that aborts after `deadlineMs`, or up to a hundredth of that earlier; never later. */
  within(deadlineMs: number): AbortSignal {
    if (this.#stopped.aborted) return this.#stopped;
    const nowMs = this.#clock.monotonicMs();
    const newest = this.#newest.get(deadlineMs);
    if (newest !== undefined && nowMs - newest.madeAtMs <= deadlineMs * EARLY_RATIO) return newest.signal;
    const signal = earlierOf(AbortSignal.timeout(deadlineMs), this.#stopped);
    this.#newest.set(deadlineMs, { madeAtMs: nowMs, signal });
    return signal;
  }
}

/** Follows both. A timeout that is listened to stays until it has come, and keeps what listens. */
function earlierOf(late: AbortSignal, stopped: AbortSignal): AbortSignal {
  const ended = new AbortController();
  for (const source of [late, stopped]) {
    source.addEventListener("abort", () => ended.abort(source.reason), { once: true, signal: ended.signal });
  }
  return ended.signal;
}
