import type { ProviderTransaction } from "@surefill/provider";
import { ReloadlyError } from "@surefill/reloadly-client";
import { DeadlineSignals } from "@surefill/runtime";
import { type AuditContext, CLOCK_SKEW_MS } from "../audit-context.js";
import { type Finding, findingKey } from "../findings.js";
import type { AuditCounts, AuditParts, AuditScope } from "./audit-parts.js";
import { type CloserLook, lookCloser } from "./closer-look.js";
import type { ReadingManner } from "./report-walk.js";
import { Tally } from "./tally.js";

/** As many findings are told; of more, a person reads none. */
const FINDINGS_MAX = 10_000;
const LOOKS_MAX = 10_000;

/** Most top-ups end within this time of being sent; those that took longer are asked for one by one. */
const REPORT_LEAD_MS = 3_600_000;

/** The log forgets after 90 days; on the day before that nobody can tell any more what should be in it. */
const EVENTS_KEPT_MS = 89 * 86_400_000;

/** One audit on its way: what it has counted and found so far, and what its passes leave for each other. */
export class AuditRun {
  readonly counts: AuditCounts = {
    topups: 0,
    open: 0,
    transactions: 0,
    foreign: 0,
    events: 0,
    posts: 0,
    foreignPosts: 0,
    unjudgedPosts: 0,
    acknowledged: 0,
    looks: 0,
    moving: 0,
    unresolved: 0,
    unreadable: 0,
    unpriced: 0,
  };
  /** Ends that the ledger says the provider has told, against the transactions that tell them. */
  readonly ends = new Tally();
  /** Moves that must be told, against the events that tell them. */
  readonly moves = new Tally();
  /** What the ledger counts as paid; and what is at the provider beside that, each in its currency. */
  readonly paid = new Map<string, string>();
  readonly besides = new Map<string, string>();
  readonly manner: ReadingManner;
  readonly #seen = new Set<string>();
  /** What has been asked for one by one, with every transaction that was judged then. */
  readonly #looked = new Map<string, Map<number, ProviderTransaction>>();

  constructor(
    readonly parts: AuditParts,
    readonly scope: AuditScope,
    /** The ledger's time when the audit began. What happens later is the next one's. */
    readonly startMs: number,
    readonly rebuiltAtMs: number | undefined,
    private readonly onFinding: (finding: Finding) => void | Promise<void>,
  ) {
    this.manner = { deadlines: new DeadlineSignals(parts.signal), pause: parts.pause ?? (async () => undefined) };
  }

  /** From when on what has ended is judged. */
  get fromMs(): number {
    return this.scope.sinceMs ?? 0;
  }

  /** From when on the report is read. */
  get reportFromMs(): number {
    return Math.max(0, this.fromMs - REPORT_LEAD_MS);
  }

  /** The part of the past that the ledger and what it is held against must agree on. */
  isInWindow(atMs: number): boolean {
    return atMs >= this.fromMs && atMs < this.startMs;
  }

  /** From when on the event log still holds everything. */
  get tellableFromMs(): number {
    return this.startMs - EVENTS_KEPT_MS;
  }

  /** The part of the judged past that the event log still holds. */
  isTellable(atMs: number): boolean {
    return this.isInWindow(atMs) && atMs >= this.tellableFromMs;
  }

  context(nowMs: number): AuditContext {
    const { clockSkewMs = CLOCK_SKEW_MS, isSettled = false } = this.scope;
    return { nowMs, timings: this.parts.timings, clockSkewMs, rebuiltAtMs: this.rebuiltAtMs, isSettled };
  }

  /** Tells findings, each once. */
  async tell(findings: readonly Finding[]): Promise<void> {
    for (const finding of findings) {
      const key = `${findingKey(finding)}|${finding.what}`;
      if (this.#seen.has(key)) continue;
      if (this.#seen.size >= FINDINGS_MAX) {
        this.counts.unresolved += 1;
        continue;
      }
      this.#seen.add(key);
      await this.onFinding(finding);
    }
  }

  /**
   * Asks the provider for one top-up, and tells what is wrong with it. Again only for a transaction that is new. `share`:
   * of all such questions, the part that may have been used up when this one is asked.
   */
  async look(reference: string, seen: readonly ProviderTransaction[] = [], share = 1): Promise<void> {
    const before = this.#looked.get(reference);
    if (before !== undefined && seen.every(({ transactionId }) => before.has(transactionId))) return;
    if (this.counts.looks >= (this.scope.looksMax ?? LOOKS_MAX) * share) {
      this.counts.unresolved += 1;
      return;
    }
    this.counts.looks += 1;
    const known = new Map(before);
    for (const transaction of seen) known.set(transaction.transactionId, transaction);
    this.#looked.set(reference, known);
    const context = this.context(await this.parts.ledger.nowMs());
    const look = await this.#lookCloser(reference, [...known.values()], context);
    if (look === undefined) {
      this.counts.unreadable += 1;
      return;
    }
    if (look.kind === "moving") this.counts.moving += 1;
    if (look.kind !== "judged") return;
    for (const transaction of look.transactions) known.set(transaction.transactionId, transaction);
    await this.tell(look.findings);
  }

  /** `undefined` where the provider's answer cannot be read, which costs this top-up and not the audit. */
  async #lookCloser(
    reference: string,
    seen: readonly ProviderTransaction[],
    context: AuditContext,
  ): Promise<CloserLook | undefined> {
    try {
      return await lookCloser(this.parts, reference, seen, context, this.manner);
    } catch (error) {
      if (error instanceof ReloadlyError && error.code === "RELOADLY_UNREADABLE_BODY") return undefined;
      throw error;
    }
  }

  /** Stops between two requests when nobody waits for the audit any more. */
  async rest(): Promise<void> {
    this.parts.signal.throwIfAborted();
    await this.manner.pause();
  }
}
