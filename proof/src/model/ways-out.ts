import { decode } from "./codec.js";
import { isEnded } from "./record.js";
import type { Rules } from "./rules.js";
import type { StateTable } from "./state-table.js";
import type { World } from "./world.js";

/** Which state leads to which by what happens by itself. */
export class WaysOut {
  #pairs = new Uint32Array(1 << 17);
  #length = 0;

  add(from: number, to: number): void {
    if (this.#length === this.#pairs.length) {
      const pairs = new Uint32Array(this.#pairs.length * 2);
      pairs.set(this.#pairs);
      this.#pairs = pairs;
    }
    this.#pairs[this.#length] = from;
    this.#pairs[this.#length + 1] = to;
    this.#length += 2;
  }

  /** Marks every state from which a marked one can be reached. */
  spread(marks: Uint8Array): void {
    // A search numbers states by their distance from the beginning: backwards, one pass settles nearly all of them.
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (let index = this.#length - 2; index >= 0; index -= 2) {
        const from = this.#pairs[index] ?? 0;
        const to = this.#pairs[index + 1] ?? 0;
        if (marks[to] === 1 && marks[from] === 0) {
          marks[from] = 1;
          hasChanged = true;
        }
      }
    }
  }
}

/**
 * The states from which nothing that happens by itself leads to a final state or to a person, in the order of their
 * distance. Left out are those that need more claims than are left, since only the bounds stop them, and those of a
 * ledger that waits to be rebuilt.
 */
export function statesWithoutWayOut(table: StateTable, ways: WaysOut, rules: Rules): number[] {
  const marks = new Uint8Array(table.size);
  const isJudged = new Uint8Array(table.size);
  for (let number = 0; number < table.size; number += 1) {
    const world = decode(table.wordsOf(number));
    const { record, posts, redis } = world;
    if (isEnded(record) || record.state === "review") marks[number] = 1;
    const isWhole = redis.condition !== "lost" && record.state !== "missing";
    if (isWhole && posts.length + claimsNeeded(world) <= rules.claimsMax) isJudged[number] = 1;
  }
  ways.spread(marks);
  const without: number[] = [];
  for (let number = 0; number < table.size; number += 1) {
    if (isJudged[number] === 1 && marks[number] === 0) without.push(number);
  }
  return without;
}

/**
 * The claims that a top-up may need to come to its end: one, and after a loss of data one more for each transaction that
 * FAILED and that the ledger does not know any more, since a claim whose identifier is used is how it hears of it.
 */
function claimsNeeded({ record, transactions, redis }: World): number {
  const isWaiting = record.state === "queued" || (record.state === "held" && record.hold === "gate");
  if (redis.condition !== "rebuilt" || !isWaiting) return 1;
  const forgotten = transactions.filter(
    ({ attempt, status }) => attempt >= record.attempt && (status === "FAILED" || status === "FAILED_FOR_GOOD"),
  );
  return 1 + forgotten.length;
}
