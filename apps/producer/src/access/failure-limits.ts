import type { Clock } from "@surefill/runtime";

/** Names whose failures are remembered; the oldest are forgotten, so that nobody can fill the memory. */
const NAMES_MAX = 1_000;

/** How many failures one name may have in a window before its tries are refused unseen, until the window is over. */
export class FailureLimits {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #failures = new Map<string, { count: number; sinceMs: number }>();

  constructor(options: { most: number; windowMs: number; clock: Pick<Clock, "monotonicMs"> }) {
    this.#most = options.most;
    this.#windowMs = options.windowMs;
    this.#clock = options.clock;
  }

  /** Whether this name may try. */
  mayTry(name: string): boolean {
    const known = this.#failures.get(name);
    if (known !== undefined && this.#clock.monotonicMs() - known.sinceMs > this.#windowMs) this.#failures.delete(name);
    return (this.#failures.get(name)?.count ?? 0) < this.#most;
  }

  /** Counts a try of this name. A try counts from its start: those under way are failures until they succeed. */
  note(name: string): void {
    const known = this.#failures.get(name) ?? { count: 0, sinceMs: this.#clock.monotonicMs() };
    this.#failures.delete(name); // Put back at the end: a Map keeps its order.
    this.#failures.set(name, { ...known, count: known.count + 1 });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > NAMES_MAX && oldest !== undefined) this.#failures.delete(oldest);
  }

  /** Takes one try back, because it succeeded. */
  takeBack(name: string): void {
    const known = this.#failures.get(name);
    if (known === undefined) return;
    if (known.count > 1) this.#failures.set(name, { ...known, count: known.count - 1 });
    else this.#failures.delete(name);
  }
}
