import { STATES } from "@surefill/topup";
import {
  acceptedRecord,
  CONTRADICTIONS,
  DECISIONS,
  type Decision,
  DOINGS,
  ENDS_BY_PEOPLE,
  firstWorld,
  HOLDS,
  type ModelRecord,
  POST_PHASES,
  type Post,
  REDIS_CONDITIONS,
  STATUSES,
  type Transaction,
  type Worker,
  type World,
} from "./world.js";

/** A world takes this many 32-bit words. Searches keep millions of them. */
export const WORDS = 9;

const RECORD_STATES: readonly ModelRecord["state"][] = [...STATES, "missing"];
const DECISION_NAMES = Object.keys(DECISIONS) as Decision[];

/**
 * Bits in or out, by one description of the layout: `number(value, bits)` writes the value and returns it, or returns
 * what was read. No value is split over two words: the few bits that stay unused cost less than the work to join them.
 */
abstract class Bits {
  protected readonly words: Uint32Array;
  protected word = 0;
  protected bit = 0;

  constructor(words: Uint32Array) {
    this.words = words;
  }

  abstract number(value: number, bits: number): number;

  flag(value: boolean): boolean {
    return this.number(value ? 1 : 0, 1) === 1;
  }

  one<T>(of: readonly T[], value: T, bits: number): T {
    const index = this.number(of.indexOf(value), bits);
    const found = of[index];
    if (found === undefined) throw new RangeError(`nothing has the number ${index} of ${of.length}`);
    return found;
  }
}

class BitWriter extends Bits {
  #current = 0;

  number(value: number, bits: number): number {
    // A search writes a hundred million of these: what does not fit is told by a shift, negative numbers included.
    if (value >>> bits !== 0) throw new RangeError(`${value} does not fit into ${bits} bits`);
    if (this.bit + bits > 32) this.flush();
    this.#current |= value << this.bit;
    this.bit += bits;
    return value;
  }

  flush(): void {
    if (this.word >= WORDS) throw new RangeError("the world does not fit into its words");
    this.words[this.word] = this.#current;
    this.word += 1;
    this.bit = 0;
    this.#current = 0;
  }

  /** Ends the writing; words that were not needed become nought. */
  rest(): void {
    while (this.word < WORDS) this.flush();
  }
}

class BitReader extends Bits {
  number(_: number, bits: number): number {
    if (this.bit + bits > 32) {
      this.word += 1;
      this.bit = 0;
    }
    const value = ((this.words[this.word] ?? 0) >>> this.bit) & ((1 << bits) - 1);
    this.bit += bits;
    return value;
  }
}

/**
 * Packs a world into `words`. Two worlds that differ only in which worker is called which are packed alike.
 */
export function encode(world: World, words: Uint32Array = new Uint32Array(WORDS)): Uint32Array {
  const [first, second] = world.workers;
  const bits = new BitWriter(words);
  transfer(rankOf(first) <= rankOf(second) ? world : { ...world, workers: [second, first] }, bits);
  bits.rest();
  return words;
}

/** Unpacks a world. */
export function decode(words: Uint32Array): World {
  const world = firstWorld();
  transfer(world, new BitReader(words));
  return world;
}

/** Any order of workers will do, as long as it is one. */
function rankOf({ doing, claim, from, attempt, fence, decision, transaction }: Worker): number {
  let rank = DOINGS.indexOf(doing);
  rank = rank * 8 + claim;
  rank = rank * 16 + RECORD_STATES.indexOf(from);
  rank = rank * 4 + attempt;
  rank = rank * 8 + fence;
  rank = rank * 32 + DECISION_NAMES.indexOf(decision);
  return rank * 8 + transaction;
}

function transfer(world: World, bits: Bits): void {
  transferRecord(world.record, bits);
  for (const worker of world.workers) transferWorker(worker, bits);
  transferList(world.posts, noPost, transferPost, bits);
  transferList(world.transactions, noTransaction, transferTransaction, bits);
  const { redis } = world;
  redis.condition = bits.one(REDIS_CONDITIONS, redis.condition, 2);
  redis.ended = bits.one(ENDS_BY_PEOPLE, redis.ended, 2);
  if (!bits.flag(redis.older !== undefined)) return;
  redis.older ??= acceptedRecord();
  transferRecord(redis.older, bits);
}

function transferRecord(record: ModelRecord, bits: Bits): void {
  record.state = bits.one(RECORD_STATES, record.state, 4);
  record.attempt = bits.number(record.attempt, 2);
  record.fence = bits.number(record.fence, 3);
  record.hold = bits.one(HOLDS, record.hold, 2);
  record.rounds = bits.number(record.rounds, 2);
  record.identifierUsed = bits.flag(record.identifierUsed);
  record.transaction = bits.number(record.transaction, 3);
  record.evidence = bits.number(record.evidence, 7);
  record.contradicted = bits.one(CONTRADICTIONS, record.contradicted, 2);
  record.events = bits.number(record.events, 2);
  record.due = bits.flag(record.due);
  record.latestClaim = bits.number(record.latestClaim, 3);
}

function transferWorker(worker: Worker, bits: Bits): void {
  worker.doing = bits.one(DOINGS, worker.doing, 3);
  worker.claim = bits.number(worker.claim, 3);
  worker.from = bits.one(RECORD_STATES, worker.from, 4);
  worker.attempt = bits.number(worker.attempt, 2);
  worker.fence = bits.number(worker.fence, 3);
  worker.decision = bits.one(DECISION_NAMES, worker.decision, 5);
  worker.transaction = bits.number(worker.transaction, 3);
}

function transferPost(post: Post, bits: Bits): void {
  post.phase = bits.one(POST_PHASES, post.phase, 2);
  post.attempt = bits.number(post.attempt, 2);
  post.fence = bits.number(post.fence, 3);
  post.journalled = bits.flag(post.journalled);
}

function transferTransaction(transaction: Transaction, bits: Bits): void {
  transaction.claim = bits.number(transaction.claim, 3);
  transaction.attempt = bits.number(transaction.attempt, 2);
  transaction.status = bits.one(STATUSES, transaction.status, 3);
  transaction.listed = bits.flag(transaction.listed);
  transaction.isLeftOut = bits.flag(transaction.isLeftOut);
}

function transferList<T>(list: T[], blank: () => T, transferOne: (item: T, bits: Bits) => void, bits: Bits): void {
  const length = bits.number(list.length, 3);
  for (let index = 0; index < length; index += 1) {
    const item = list[index] ?? blank();
    transferOne(item, bits);
    list[index] = item;
  }
}

const noPost = (): Post => ({ phase: "over", attempt: 0, fence: 0, journalled: false });
const noTransaction = (): Transaction => ({
  claim: 0,
  attempt: 0,
  status: "PROCESSING",
  listed: false,
  isLeftOut: false,
});
