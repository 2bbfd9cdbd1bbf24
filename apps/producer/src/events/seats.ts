import { Problem } from "../http/problem.js";

/** Places for those who follow or wait for events: each holds a connection, and accepting top-ups needs some too. */
export class Seats {
  readonly #most: number;
  readonly #changed: (taken: number) => void;
  #taken = 0;

  constructor(most: number, changed: (taken: number) => void) {
    this.#most = most;
    this.#changed = changed;
  }

  /** Takes a place until the signal aborts. Throws a `followers_exhausted` problem when there is none. */
  take(signal: AbortSignal): void {
    if (this.#taken >= this.#most) {
      throw new Problem("followers_exhausted", { detail: `${this.#most} callers follow events at this process.` });
    }
    if (signal.aborted) return;
    this.#count(1);
    signal.addEventListener("abort", () => this.#count(-1), { once: true });
  }

  #count(change: number): void {
    this.#taken += change;
    this.#changed(this.#taken);
  }
}
