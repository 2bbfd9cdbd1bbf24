import { STATES, type TopupState } from "@surefill/topup";
import type { Redis } from "ioredis";
import { requireAccount } from "./account.js";
import { LedgerCorruptError, type LedgerLostError } from "./errors.js";
import { rebuiltAtMsOf } from "./fences.js";
import { decodeHistory } from "./history-codec.js";
import { contentDigest } from "./identity.js";
import { type LedgerKeys, ledgerKeys } from "./keys.js";
import { decodeRecord, fieldsOf, type RecordFields } from "./record-codec.js";
import { answered, asLedgerError, ledgerTime } from "./script-runner.js";
import { ANY_CONTENT } from "./scripts.js";
import type { TopupFile } from "./topup-file.js";
import { lossOfLedger, type Witnessed } from "./witness.js";

/** Histories are cut to this many lines by the scripts that write them. */
const HISTORY_ENTRIES_MAX = 60;

/** References of one index, with the time (milliseconds) that each is filed under. */
export type IndexPage = { reference: string; atMs: number }[];

export type ReaderOptions = {
  prefix: string;
  /** The account whose report it is to be held against; left out, any. */
  account?: string;
  /** The ledger's time in milliseconds, for tests. Left out, Redis's own clock is used. */
  nowMs?: () => number;
};

/**
 * Reads a ledger for whoever judges it: whole files, and indexes a page at a time, so that a ledger of any size is
 * gone through in little memory. Writes nothing at all. Methods throw `LedgerUnavailableError` when Redis does not
 * answer.
 */
export class LedgerReader {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #recipientKey: string;
  readonly #nowArgument: () => string;

  private constructor(redis: Redis, options: ReaderOptions, recipientKey: string) {
    const { prefix, nowMs } = options;
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#recipientKey = recipientKey;
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
  }

  /**
   * Opens the ledger under a prefix; `undefined` when there is none. Throws a `LedgerAccountError` when it belongs to
   * another account.
   */
  static async open(redis: Redis, options: ReaderOptions): Promise<LedgerReader | undefined> {
    const { meta } = ledgerKeys(options.prefix);
    const fields = await answered(redis.hmget(meta, "recipientKey", "layout", "account"));
    const [recipientKey = null, layout = null, account = null] = fields;
    if (recipientKey === null && layout === null) return undefined;
    if (recipientKey === null || layout !== "1") {
      throw new LedgerCorruptError(`the ledger under "${options.prefix}" has layout ${layout}, this version reads 1`);
    }
    requireAccount(options.prefix, options.account, account === null ? {} : { account });
    return new LedgerReader(redis, options, recipientKey);
  }

