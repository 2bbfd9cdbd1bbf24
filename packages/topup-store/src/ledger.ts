import { randomBytes } from "node:crypto";
import {
  canMove,
  type HistoryEntry,
  type MarkQuestion,
  type Move,
  STATES,
  type TopupRecord,
  type TopupRequest,
  type TopupState,
} from "@surefill/topup";
import type { Redis } from "ioredis";
import { acceptTopups } from "./accept-topups.js";
import { findConfirmed } from "./confirmed-topups.js";
import { CONTRADICT } from "./contradict-script.js";
import { Gates, gateArgument } from "./gates.js";
import { decodeHistory } from "./history-codec.js";
import { contentDigest, recipientHash } from "./identity.js";
import { type LedgerKeys, ledgerKeys } from "./keys.js";
import {
  type Accepted,
  type Claimed,
  type ClaimTerms,
  type ConditionalTopup,
  type LedgerOptions,
  type ListFilter,
  type ListPage,
  type Looked,
  type Moved,
  type MoveOptions,
  type NewTopup,
  type NotTaken,
  probeArguments,
} from "./ledger-answers.js";
import { decodeCursor, encodeCursor } from "./list-cursor.js";
import { openWitness } from "./open-witness.js";
import { ProviderHints } from "./provider-hints.js";
import { decodeRecord, encodePatch, fieldsOf } from "./record-codec.js";
import {
  answered,
  asLedgerError,
  compareKnowledge,
  ledgerTime,
  type RunScript,
  script,
  scriptRunner,
} from "./script-runner.js";
import { CLAIM, EVIDENCE, MOVE } from "./scripts.js";
import { CHECK, LEAVE } from "./server-change-lua.js";
import { SHRINK } from "./shrink-script.js";
import { LOOK, RING } from "./wake-scripts.js";
import type { LedgerWitness, Witnessed } from "./witness.js";

const scripts = {
  check: script(CHECK, "watches"),
  leave: script(LEAVE, "watches"),
  claim: script(CLAIM),
  move: script(MOVE),
  evidence: script(EVIDENCE),
  contradict: script(CONTRADICT),
  look: script(LOOK, "reads"),
  ring: script(RING),
  shrink: script(SHRINK),
};

/**
 * The ledger of top-ups in Redis: the truth about who was paid. All writes go through its scripts, each one atomic
 * step. Methods throw `LedgerUnavailableError` when Redis does not answer; then nothing is known about the write.
 */
export class Ledger {
  readonly #redis: Redis;
  readonly #options: LedgerOptions;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #operationPrefix: string;
  readonly #nowArgument: () => string;
  /** What this process knows of the ledger; scripts are refused where Redis knows less. */
  readonly witness: LedgerWitness;
  /** The gates: shared reasons not to send. */
  readonly gates: Gates;
  /** What the provider tells by itself: a reason to look earlier. */
  readonly hints: ProviderHints;
  #operations = 0;

