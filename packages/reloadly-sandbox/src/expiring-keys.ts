/**
 * Keys that are remembered for one fixed time. Insertion order is order of expiry, so the old ones are dropped from
 * the front and the set never holds more than one period of traffic.
 */
export class ExpiringKeys {
  readonly #lifetimeMs: number;
  readonly #untilMs = new Map<string, number>();

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  add(key: string, nowMs: number): void {
    if (this.#lifetimeMs === 0) return;
    this.#untilMs.delete(key);
    this.#untilMs.set(key, nowMs + this.#lifetimeMs);
    for (const [oldest, untilMs] of this.#untilMs) {
      if (untilMs > nowMs) break;
      this.#untilMs.delete(oldest);
    }
  }

  has(key: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(key);
    return untilMs !== undefined && untilMs > nowMs;
  }

  forget(key: string): void {
    this.#untilMs.delete(key);
  }
}