  /** The ledger's time in milliseconds. */
  nowMs(): Promise<number> {
    return ledgerTime(this.#redis, this.#nowArgument());
  }

  /**
   * What the ledger has lost, as it is now, of what was witnessed before this was called. `undefined`: nothing that
   * `known` tells of, and nothing that any process has found missing.
   */
  async loss(known: readonly Witnessed[]): Promise<LedgerLostError | undefined> {
    return lossOfLedger(known, await answered(this.#redis.hgetall(this.#keys.meta)));
  }

  /** When the ledger was last rebuilt after a loss, in milliseconds, to the second; `undefined`: never. */
  async rebuiltAtMs(): Promise<number | undefined> {
    const floor = await answered(this.#redis.hget(this.#keys.meta, "fenceFloor"));
    return floor === null ? undefined : rebuiltAtMsOf(Number(floor));
  }

  /**
   * Reads what the ledger holds of these top-ups, all of them in one atomic step, in the order of `references`; one
   * that it does not know is left out. Some hundred at a time are few enough to keep nobody waiting.
   */
  async files(references: readonly string[]): Promise<TopupFile[]> {
    if (references.length === 0) return [];
    const transaction = this.#redis.multi();
    for (const reference of references) {
      transaction.hgetall(this.#keys.record(reference)).lrange(this.#keys.history(reference), 0, -1);
    }
    transaction.zmscore(this.#keys.due, ...references);
    for (const state of STATES) transaction.zmscore(this.#keys.state(state), ...references);
    const replies = ((await answered(transaction.exec())) ?? []).map(([error, reply]) => {
      if (error) throw asLedgerError(error);
      return reply;
    });
    const indexes = replies.slice(references.length * 2) as (string | null)[][];
    const files = references.flatMap((reference, index): TopupFile[] => {
      const fields = replies[index * 2] as RecordFields | string[];
      const record = Array.isArray(fields) ? fieldsOf(fields) : fields;
      if (record.state === undefined) return [];
      const lines = replies[index * 2 + 1] as string[];
      return [
        this.#fileOf(
          reference,
          record,
          lines,
          indexes.map((scores) => scores[index] ?? null),
        ),
      ];
    });
    return this.#withOwners(files);
  }

  #fileOf(reference: string, fields: RecordFields, lines: string[], scores: (string | null)[]): TopupFile {
    const [due = null, ...listed] = scores;
    const record = decodeRecord(reference, fields);
    const isTombstone = fields.phoneHash === undefined;
    const history = lines.map(decodeHistory);
    const isOfRebuild = history.some(({ because }) => because === "recreated");
    const isOfAnyContent = fields.digest === ANY_CONTENT;
    const digestOf = () => contentDigest(this.#recipientKey, record.request);
    return {
      record,
      history,
      isHistoryWhole: !isTombstone && !isOfRebuild && lines.length < HISTORY_ENTRIES_MAX,
      isTombstone,
      isContentIntact: isTombstone || isOfAnyContent || digestOf() === fields.digest,
      ...(due !== null && { dueIndexMs: Number(due) }),
      listedAs: STATES.flatMap((state, index) => {
        const sinceMs = listed[index] ?? null;
        return sinceMs === null ? [] : [{ state, sinceMs: Number(sinceMs) }];
      }),
    };
  }

  /** Who a transaction belongs to is written in the same step as the transaction, and never again. */
  async #withOwners(files: TopupFile[]): Promise<TopupFile[]> {
    const named = files.filter(({ record }) => record.transactionId !== undefined);
    if (named.length === 0) return files;
    const keys = named.map(({ record }) => this.#keys.transaction(record.transactionId ?? 0));
    const owners = await answered(this.#redis.mget(...keys));
    const ownerOf = new Map(named.map((file, index) => [file, owners[index] ?? null]));
    return files.map((file) => {
      const owner = ownerOf.get(file) ?? null;
      return owner === null ? file : { ...file, transactionOwner: owner };
    });
  }

  /** The top-ups that the lists show in a state, by when they entered it, from `sinceMs` on. */
  statePages(state: TopupState, page: { sinceMs: number; limit: number }): AsyncGenerator<IndexPage> {
    return this.#pages(this.#keys.state(state), page);
  }

  /** The top-ups that have an alarm, by when it rings. */
  duePages(page: { limit: number }): AsyncGenerator<IndexPage> {
    return this.#pages(this.#keys.due, { sinceMs: 0, limit: page.limit });
  }

  /**
   * Pages of an index by time. Rows of the page's last millisecond come with it however many they are, so that the
   * next page begins at another time: what leaves the index or comes into it meanwhile moves no row over the edge.
   */
  async *#pages(key: string, page: { sinceMs: number; limit: number }): AsyncGenerator<IndexPage> {
    let from = String(page.sinceMs);
    for (;;) {
      const rows = pairsOf(await this.#range(key, from, "+inf", page.limit));
      const last = rows.at(-1);
      if (last === undefined) return;
      const isFull = rows.length === page.limit;
      const ties = isFull ? pairsOf(await this.#range(key, String(last.atMs), String(last.atMs))) : [];
      yield isFull ? [...rows.filter(({ atMs }) => atMs !== last.atMs), ...ties] : rows;
      if (!isFull) return;
      from = `(${last.atMs}`;
    }
  }

  #range(key: string, least: string, most: string, limit?: number): Promise<string[]> {
    if (limit === undefined) return answered(this.#redis.zrangebyscore(key, least, most, "WITHSCORES"));
    return answered(this.#redis.zrangebyscore(key, least, most, "WITHSCORES", "LIMIT", 0, limit));
  }
}

function pairsOf(flat: readonly string[]): IndexPage {
  return flat.flatMap((reference, index) => (index % 2 === 0 ? [{ reference, atMs: Number(flat[index + 1]) }] : []));
}
