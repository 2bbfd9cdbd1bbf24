import { Problem } from "./problem.js";

/** Something of theirs ends within seconds, or they hold too much for good. */
const RETRY_AFTER_S = "5";

/** How much of one kind each caller may have under way at a time, so that none of them keeps the others out. */
export class AtOnce {
  readonly #most: number;
  readonly #what: string;
  readonly #underWay = new Map<string, number>();

  /** `what` is in the plural, with whose it is: "uploads of one API key". */
  constructor(options: { most: number; what: string }) {
    this.#most = options.most;
    this.#what = options.what;
  }

  /**
   * Takes a place for a caller, and gives what hands it back; `undefined` when the caller has as many as it may. `most`
   * is the caller's own limit, where it has a lower one.
   */
  tryTake(caller: string, most = this.#most): (() => void) | undefined {
    const taken = this.#underWay.get(caller) ?? 0;
    if (taken >= Math.min(most, this.#most)) return undefined;
    this.#underWay.set(caller, taken + 1);
    return () => {
      const left = (this.#underWay.get(caller) ?? 0) - 1;
      if (left > 0) this.#underWay.set(caller, left);
      else this.#underWay.delete(caller);
    };
  }

  /** As `tryTake`, but throws a `too_many_at_once` problem when there is no place. */
  take(caller: string, most = this.#most): () => void {
    const leave = this.tryTake(caller, most);
    if (leave === undefined) throw tooManyAtOnce(`There are ${Math.min(most, this.#most)} ${this.#what} under way.`);
    return leave;
  }
}

/** The problem of a caller that has as much under way as it may. */
export function tooManyAtOnce(detail: string): Problem {
  return new Problem("too_many_at_once", { detail }, { headers: { "retry-after": RETRY_AFTER_S } });
}
