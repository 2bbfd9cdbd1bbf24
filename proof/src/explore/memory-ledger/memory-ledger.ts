import { createHash } from "node:crypto";
import {
  attemptOfCustomIdentifier,
  canMove,
  contentOf,
  type Evidence,
  gateOf,
  type HistoryEntry,
  isFinal,
  isMark,
  type MarkQuestion,
  type Move,
  type TopupEvent,
  type TopupRecord,
  type TopupState,
} from "@surefill/topup";
import type {
  Accepted,
  Claimed,
  ClaimTerms,
  ConditionalTopup,
  Looked,
  Moved,
  MoveOptions,
  NewTopup,
  ProviderHint,
  Woken,
} from "@surefill/topup-store";
import { MemoryGates } from "./gates.js";
import { MemoryIndexes } from "./indexes.js";
import { moveStored } from "./move.js";
import { without } from "./patch.js";
import { evidenceWith, gateNamesOf, type StoredTopup } from "./stored-topup.js";
import { MemoryStory } from "./story.js";

const FINAL_STATES = ["succeeded", "refunded", "failed", "rejected", "cancelled"] as const;

/** What a shrunk record has lost. */
const SHRUNK = [
  "evidence",
  "disowned",
  "leaseUntilMs",
  "grantedAtMs",
  "processingSinceMs",
  "refusedSinceMs",
  "failedSeen",
  "reportLagsSinceMs",
  "emptyLookups",
  "unansweredLookups",
  "resolvedBy",
  "resolvedReason",
] as const;

export type MemoryLedgerOptions = {
  /** The ledger's time in milliseconds. */
  nowMs: () => number;
  /** From 0 to below 1; picks among parked rows, as Redis does by chance. */
  random?: () => number;
  /** Names a recipient in indexes and gates. */
  recipientHash?: (recipient: string) => string;
  /** The provider accepts top-ups that this ledger does not hold, all the time: it is never away for all. */
  areOthersAccepted?: boolean;
};

/**
 * The ledger without Redis: the same operations with the same answers, each made at once and whole. What the Lua
 * scripts do to keys is said here in other words, and a test runs both through the same random operations and
 * compares everything that they hold. Nothing is stored beyond the object's own life.
 */
