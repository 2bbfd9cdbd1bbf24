/** Over how long the rate is measured. */
const WINDOW_MS = 2_000;

/** How many POSTs this process has sent per second of late. Times are monotonic milliseconds. */
export class SendRate {
  #sentAtMs: number[] = [];

  sent(nowMs: number): void {
    this.#forget(nowMs);
    this.#sentAtMs.push(nowMs);
  }

  /** At least one in the window counts, so that a slow process is not slowed down to nothing. */
  perSecond(nowMs: number): number {
    this.#forget(nowMs);
    return Math.max(this.#sentAtMs.length, 1) / (WINDOW_MS / 1_000);
  }

  #forget(nowMs: number): void {
    const oldest = this.#sentAtMs.findIndex((atMs) => atMs > nowMs - WINDOW_MS);
    if (oldest !== 0) this.#sentAtMs = oldest < 0 ? [] : this.#sentAtMs.slice(oldest);
  }
}
