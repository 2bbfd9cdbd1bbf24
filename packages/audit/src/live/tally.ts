import { createHash } from "node:crypto";

const BUCKETS = 65_536;

/**
 * Compares two long lists that come in different orders, in half a megabyte however long they are: what one list adds
 * the other takes away again, and where something is left over they differ. It tells only in which part of the lists
 * that is; who asks goes through that part again, and looks.
 */
export class Tally {
  readonly #sums = new BigUint64Array(BUCKETS);

  add(mark: string): void {
    const { bucket, value } = hashOf(mark);
    this.#sums[bucket] = (this.#sums[bucket] ?? 0n) + value;
  }

  take(mark: string): void {
    const { bucket, value } = hashOf(mark);
    // The array counts modulo 2^64, so that adding and taking in any order comes to nothing.
    this.#sums[bucket] = (this.#sums[bucket] ?? 0n) - value;
  }

  /** Nothing is left over anywhere. */
  get isEven(): boolean {
    return this.#sums.every((sum) => sum === 0n);
  }

  /** Tells whether something is left over in the part that this mark is in. */
  isOdd(mark: string): boolean {
    return this.#sums[hashOf(mark).bucket] !== 0n;
  }
}

function hashOf(mark: string): { bucket: number; value: bigint } {
  const digest = createHash("sha1").update(mark).digest();
  return { bucket: digest.readUInt32LE(0) % BUCKETS, value: digest.readBigUInt64LE(4) };
}