export class MemoryLedger {
  readonly #topups = new Map<string, StoredTopup>();
  readonly #nowMs: () => number;
  readonly #hash: (recipient: string) => string;
  #operations = 0;
  readonly gates: MemoryGates;
  readonly hints = { wake: (hint: ProviderHint) => this.#wake(hint) };
  /** For whoever compares and checks; the processors have no use for them. */
  readonly indexes = new MemoryIndexes();
  readonly story = new MemoryStory();

  constructor({ nowMs, random = () => 0, recipientHash = hashOf, areOthersAccepted = false }: MemoryLedgerOptions) {
    if (areOthersAccepted) this.indexes.acceptedAtMs = Number.POSITIVE_INFINITY;
    this.#nowMs = nowMs;
    this.#hash = recipientHash;
    this.gates = new MemoryGates(nowMs, random);
  }

  async accept(topups: readonly NewTopup[]): Promise<Accepted[]> {
    return topups.map((topup) => this.#acceptOne(topup));
  }

  /** As `accept`: no caller here sets a condition, so that one is a defect of whoever explores. */
  async acceptWithin(topups: readonly ConditionalTopup[]): Promise<Accepted[]> {
    const conditional = topups.find(({ spend, unlessPaidWithinMs }) => spend ?? unlessPaidWithinMs);
    if (conditional !== undefined)
      throw new TypeError(`the ledger in memory knows no conditions: ${conditional.reference}`);
    return this.accept(topups);
  }

  #acceptOne({ reference, request }: NewTopup): Accepted {
    const content = contentOf(request);
    const known = this.#topups.get(reference);
    if (known !== undefined) {
      return { kind: known.content === content ? "exists" : "conflict", record: { ...known.record } };
    }
    const nowMs = this.#nowMs();
    const phoneHash = this.recipientHash(request.recipientPhone?.number ?? request.recipientEmail ?? "");
    const record: TopupRecord = {
      reference,
      request,
      ...(request.operatorId !== "auto" && { operatorId: request.operatorId }),
      state: "queued",
      attempt: 1,
      fence: 0,
      version: 1,
      submits: 0,
      polls: 0,
      interruptions: 0,
      rounds: 0,
      lookups: 0,
      acceptedAtMs: nowMs,
      enteredAtMs: nowMs,
      dueAtMs: nowMs,
      identifierUsed: false,
    };
    this.#topups.set(reference, { record, content, phoneHash, operation: "" });
    const { campaign } = request;
    this.indexes.add(reference, nowMs, { phoneHash, ...(campaign && { campaign }) });
    return { kind: "created", record: { ...record } };
  }

  async claim(reference: string, attempt: number, lease: ClaimTerms): Promise<Claimed> {
    const nowMs = this.#nowMs();
    const stored = this.#topups.get(reference);
    if (stored === undefined) return { kind: "missing" };
    const { record } = stored;
    const answer = (kind: Exclude<Claimed["kind"], "missing">): Claimed => ({
      kind,
      record: { ...stored.record },
      nowMs,
    });
    if (stored.operation === lease.operation) return answer(record.state === "submitting" ? "claimed" : "gated");
    const isWaiting = record.state === "queued" || (record.state === "held" && record.holdReason !== "failed");
    if (!isWaiting || record.attempt !== attempt) return answer("stale");
    const isOfThis = record.evidence?.some((seen) => seen.attempt === attempt) ?? false;
    if (stored.toWeigh === "answer" && isOfThis) return answer("answered");
    if (stored.toWeigh !== undefined) return answer("contradicted");
    if (record.operatorId === undefined) return answer("undetected");
    const gate = this.gates.longestOf(gateNamesOf(stored)) ?? this.#probedGate(stored, lease);
    stored.operation = lease.operation ?? this.newOperation();
    if (gate === undefined) {
      for (const name of probedGatesOf(stored)) this.gates.takeProbe(name, lease.probePatienceMs ?? 30_000);
      this.#grant(stored, nowMs, nowMs + lease.leaseMs);
      return answer("claimed");
    }
    this.#hold(stored, gate.name, nowMs, Math.round(gate.untilMs + lease.holdJitterMs));
    return answer("gated");
  }

  #probedGate(stored: StoredTopup, terms: ClaimTerms): { name: string; untilMs: number } | undefined {
    const { probePatienceMs: patienceMs = 30_000, probeWaitMs: waitMs = 5_000 } = terms;
    for (const name of probedGatesOf(stored)) {
      const untilMs = this.gates.probedUntilMs(name, { patienceMs, waitMs });
      if (untilMs !== undefined) return { name, untilMs };
    }
    return undefined;
  }

