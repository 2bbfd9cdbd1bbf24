import {
  attemptOfCustomIdentifier,
  canMove,
  type HistoryEntry,
  isFinal,
  type Timings,
  type TopupRecord,
} from "@surefill/topup";
import type { MemoryLedger } from "../memory-ledger/memory-ledger.js";
import type { Booked, Books, SeenPost } from "../provider/books.js";
import type { Grant } from "../simulation/seam-ledger.js";
import { checkByAudit } from "./check-by-audit.js";
import { checkPost } from "./check-post.js";
import { checkReview } from "./check-review.js";
import { checkStory } from "./check-story.js";

/** What a line of an intent journal says of a claim. */
export type Intent = { customIdentifier: string; fence: number };

/** What a run is judged by. */
export type Evidence = {
  ledger: MemoryLedger;
  books: Books;
  grants: readonly Grant[];
  intents: readonly Intent[];
  timings: Timings;
  /** The provider answered with a transactionId that belongs to another top-up. */
  hasForeignId: boolean;
  /** Rounds without an outcome are the provider's outage, and no reason to ask a person. */
  isProviderAway: boolean;
  /** Whether a process lives, and has found the ledger there whenever it asked. */
  isUnhurt: (process: string) => boolean;
  nowMs: () => number;
};

/** A promise that a run broke. `rule` is one of a few names; `what` says what happened. */
export type Violation = { rule: string; what: string; atMs: number };

/** Judges a run while it goes on and when it is over, from the provider's books and the ledger. */
export class Judge {
  readonly violations: Violation[] = [];
  readonly #evidence: Evidence;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  accuse(rule: string, what: string): void {
    this.violations.push({ rule, what, atMs: this.#evidence.nowMs() });
  }

  /** At most one transaction of a top-up may cost money, at any instant. To be asked whenever the books change. */
  onBooks({ identifier, isTooMuch }: Booked): void {
    const named = attemptOfCustomIdentifier(identifier);
    if (named === undefined || isTooMuch) return;
    const live = this.#rowsOf(named.reference).filter(
      ({ status, isTooMuch: isExtra }) => !isExtra && (status === "PROCESSING" || status === "SUCCESSFUL"),
    );
    if (live.length < 2) return;
    const shown = live.map((row) => `${row.transactionId} (${row.identifier}, ${row.status})`).join(" and ");
    this.accuse("paid twice", `${named.reference}: transactions ${shown} are alive`);
  }

  /** Every POST must be covered by a fresh grant, and may not overlap another one. */
  onPost(post: SeenPost): void {
    const named = attemptOfCustomIdentifier(post.identifier);
    const wrong =
      named === undefined
        ? [`${post.identifier} is the identifier of no top-up`]
        : checkPost({ post, ...named }, this.#evidence);
    for (const what of wrong) this.accuse("POST", what);
  }

  /** Judges the end of a run, when nothing is on its way any more. */
  async atTheEnd(references: readonly string[]): Promise<void> {
    for (const reference of references) {
      const record = (await this.#evidence.ledger.look(reference))?.record;
      if (record === undefined) this.accuse("lost", `${reference} was acknowledged and is gone`);
      else this.#judgeRecord(record, this.#evidence.ledger.story.history(reference));
    }
  }

  #judgeRecord(record: TopupRecord, history: readonly HistoryEntry[]): void {
    const { reference, state } = record;
    if (!isFinal(state) && state !== "review") this.accuse("never ends", `${reference} is still ${state}`);
    for (const what of checkStory(record, history, this.#evidence.ledger)) this.accuse("story", what);
    for (const what of this.#againstBooks(record)) this.accuse("books", what);
    const rows = this.#rowsOf(reference);
    for (const what of checkByAudit(record, history, rows, this.#evidence)) this.accuse("audit", what);
    for (const what of checkReview(record, history, this.#evidence)) this.accuse("review", what);
    const broken = history.find(({ from, to }) => !canMove(from, to));
    if (broken !== undefined) this.accuse("moves", `${reference} went from ${broken.from} to ${broken.to}`);
  }

  #againstBooks(record: TopupRecord): string[] {
    const rows = this.#rowsOf(record.reference);
    const { reference, state, transactionId, evidence = [], disowned = [], settlement } = record;
    const known = new Set([transactionId, ...evidence.map((seen) => seen.transactionId)]);
    const wrong: string[] = [];
    const live = rows.filter(({ status }) => status === "PROCESSING" || status === "SUCCESSFUL");
    if (state === "succeeded") {
      const [paid] = live;
      if (live.length !== 1 || paid?.status !== "SUCCESSFUL") wrong.push("succeeded, and not exactly one is paid");
      else if (paid.transactionId !== transactionId) wrong.push("succeeded by another transaction than the paid one");
      else if (paid.amount !== record.request.amount) wrong.push(`succeeded with an amount of ${paid.amount}`);
      else if (settlement?.cost !== paid.cost) wrong.push(`cost ${paid.cost}, and the record says ${settlement?.cost}`);
    } else if (isFinal(state) && live.length > 0) {
      wrong.push(`${state}, and transaction ${live[0]?.transactionId} is ${live[0]?.status}`);
    }
    if (state === "refunded" && !rows.some(({ status }) => status === "REFUNDED")) wrong.push("refunded by nobody");
    // What proved to be another's is kept as that.
    const isKept = (id: number) => known.has(id) || disowned.some((seen) => seen.transactionId === id);
    const forgotten = this.#answeredTo(reference).find((id) => !isKept(id));
    if (forgotten !== undefined)
      wrong.push(`transaction ${forgotten} was told to a living worker, and is in no record`);
    const unknown = rows.find((row) => !known.has(row.transactionId));
    // A review may be just about what could not be learned.
    if (unknown !== undefined && state !== "review") wrong.push(`transaction ${unknown.transactionId} is in no record`);
    return wrong.map((what) => `${reference}: ${what}`);
  }

  /** Ids that reached workers which lived to write them down. */
  #answeredTo(reference: string): number[] {
    const { books, isUnhurt } = this.#evidence;
    return books.posts
      .filter(
        ({ identifier, process }) =>
          attemptOfCustomIdentifier(identifier)?.reference === reference && isUnhurt(process),
      )
      .flatMap(({ answeredId }) => answeredId ?? []);
  }

  #rowsOf(reference: string): Booked[] {
    return this.#evidence.books.rows.filter(
      ({ identifier }) => attemptOfCustomIdentifier(identifier)?.reference === reference,
    );
  }
}
