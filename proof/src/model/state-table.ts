import { WORDS } from "./codec.js";

const FIRST_CAPACITY = 1 << 16;
/** Above this share of used slots, finding a free one takes too many steps. */
const LOAD_MAX = 0.6;

/**
 * Every world that a search has met, packed, numbered in the order of meeting, with the world that it was met from.
 * Typed arrays keep tens of millions of them, which a Map could not.
 */
export class StateTable {
  #words = new Uint32Array(FIRST_CAPACITY * WORDS);
  #parents = new Uint32Array(FIRST_CAPACITY);
  /** By hash: the number of a state plus one; 0 where there is none. */
  #slots = new Uint32Array(FIRST_CAPACITY * 2);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Bytes that the table takes. */
  get bytes(): number {
    return this.#words.byteLength + this.#parents.byteLength + this.#slots.byteLength;
  }

  /** Adds a state, met from `parent`. Answers its number, and whether it was new. */
  add(words: Uint32Array, parent: number): { number: number; isNew: boolean } {
    const slot = this.#slotOf(words);
    const known = this.#slots[slot] ?? 0;
    if (known > 0) return { number: known - 1, isNew: false };
    const number = this.#size;
    this.#size += 1;
    this.#slots[slot] = this.#size;
    if (this.#size > this.#parents.length) this.#growStates();
    this.#words.set(words, number * WORDS);
    this.#parents[number] = parent;
    if (this.#size > this.#slots.length * LOAD_MAX) this.#growSlots();
    return { number, isNew: true };
  }

  wordsOf(number: number): Uint32Array {
    return this.#words.subarray(number * WORDS, (number + 1) * WORDS);
  }

  /** The state that this one was first met from; its own number for the first of all. */
  parentOf(number: number): number {
    return this.#parents[number] ?? 0;
  }

  #slotOf(words: Uint32Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(words) & mask;
    for (let known = this.#slots[slot]; known !== undefined && known > 0; known = this.#slots[slot]) {
      if (this.#isAt(known - 1, words)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isAt(number: number, words: Uint32Array): boolean {
    const start = number * WORDS;
    for (let index = 0; index < WORDS; index += 1) {
      if (this.#words[start + index] !== words[index]) return false;
    }
    return true;
  }

  #growStates(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    const parents = new Uint32Array(this.#parents.length * 2);
    parents.set(this.#parents);
    this.#parents = parents;
  }

  #growSlots(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#size; number += 1) {
      this.#slots[this.#slotOf(this.wordsOf(number))] = number + 1;
    }
  }
}

function hashOf(words: Uint32Array): number {
  let hash = 0x9e3779b9;
  for (let index = 0; index < WORDS; index += 1) {
    hash = Math.imul(hash ^ (words[index] ?? 0), 0x85ebca6b);
    hash ^= hash >>> 13;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