  #grant(stored: StoredTopup, nowMs: number, leaseUntilMs: number): void {
    const { record } = stored;
    const { reference, fence, submits, version } = record;
    this.indexes.enter(reference, record.state, "submitting", nowMs);
    this.indexes.due.set(reference, leaseUntilMs);
    this.gates.park(reference, gateOf(record), undefined);
    this.story.note(record, { to: "submitting", atMs: nowMs, because: "claimed" });
    stored.record = {
      ...without(record, ["holdReason", "holdUntilMs"]),
      state: "submitting",
      version: version + 1,
      fence: fence + 1,
      submits: submits + 1,
      enteredAtMs: nowMs,
      grantedAtMs: nowMs,
      leaseUntilMs,
      dueAtMs: leaseUntilMs,
    };
  }

  #hold(stored: StoredTopup, gate: string, nowMs: number, holdUntilMs: number): void {
    const { record } = stored;
    const { reference, state, attempt } = record;
    const version = record.version + 1;
    this.indexes.enter(reference, state, "held", nowMs);
    this.indexes.due.set(reference, holdUntilMs);
    this.gates.park(reference, gateOf(record), gate);
    if (state !== "held") {
      this.story.note(record, { to: "held", atMs: nowMs, because: "gate-closed", code: gate });
      this.story.tell(record, "topup.held", { state: "held", attempt, version, atMs: nowMs, because: "gate-closed" });
    }
    stored.record = {
      ...record,
      state: "held",
      version,
      holdReason: `gate:${gate}`,
      holdUntilMs,
      dueAtMs: holdUntilMs,
      ...(state !== "held" && { enteredAtMs: nowMs }),
    };
  }

  async move(
    record: Pick<TopupRecord, "reference" | "state" | "attempt" | "fence">,
    move: Move,
    options: MoveOptions = {},
  ): Promise<Moved> {
    if (!canMove(record.state, move.to)) throw new TypeError(`no move from ${record.state} to ${move.to}`);
    const stored = this.#topups.get(record.reference);
    if (stored === undefined) return { kind: "missing" };
    const operation = options.operation ?? this.newOperation();
    const parts = { indexes: this.indexes, gates: this.gates, story: this.story, nowMs: this.#nowMs() };
    return moveStored(stored, { seen: record, move, operation, ifVersion: options.ifVersion }, parts);
  }

  async addEvidence(reference: string, attempt: number, transactionId: number): Promise<Looked | undefined> {
    const nowMs = this.#nowMs();
    const stored = this.#topups.get(reference);
    if (stored === undefined) return undefined;
    const evidence = evidenceWith(stored.record, attempt, transactionId);
    if (evidence !== undefined) this.#addNew(stored, { attempt, transactionId, evidence }, nowMs);
    return { record: { ...stored.record }, nowMs };
  }

  #addNew(
    stored: StoredTopup,
    { attempt, transactionId, evidence }: Evidence & { evidence: Evidence[] },
    nowMs: number,
  ): void {
    const { reference, state, evidence: before = [] } = stored.record;
    const record = { ...stored.record, evidence, version: stored.record.version + 1 };
    stored.record = record;
    const { transactions, due } = this.indexes;
    if (!transactions.has(transactionId)) transactions.set(transactionId, reference);
    const isOpen = due.has(reference);
    const isCurrent = record.attempt === attempt;
    const isOurs = isCurrent && record.transactionId === transactionId;
    const isUnanswered = isCurrent && record.transactionId === undefined;
    if (!isOurs) {
      const isFirst = isOpen && isUnanswered && !before.some((seen) => seen.attempt === attempt);
      stored.toWeigh = isFirst && stored.toWeigh === undefined ? "answer" : "contradiction";
    }
    if (isOurs || (isUnanswered && isOpen)) return;
    const because = "several-transaction-ids";
    const event = { state, attempt, version: record.version, atMs: nowMs, because, transactionId } as const;
    this.story.tell(record, "topup.contradicted", event);
  }

  async contradict(
    reference: string,
    live: readonly { attempt: number | null; transactionId: number }[],
  ): Promise<void> {
    const stored = this.#topups.get(reference);
    if (stored === undefined || stored.toWeigh === "contradiction") return;
    const { record, toWeigh } = stored;
    const isExplained = (one: (typeof live)[number]) =>
      one.transactionId === record.transactionId || (toWeigh === "answer" && one.attempt === record.attempt);
    const isOpen = this.indexes.due.has(reference);
    const hasEndedUnpaid = isFinal(record.state) && record.state !== "succeeded";
    if (!hasEndedUnpaid && (!isOpen || live.every(isExplained))) return;
    stored.toWeigh = "contradiction";
    stored.record = { ...record, version: record.version + 1 };
  }

  async look(reference: string): Promise<Looked | undefined> {
    const stored = this.#topups.get(reference);
    return stored === undefined ? undefined : { record: { ...stored.record }, nowMs: this.#nowMs() };
  }

  async history(reference: string): Promise<HistoryEntry[]> {
    return this.story.history(reference);
  }

  async records(references: readonly string[]): Promise<TopupRecord[]> {
    return references.flatMap((reference) => {
      const stored = this.#topups.get(reference);
      return stored === undefined ? [] : [{ ...stored.record }];
    });
  }

  /** The first or last succeeded top-up that comes into question; equals by name. */
  async confirmed({ sentFromMs, confirmedUntilMs, pick }: MarkQuestion): Promise<TopupRecord | undefined> {
    const entered = this.indexes.enteredBy("succeeded", confirmedUntilMs, Number.POSITIVE_INFINITY);
    const marks = (await this.records(entered)).filter(
      (record) => isMark(record) && (record.grantedAtMs ?? 0) >= sentFromMs,
    );
    return pick === "first" ? marks[0] : marks.at(-1);
  }

  async overdue(lateMs: number, limit: number): Promise<string[]> {
    return this.indexes.dueBy(this.#nowMs() - lateMs, limit);
  }

  async ring(record: Pick<TopupRecord, "reference" | "version" | "dueAtMs">, dueAtMs: number): Promise<boolean> {
    const stored = this.#topups.get(record.reference);
    if (stored === undefined || stored.record.version !== record.version) return false;
    if (stored.record.dueAtMs === undefined || stored.record.dueAtMs !== record.dueAtMs) return false;
    this.#ringAt(stored, Math.round(dueAtMs));
    return true;
  }

  #ringAt(stored: StoredTopup, dueAtMs: number): void {
    stored.record = { ...stored.record, dueAtMs };
    this.indexes.due.set(stored.record.reference, dueAtMs);
  }

  async nowMs(): Promise<number> {
    return this.#nowMs();
  }

  async #wake({ transactionId, customIdentifier }: ProviderHint): Promise<Woken> {
    const owner = transactionId === undefined ? undefined : this.indexes.transactions.get(transactionId);
    const named = customIdentifier === undefined ? undefined : attemptOfCustomIdentifier(customIdentifier);
    const ofOwner = owner === undefined ? undefined : this.#wakeOne(owner, { transactionId });
    if (named === undefined || named.reference === owner) return ofOwner ?? { kind: "missing" };
    const ofNamed = this.#wakeOne(named.reference, { attempt: named.attempt });
    return ofNamed.kind === "missing" && ofOwner !== undefined ? ofOwner : ofNamed;
  }

  #wakeOne(reference: string, hint: { transactionId?: number | undefined; attempt?: number }): Woken {
    const stored = this.#topups.get(reference);
    if (stored === undefined) return { kind: "missing" };
    const { record } = stored;
    const isSame =
      (hint.attempt === undefined || record.attempt === hint.attempt) &&
      (hint.transactionId === undefined || record.transactionId === hint.transactionId);
    if (record.state === "submitting" && isSame) return { kind: "sending" };
    if ((record.state !== "processing" && record.state !== "unknown") || !isSame) return { kind: "settled" };
    const nowMs = this.#nowMs();
    if (record.dueAtMs !== undefined && record.dueAtMs > nowMs) this.#ringAt(stored, nowMs);
    return { kind: "open", record: { ...record } };
  }

  async shrinkOld(ageMs: number, limit: number): Promise<number> {
    const cutoffMs = this.#nowMs() - ageMs;
    let shrunk = 0;
    for (const state of FINAL_STATES) {
      for (const reference of this.indexes.enteredBy(state, cutoffMs, limit)) {
        shrunk += this.#shrink(reference, state, cutoffMs) ? 1 : 0;
      }
    }
    return shrunk;
  }

  #shrink(reference: string, state: TopupState, cutoffMs: number): boolean {
    const stored = this.#topups.get(reference);
    if (stored === undefined || stored.record.dueAtMs !== undefined || stored.record.enteredAtMs >= cutoffMs)
      return false;
    const { record, phoneHash } = stored;
    const { campaign, amount, useLocalAmount, operatorId } = record.request;
    this.indexes.states.get(state)?.delete(reference);
    if (phoneHash !== undefined) this.indexes.phones.get(phoneHash)?.delete(reference);
    if (campaign !== undefined) this.indexes.campaigns.get(campaign)?.delete(reference);
    this.story.forgetHistory(reference);
    const { transactionId, evidence = [] } = record;
    for (const id of [transactionId, ...evidence.map((seen) => seen.transactionId)]) {
      if (id !== undefined && this.indexes.transactions.get(id) === reference) this.indexes.transactions.delete(id);
    }
    const request = { operatorId, amount, useLocalAmount, ...(campaign !== undefined && { campaign }) };
    const { pin: _, operatorTransactionId: __, ...settlement } = record.settlement ?? {};
    stored.record = {
      ...without(record, [...SHRUNK, "settlement"]),
      request,
      ...(Object.keys(settlement).length > 0 && { settlement }),
    };
    delete stored.phoneHash;
    stored.operation = "";
    return true;
  }

  recipientHash(recipient: string): string {
    return this.#hash(recipient);
  }

  newOperation(): string {
    this.#operations += 1;
    return `memory:${this.#operations.toString(36)}`;
  }

  /** What is still to be weighed, by reference; nothing is sent for these meanwhile. */
  toWeigh(): Record<string, "answer" | "contradiction"> {
    return Object.fromEntries(
      [...this.#topups.values()].flatMap(({ record, toWeigh }) =>
        toWeigh === undefined ? [] : [[record.reference, toWeigh]],
      ),
    );
  }

  /** A record as it stands, without asking for the time. */
  recordOf(reference: string): TopupRecord | undefined {
    return this.#topups.get(reference)?.record;
  }

  /** Every event so far, oldest first. */
  events(): readonly TopupEvent[] {
    return this.story.events();
  }
}

/** A name for a recipient that does not show it: where it stands, no phone number may stand. */
function hashOf(recipient: string): string {
  return createHash("sha256").update(recipient).digest("base64url").slice(0, 16);
}

/** The gates of a top-up that open by probes. */
function probedGatesOf({ record }: StoredTopup): string[] {
  return ["account", `operator:${record.operatorId}`];
}
