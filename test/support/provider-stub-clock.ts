import type { Clock } from "@surefill/reloadly-client";

/** A clock that stands still until a test moves it; sleeping moves it at once and is noted. Chance is always 0.5. */
export class DrivenClock implements Clock {
  readonly slept: number[] = [];
  readonly deadlines: { delayMs: number; pass: () => void }[] = [];
  #nowMs = Date.UTC(2026, 9, 8);

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  nowMs = () => this.#nowMs;
  monotonicMs = () => this.#nowMs;
  random = () => 0.5;

  async sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.slept.push(delayMs);
    this.advance(delayMs);
  }

  /** A deadline that passes when the test says so. */
  deadline(delayMs: number): AbortSignal {
    const controller = new AbortController();
    this.deadlines.push({ delayMs, pass: () => controller.abort(new DOMException("too late", "TimeoutError")) });
    return controller.signal;
  }
}
