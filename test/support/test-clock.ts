import type { Clock } from "@surefill/runtime";

interface Sleeper {
  wakeAtMs: number;
  wake: () => void;
}

/** A clock that stands still until a test advances it. Wall and monotonic time move together, or apart by `jump`. */
export class TestClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#wallMs = startMs;
  }

  nowMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** How many sleep at the moment. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      };
      const sleeper: Sleeper = {
        wakeAtMs: this.#monotonicMs + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal.removeEventListener("abort", abort);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  /** Lets `ms` pass; wakes those whose time has come, in their order. */
  advance(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
    const due = [...this.#sleepers].filter(({ wakeAtMs }) => wakeAtMs <= this.#monotonicMs);
    for (const sleeper of due.toSorted((a, b) => a.wakeAtMs - b.wakeAtMs)) sleeper.wake();
  }

  /** Sets the wall clock forward or back, as NTP or an operator does; nobody wakes. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }
}
