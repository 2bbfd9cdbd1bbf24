/** Virtual time starts here; any round number would do. */
export const START_MS = 1_800_000_000_000;

type Entry = { atMs: number; order: number; action: () => void; isIdle: () => boolean };

const never = () => false;

/**
 * Virtual time: actions happen in the order of their times, and in the order of planning where those are equal. Time
 * stands still while code runs, and jumps to the next action when all code waits.
 */
export class Timeline {
  nowMs = START_MS;
  readonly #heap: Entry[] = [];
  #orders = 0;

  /**
   * Plans an action; a time that has passed means as soon as possible. `isIdle` is asked then: an action that is, sets
   * nothing off, and needs no turn of its own.
   */
  at(atMs: number, action: () => void, isIdle: () => boolean = never): void {
    this.#orders += 1;
    const entry = { atMs: Math.max(atMs, this.nowMs), order: this.#orders, action, isIdle };
    let index = this.#heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLater(parent, index)) break;
      index = parent;
    }
  }

  /**
   * Lets the next action happen, and then all code run until it waits again. `false` when nothing is planned any
   * more. All code here waits on promises alone, which are all through when the event loop's turn is over.
   */
  async advance(): Promise<boolean> {
    let entry = this.#pop();
    while (entry?.isIdle()) {
      this.nowMs = entry.atMs;
      entry.action();
      entry = this.#pop();
    }
    if (entry === undefined) return false;
    this.nowMs = entry.atMs;
    entry.action();
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }

  #pop(): Entry | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.#heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const smaller = this.#isLater(left, left + 1) ? left + 1 : left;
      if (!this.#swapIfLater(index, smaller)) return first;
      index = smaller;
    }
  }

  #isLater(one: number, other: number): boolean {
    const a = this.#heap[one];
    const b = this.#heap[other];
    if (a === undefined || b === undefined) return false;
    return a.atMs > b.atMs || (a.atMs === b.atMs && a.order > b.order);
  }

  #swapIfLater(earlier: number, later: number): boolean {
    if (!this.#isLater(earlier, later)) return false;
    const a = this.#heap[earlier];
    const b = this.#heap[later];
    if (a === undefined || b === undefined) return false;
    this.#heap[earlier] = b;
    this.#heap[later] = a;
    return true;
  }
}
