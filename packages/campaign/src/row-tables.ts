/**
 * Tables over all rows of a check, flat in memory: open addressing in typed arrays, because a million strings in a
 * Map would take more memory than everything else together.
 */
import type { Units } from "./money.js";

const CAPACITY_FIRST = 1_024;

/** How a table begins. One that is made for its rows at once never stops everything to move a million entries. */
export type TableSize = { rowsExpected?: number };

/** The least power of two that leaves half of the table empty. */
function capacityFor({ rowsExpected = 0 }: TableSize): number {
  return Math.max(CAPACITY_FIRST, 2 ** Math.ceil(Math.log2(Math.max(1, rowsExpected * 2))));
}

/** Numbers of phones have at most 15 digits. */
const PHONES_END = 1e15;

/**
 * What earlier rows send to each recipient. Numbers of phones are their own exact keys; addresses are kept by hashes of
 * 52 bits above all numbers. Should two addresses ever share one, the later row is refused, and never paid twice.
 */
export class RecipientTable {
  #keys: Float64Array;
  #firstLines: Uint32Array;
  #units: Float64Array | undefined;
  #size = 0;
  readonly #seed: number;

  /** Without `sums` it keeps who was paid, and not how much. `seed`: as in `ReferenceTable`. */
  constructor({ sums = true, seed = 0, ...size }: TableSize & { sums?: boolean; seed?: number } = {}) {
    this.#seed = seed >>> 0;
    const capacity = capacityFor(size);
    this.#keys = new Float64Array(capacity);
    this.#firstLines = new Uint32Array(capacity);
    this.#units = sums ? new Float64Array(capacity) : undefined;
  }

  /** The first row that pays the recipient, and what all rows so far pay; `undefined` when there is none. */
  find(recipient: string): { firstLine: number; units: Units } | undefined {
    const slot = this.#slotOf(this.#keyOf(recipient));
    if (this.#keys[slot] === 0) return undefined;
    return { firstLine: this.#firstLines[slot] ?? 0, units: this.#units?.[slot] ?? 0 };
  }

  add(recipient: string, line: number, units: Units): void {
    const key = this.#keyOf(recipient);
    let slot = this.#slotOf(key);
    if (this.#keys[slot] === 0) {
      if (this.#size * 2 >= this.#keys.length) {
        this.#grow();
        slot = this.#slotOf(key);
      }
      this.#keys[slot] = key;
      this.#firstLines[slot] = line;
      this.#size += 1;
    }
    if (this.#units !== undefined) this.#units[slot] = (this.#units[slot] ?? 0) + units;
  }

  #keyOf(recipient: string): number {
    const number = Number(recipient);
    if (number < PHONES_END) return number;
    const high = hash(recipient, this.#seed);
    return PHONES_END + high * 2 ** 20 + (hash(recipient, this.#seed ^ 0x9e3779b9) >>> 12);
  }

  #slotOf(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = mix(key % 4_294_967_296, Math.floor(key / 4_294_967_296)) & mask;
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const { 0: keys, 1: rows, 2: units } = [this.#keys, this.#firstLines, this.#units] as const;
    const capacity = keys.length * 2;
    this.#keys = new Float64Array(capacity);
    this.#firstLines = new Uint32Array(capacity);
    this.#units = units === undefined ? undefined : new Float64Array(capacity);
    for (const [index, key] of keys.entries()) {
      if (key === 0) continue;
      const slot = this.#slotOf(key);
      this.#keys[slot] = key;
      this.#firstLines[slot] = rows[index] ?? 0;
      if (this.#units !== undefined) this.#units[slot] = units?.[index] ?? 0;
    }
  }
}

/**
 * The references that earlier rows name, by 64-bit hashes. Two different references may share one, once in some
 * tens of millions of files of a million rows; the later row is then refused, and never paid twice.
 */
export class ReferenceTable {
  readonly #seed: number;
  #high: Uint32Array;
  #low: Uint32Array;
  #rows: Uint32Array;
  #size = 0;

  /** `seed`: any number below 2^32 that a file's author cannot know. */
  constructor(seed: number, size: TableSize = {}) {
    const capacity = capacityFor(size);
    this.#seed = seed >>> 0;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#rows = new Uint32Array(capacity);
  }

  /** The line that names the reference already; else remembers that this one does. Lines count from 1. */
  claim(reference: string, line: number): number | undefined {
    if (this.#size * 2 >= this.#rows.length) this.#grow();
    const high = hash(reference, this.#seed);
    const low = hash(reference, this.#seed ^ 0x9e3779b9);
    const slot = this.#slotOf(high, low);
    const taken = this.#rows[slot] ?? 0;
    if (taken !== 0) return taken;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#rows[slot] = line;
    this.#size += 1;
    return undefined;
  }

  #slotOf(high: number, low: number): number {
    const mask = this.#rows.length - 1;
    let slot = high & mask;
    while (this.#rows[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const { 0: high, 1: low, 2: rows } = [this.#high, this.#low, this.#rows] as const;
    const capacity = rows.length * 2;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#rows = new Uint32Array(capacity);
    for (const [index, row] of rows.entries()) {
      if (row === 0) continue;
      const slot = this.#slotOf(high[index] ?? 0, low[index] ?? 0);
      this.#high[slot] = high[index] ?? 0;
      this.#low[slot] = low[index] ?? 0;
      this.#rows[slot] = row;
    }
  }
}

/** A 32-bit hash of a text: each character is folded in, and the whole is mixed until every bit depends on all. */
function hash(text: string, seed: number): number {
  let state = seed;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x5bd1e995);
    state ^= state >>> 15;
  }
  return mix(state, text.length);
}

function mix(low: number, high: number): number {
  let state = Math.imul((low >>> 0) ^ Math.imul(high, 0x85ebca6b), 0xc2b2ae35);
  state = Math.imul(state ^ (state >>> 16), 0x7feb352d);
  state = Math.imul(state ^ (state >>> 15), 0x846ca68b);
  return (state ^ (state >>> 16)) >>> 0;
}
