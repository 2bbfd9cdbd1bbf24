import { AtOnce } from "../http/at-once.js";
import { Problem } from "../http/problem.js";

/** Places for those who follow or wait for events: each holds a connection, and accepting top-ups needs some too. */
export class Seats {
  readonly #most: number;
  readonly #ofKeys: AtOnce;
  readonly #changed: (taken: number) => void;
  #taken = 0;

  /** `most` in all, and `perKeyMax` for one API key; `changed` hears how many are taken. */
  constructor({ most, perKeyMax }: { most: number; perKeyMax: number }, changed: (taken: number) => void) {
    this.#most = most;
    this.#ofKeys = new AtOnce({ most: perKeyMax, what: "followers of events with this API key" });
    this.#changed = changed;
  }

  /**
   * Takes a place until the signal aborts. Throws a `followers_exhausted` problem when there is none, and a
   * `too_many_at_once` problem when there is none for this caller.
   */
  take(caller: string, signal: AbortSignal): void {
    if (this.#taken >= this.#most) {
      throw new Problem("followers_exhausted", { detail: `${this.#most} callers follow events at this process.` });
    }
    if (signal.aborted) return;
    const leave = this.#ofKeys.take(caller);
    this.#count(1);
    const end = () => {
      leave();
      this.#count(-1);
    };
    signal.addEventListener("abort", end, { once: true });
  }

  #count(change: number): void {
    this.#taken += change;
    this.#changed(this.#taken);
  }
}
