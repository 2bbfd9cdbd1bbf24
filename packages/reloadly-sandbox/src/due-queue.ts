/** Things that fall due at a time, earliest first: a binary heap, so that a million of them stay cheap. */
export class DueQueue<T> {
  readonly #heap: Array<{ dueAtMs: number; item: T }> = [];

  get nextDueAtMs(): number | undefined {
    return this.#heap[0]?.dueAtMs;
  }

  add(dueAtMs: number, item: T): void {
    const heap = this.#heap;
    const added = { dueAtMs, item };
    let position = heap.length;
    heap.push(added);
    while (position > 0) {
      const above = (position - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.dueAtMs <= dueAtMs) break;
      heap[position] = parent;
      position = above;
    }
    heap[position] = added;
  }

  /** Takes the earliest thing that is due at `nowMs`, or undefined when nothing is. */
  takeDue(nowMs: number): { dueAtMs: number; item: T } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.dueAtMs > nowMs) return undefined;
    const last = heap.pop();
    if (last !== undefined && last !== first) this.#sinkFromTop(last);
    return first;
  }

  #sinkFromTop(moved: { dueAtMs: number; item: T }): void {
    const heap = this.#heap;
    let position = 0;
    for (;;) {
      const left = heap[2 * position + 1];
      const right = heap[2 * position + 2];
      if (left === undefined) break;
      const takesRight = right !== undefined && right.dueAtMs < left.dueAtMs;
      const child = takesRight ? right : left;
      if (child.dueAtMs >= moved.dueAtMs) break;
      heap[position] = child;
      position = 2 * position + (takesRight ? 2 : 1);
    }
    heap[position] = moved;
  }
}
