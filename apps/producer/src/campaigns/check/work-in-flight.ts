/** The results of `make` for 0 to `count` - 1, in order, with up to `aheadMax` of the next ones begun. */
export async function* ahead<T>(
  count: number,
  aheadMax: number,
  make: (index: number) => Promise<T>,
): AsyncGenerator<T> {
  const begun: Promise<T>[] = [];
  const begin = (index: number) => {
    const result = make(index);
    result.catch(() => undefined); // Told when its turn comes; until then nobody listens.
    begun.push(result);
  };
  for (let index = 0; index < Math.min(count, aheadMax); index += 1) begin(index);
  for (let index = 0; index < count; index += 1) {
    const result = begun.shift();
    if (index + aheadMax < count) begin(index + aheadMax);
    if (result !== undefined) yield await result;
  }
}

/** Work of which never more than so much goes on at a time, whoever asks for it; in the order in which it was asked for. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  /** Does the work when its turn has come. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

/** Writes that go on beside other work, never more than so many. The first failure is thrown by the next call. */
export class BoundedWrites {
  readonly #most: number;
  readonly #open = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Begins a write, when there is room for it. */
  async add(write: () => Promise<void>): Promise<void> {
    while (this.#open.size >= this.#most) await Promise.race(this.#open);
    this.#throwFailure();
    const open = write()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#open.delete(open));
    this.#open.add(open);
  }

  /** Waits for every write. */
  async end(): Promise<void> {
    await Promise.all(this.#open);
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