  private constructor(redis: Redis, options: LedgerOptions, witness: LedgerWitness) {
    this.#redis = redis;
    this.#options = options;
    this.#keys = ledgerKeys(options.prefix);
    this.witness = witness;
    this.#run = scriptRunner(redis, witness);
    // Never repeated, by a second ledger or a new process of this id either: its first claim would be taken for that one's.
    this.#operationPrefix = `${options.processId}:${randomBytes(6).toString("base64url")}`;
    const { nowMs } = options;
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
    this.gates = new Gates(redis, this.#keys, this.#run, { nowArgument: this.#nowArgument, ...options });
    this.hints = new ProviderHints(redis, this.#keys, this.#run, this.#nowArgument);
  }

  /**
   * Opens the ledger under a prefix; `createLedger` makes one. A ledger that lacks what is `known` of it opens, too:
   * `witness.lost` tells so then, and every script is refused until it is rebuilt. Throws a `LedgerMissingError` where
   * there is none and none is known, a `LedgerAccountError` when it belongs to another account.
   */
  static async open(redis: Redis, options: LedgerOptions): Promise<Ledger> {
    const { stateFolder: from, processId: id, known = [] } = options;
    const process = from && { sendWithinMs: 0, ...from, id, folder: from.id };
    return new Ledger(redis, options, await openWitness(redis, { ...options, known, process }));
  }

  /** The same ledger over another connection: what one witnesses, the other holds against Redis too. */
  over(redis: Redis): Ledger {
    return new Ledger(redis, this.#options, this.witness);
  }

  /** Tells others that this process runs; throws a `LedgerLostError`, or a `LedgerComparingError`, as every call does. */
  async check(): Promise<void> {
    const args = [this.#nowArgument(), this.#keys.base, ...this.witness.listed];
    this.witness.see((await this.#run(scripts.check, this.#keys.meta, args)) as string[]);
  }

  /** Gives what this process and its state folder (`inFolder`) know to a ledger that is closed. Throws as `check` does. */
  compare(inFolder: readonly Witnessed[]): Promise<void> {
    return compareKnowledge(this.#redis, this.witness, { now: this.#nowArgument(), base: this.#keys.base, inFolder });
  }

  /** This process stops: nobody waits for what it knows. To be called when nothing of it is under way any more. */
  async leave(): Promise<void> {
    const args = [this.#nowArgument(), this.#keys.base, this.witness.process?.id ?? ""];
    if (this.witness.process !== undefined) await this.#run(scripts.leave, this.#keys.meta, args);
  }

  /** Stores top-ups that are new; answers in the order of `topups`. Repeating a call changes nothing. */
  async accept(topups: readonly NewTopup[]): Promise<Accepted[]> {
    const answers = await this.acceptWithin(topups);
    return answers.filter((answer) => "record" in answer);
  }

  /**
   * As `accept`, and counts what is new towards what its API key may have accepted in one day. An item over the limit is
   * not stored, nor is one whose recipient was paid within its `unlessPaidWithinMs`; what exists already is answered and
   * counts nothing.
   */
  acceptWithin(topups: readonly ConditionalTopup[]): Promise<(Accepted | NotTaken)[]> {
    return acceptTopups({ run: this.#run, keys: this.#keys, now: this.#nowArgument(), digests: this }, topups);
  }

  /** Claims the right to send one attempt. A closed gate holds the record until it opens; a half-open one lets a few pass. */
  async claim(reference: string, attempt: number, terms: ClaimTerms): Promise<Claimed> {
    const answer = await this.#run(scripts.claim, this.#keys.record(reference), [
      this.#nowArgument(),
      this.#keys.base,
      terms.operation ?? this.newOperation(),
      reference,
      String(attempt),
      String(terms.leaseMs),
      String(terms.holdJitterMs),
      ...probeArguments(terms),
    ]);
    const [kind, stamp, flat] = answer as [Claimed["kind"], string, unknown[]];
    if (kind === "missing") return { kind };
    return { kind, record: decodeRecord(reference, fieldsOf(flat)), nowMs: Number(stamp) };
  }

  /**
   * Makes a move, if the record still has the state, attempt and fence that `record` shows. Throws a `TypeError` on
   * a move that the table does not allow, since that is a defect.
   */
  async move(
    record: Pick<TopupRecord, "reference" | "state" | "attempt" | "fence">,
    move: Move,
    options: MoveOptions = {},
  ): Promise<Moved> {
    if (!canMove(record.state, move.to)) throw new TypeError(`no move from ${record.state} to ${move.to}`);
    const { set, remove } = encodePatch(move.patch);
    const answer = await this.#run(scripts.move, this.#keys.record(record.reference), [
      this.#nowArgument(),
      this.#keys.base,
      options.operation ?? this.newOperation(),
      record.reference,
      record.state,
      String(record.attempt),
      String(record.fence),
      move.to,
      move.because,
      move.dueAtMs === undefined ? "" : String(move.dueAtMs),
      move.latencyMs === undefined ? "" : String(Math.round(move.latencyMs)),
      move.event ?? "",
      gateArgument(move),
      options.ifVersion === undefined ? "" : String(options.ifVersion),
      this.#options.processId,
      String(set.length),
      ...set,
      ...remove,
    ]);
    const [kind, stamp, third, fourth] = answer as [Moved["kind"], string, unknown, string?];
    switch (kind) {
      case "moved": {
        const moved = { kind, version: Number(third), nowMs: Number(stamp) };
        return fourth === undefined || fourth === "" ? moved : { ...moved, dueAtMs: Number(fourth) };
      }
      case "stale":
      case "contradicted":
        return { kind, record: decodeRecord(record.reference, fieldsOf(third as unknown[])), nowMs: Number(stamp) };
      case "conflict":
        return { kind, transactionId: Number(third) };
      case "missing":
        return { kind };
    }
  }

  /** Adds a transactionId that an attempt was answered with, whatever has become of the record meanwhile. */
  async addEvidence(reference: string, attempt: number, transactionId: number): Promise<Looked | undefined> {
    const answer = await this.#run(scripts.evidence, this.#keys.record(reference), [
      this.#nowArgument(),
      this.#keys.base,
      reference,
      String(attempt),
      String(transactionId),
    ]);
    const [kind, stamp, flat] = answer as [string, string, unknown[]?];
    if (kind === "missing" || flat === undefined) return undefined;
    return { record: decodeRecord(reference, fieldsOf(flat)), nowMs: Number(stamp) };
  }

  /**
   * Marks a top-up that is contradicted by transactions (`live`) that the provider has paid or may pay, also by ones that
   * are known already. One that ended without money stays where it is, and is taken for paid where somebody asks whether
   * to pay again. One that is open is not sent any more, and does not end without money, before a person has looked;
   * its current transaction contradicts nothing. `attempt` is null where the transaction names none.
   */
  async contradict(
    reference: string,
    live: readonly { attempt: number | null; transactionId: number }[],
  ): Promise<void> {
    const shown = live.flatMap(({ attempt, transactionId }) => [String(attempt ?? ""), String(transactionId)]);
    await this.#run(scripts.contradict, this.#keys.record(reference), [this.#nowArgument(), this.#keys.base, ...shown]);
  }

  /** Reads a record together with the ledger's time. `undefined` when there is none. */
  async look(reference: string): Promise<Looked | undefined> {
    const answer = await this.#run(scripts.look, this.#keys.record(reference), [this.#nowArgument(), this.#keys.base]);
    const [stamp, flat] = answer as [string, unknown[]];
    if (flat.length === 0) return undefined;
    return { record: decodeRecord(reference, fieldsOf(flat)), nowMs: Number(stamp) };
  }

  /** A record's moves, oldest first; the oldest are dropped beyond 60. */
  async history(reference: string): Promise<HistoryEntry[]> {
    this.#requireNoLoss();
    const lines = await answered(this.#redis.lrange(this.#keys.history(reference), 0, -1));
    return lines.map(decodeHistory);
  }

  /** Lists records under one filter, newest first. Throws a `RangeError` on a cursor that is not ours. */
  async list(filter: ListFilter, page: { limit: number; cursor?: string }): Promise<ListPage> {
    this.#requireNoLoss();
    if ("transactionId" in filter) {
      const reference = await answered(this.#redis.get(this.#keys.transaction(filter.transactionId)));
      return { records: reference === null ? [] : await this.records([reference]) };
    }
    const index = this.#indexOf(filter);
    const start = page.cursor === undefined ? 0 : await this.#rankAfter(index, page.cursor);
    const flat = await answered(this.#redis.zrevrange(index, start, start + page.limit, "WITHSCORES"));
    const references = flat.filter((_, position) => position % 2 === 0);
    const shown = references.slice(0, page.limit);
    const records = await this.records(shown);
    const last = shown.at(-1);
    if (references.length <= page.limit || last === undefined) return { records };
    return { records, nextCursor: encodeCursor({ score: Number(flat[shown.length * 2 - 1]), reference: last }) };
  }

  #indexOf(filter: { state: TopupState } | { phone: string } | { campaign: string }): string {
    if ("state" in filter) return this.#keys.state(filter.state);
    if ("campaign" in filter) return this.#keys.campaign(filter.campaign);
    return this.#keys.phone(this.recipientHash(filter.phone));
  }

  /**
   * The rank behind the cursor's row, also when that row has left the index meanwhile or came back as a newer one:
   * its place is behind everything newer, and among rows of the same millisecond behind the greater references.
   */
  async #rankAfter(index: string, cursor: string): Promise<number> {
    const position = decodeCursor(cursor);
    if (position === undefined) throw new RangeError("the cursor is not one that this list gave out");
    const { score, reference } = position;
    const [newer, ties] = await Promise.all([
      answered(this.#redis.zcount(index, `(${score}`, "+inf")),
      answered(this.#redis.zrangebyscore(index, score, score)),
    ]);
    return newer + ties.filter((tie) => tie >= reference).length;
  }

  /** Reads records by reference, in one round trip; references without a record are left out. */
  async records(references: readonly string[]): Promise<TopupRecord[]> {
    this.#requireNoLoss();
    const pipeline = this.#redis.pipeline();
    for (const reference of references) pipeline.hgetall(this.#keys.record(reference));
    const answers = references.length === 0 ? [] : ((await answered(pipeline.exec())) ?? []);
    return references.flatMap((reference, index) => {
      const [error, fields] = answers[index] ?? [];
      if (error) throw asLedgerError(error);
      const known = (fields ?? {}) as Record<string, string>;
      return known.state === undefined ? [] : [decodeRecord(reference, known)];
    });
  }

  /** One of our own succeeded top-ups, to hold the provider's report against; `undefined` where there is none. */
  async confirmed(question: MarkQuestion): Promise<TopupRecord | undefined> {
    this.#requireNoLoss();
    const key = this.#keys.state("succeeded");
    return findConfirmed(
      question,
      async ({ fromMs, untilMs, newestFirst, limit }) => {
        const flat = newestFirst
          ? await answered(this.#redis.zrevrangebyscore(key, untilMs, fromMs, "WITHSCORES", "LIMIT", 0, limit))
          : await answered(this.#redis.zrangebyscore(key, fromMs, untilMs, "WITHSCORES", "LIMIT", 0, limit));
        return flat.flatMap((reference, at) => (at % 2 === 0 ? [{ reference, atMs: Number(flat[at + 1]) }] : []));
      },
      (references) => this.records(references),
    );
  }

  /** How many top-ups are in each state, without those that retention has shrunk. */
  async counts(): Promise<Record<TopupState, number>> {
    const pipeline = this.#redis.pipeline();
    for (const state of STATES) pipeline.zcard(this.#keys.state(state));
    const answers = (await answered(pipeline.exec())) ?? [];
    const entries = STATES.map((state, index) => {
      const [error, count] = answers[index] ?? [];
      if (error) throw asLedgerError(error);
      return [state, Number(count)] as const;
    });
    return Object.fromEntries(entries) as Record<TopupState, number>;
  }

  /** References whose alarm should have rung `lateMs` ago or earlier, most overdue first. */
  async overdue(lateMs: number, limit: number): Promise<string[]> {
    this.#requireNoLoss();
    const nowMs = await this.nowMs();
    return answered(this.#redis.zrangebyscore(this.#keys.due, "-inf", nowMs - lateMs, "LIMIT", 0, limit));
  }

  /** When the most overdue alarm should have rung; `undefined` when nothing is open. */
  async oldestDueAtMs(): Promise<number | undefined> {
    const [, score] = await answered(this.#redis.zrange(this.#keys.due, "0", "0", "WITHSCORES"));
    return score === undefined ? undefined : Number(score);
  }

  /** Puts the next alarm of an unchanged record; `false` when anything, its alarm included, changed since it was read. */
  async ring(record: Pick<TopupRecord, "reference" | "version" | "dueAtMs">, dueAtMs: number): Promise<boolean> {
    const { reference, version } = record;
    const times = [record.dueAtMs ?? "", Math.round(dueAtMs)].map(String);
    const args = [this.#nowArgument(), this.#keys.base, reference, String(version), ...times];
    return (await this.#run(scripts.ring, this.#keys.record(reference), args)) === 1;
  }

  /** The ledger's time in milliseconds. */
  async nowMs(): Promise<number> {
    return ledgerTime(this.#redis, this.#nowArgument());
  }

  /** Shrinks final records entered more than `ageMs` ago to tombstones, at most `limit` per state; answers how many. */
  async shrinkOld(ageMs: number, limit: number): Promise<number> {
    const cutoffMs = (await this.nowMs()) - ageMs;
    let shrunk = 0;
    for (const state of ["succeeded", "refunded", "failed", "rejected", "cancelled"] as const) {
      const key = this.#keys.state(state);
      for (const reference of await answered(this.#redis.zrangebyscore(key, "-inf", cutoffMs, "LIMIT", 0, limit))) {
        const args = [this.#nowArgument(), this.#keys.base, reference, String(cutoffMs)];
        shrunk += Number(await this.#run(scripts.shrink, this.#keys.record(reference), args));
      }
    }
    return shrunk;
  }

  /** Plain reads see no loss by themselves, and what they show after one would be taken for the truth. */
  #requireNoLoss(): void {
    const { lost, comparing } = this.witness;
    if (lost !== undefined || comparing !== undefined) throw lost ?? comparing;
  }

  /** The hash under which a recipient (E.164 digits or e-mail address) is indexed and gated. */
  recipientHash(recipient: string): string {
    return recipientHash(this.witness.recipientKey, recipient);
  }

  /** What tells whether two requests ask for the same: equal digests, equal content. */
  contentDigest(request: TopupRequest): string {
    return contentDigest(this.witness.recipientKey, request);
  }

  /** An id for one write that may be sent several times. A move that it made answers `moved` again, until another write. */
  newOperation(): string {
    this.#operations += 1;
    return `${this.#operationPrefix}:${this.#operations.toString(36)}`;
  }
}
