import {
  type Evidence,
  type GateTime,
  isFinal,
  isVerdict,
  type Move,
  type RecordPatch,
  type TopupRecord,
} from "@surefill/topup";
import type { Moved } from "@surefill/topup-store";
import type { MemoryGates } from "./gates.js";
import type { MemoryIndexes } from "./indexes.js";
import { patched, without } from "./patch.js";
import { evidenceWith, type StoredTopup } from "./stored-topup.js";
import type { MemoryStory } from "./story.js";

/** What a control move asks for: `seen` is where the caller believes the record to be. */
export type MoveAsked = {
  seen: Pick<TopupRecord, "state" | "attempt" | "fence">;
  move: Move;
  operation: string;
  ifVersion: number | undefined;
};

type LedgerParts = { indexes: MemoryIndexes; gates: MemoryGates; story: MemoryStory; nowMs: number };

/** Makes one control move if the record still is where the caller believes: record, indexes, story, in one step. */
export function moveStored(stored: StoredTopup, asked: MoveAsked, parts: LedgerParts): Moved {
  const { move, operation } = asked;
  const { nowMs, indexes } = parts;
  const { record } = stored;
  if (stored.operation === operation) return movedAs(record, nowMs);
  if (isStale(stored, asked)) return { kind: "stale", record: { ...record }, nowMs };
  const { transactionId } = move.patch;
  if (transactionId) {
    const other = otherTransaction(record, transactionId, move) ?? takenTransaction(indexes, record, transactionId);
    if (other !== undefined) return { kind: "conflict", transactionId: other };
  }
  // Whoever decided a review has seen the evidence, and an answer that came late is weighed when it is taken.
  const isTaken = Boolean(transactionId) && evidenceWith(record, record.attempt, transactionId ?? 0) === undefined;
  const isWeighed = record.state === "review" || (stored.toWeigh === "answer" && isTaken);
  const endsUnpaid = isFinal(move.to) && move.to !== "succeeded";
  if (stored.toWeigh !== undefined && endsUnpaid && !isWeighed) {
    return { kind: "contradicted", record: { ...record }, nowMs };
  }
  if (transactionId) indexes.transactions.set(transactionId, record.reference);
  indexes.due.delete(record.reference);
  const passed = passedGates(record, move);
  if (passed.length > 0) parts.gates.passed(passed);
  if (move.because === "accepted-by-provider") indexes.acceptedAtMs = Math.max(indexes.acceptedAtMs, nowMs);
  const hold = closeGateOf(stored, move, parts);
  const next = { ...nextRecord(record, move, hold, nowMs), ...roundAfter(record, move, parts) };
  tellMove(record, next, move, parts);
  indexes.enter(record.reference, record.state, move.to, nowMs);
  if (next.dueAtMs !== undefined) indexes.due.set(record.reference, next.dueAtMs);
  const parkedAt = record.holdReason?.startsWith("gate:") ? record.holdReason.slice(5) : undefined;
  if (record.state === "held" || hold?.parkedAt !== undefined) {
    parts.gates.park(record.reference, parkedAt, hold?.parkedAt);
  }
  if (move.because === "answer-names-another") freeTransaction(indexes, record, next, move);
  stored.record = next;
  stored.operation = operation;
  if (isWeighed) delete stored.toWeigh;
  return movedAs(next, nowMs);
}

function movedAs({ version, dueAtMs }: TopupRecord, nowMs: number): Moved {
  return { kind: "moved", version, nowMs, ...(dueAtMs !== undefined && { dueAtMs }) };
}

function isStale({ record, toWeigh }: StoredTopup, { seen, move, ifVersion }: MoveAsked): boolean {
  if (record.state !== seen.state || record.attempt !== seen.attempt || record.fence !== seen.fence) return true;
  if (ifVersion !== undefined && record.version !== ifVersion) return true;
  return move.to === "cancelled" && (record.holdReason === "failed" || toWeigh !== undefined);
}

/** The record's own transaction, where the move brings another one and no person says so. */
function otherTransaction(record: TopupRecord, transactionId: number, { because }: Move): number | undefined {
  const known = record.transactionId;
  return known !== undefined && known !== transactionId && !isVerdict(because) ? known : undefined;
}

/** The transaction, where it belongs to another top-up. */
function takenTransaction(
  { transactions }: MemoryIndexes,
  { reference }: TopupRecord,
  transactionId: number,
): number | undefined {
  const owner = transactions.get(transactionId);
  return owner !== undefined && owner !== reference ? transactionId : undefined;
}

/** The gates that a move shows to be open. */
function passedGates({ operatorId }: TopupRecord, { to, because }: Move): string[] {
  if (because === "accepted-by-provider") return ["account", `operator:${operatorId}`];
  return to === "rejected" && because === "refused" ? ["account"] : [];
}

/** What proved to be another's may be taken by the other. */
function freeTransaction({ transactions }: MemoryIndexes, before: TopupRecord, after: TopupRecord, move: Move): void {
  const { reference } = before;
  const { evidence = [] } = after;
  const transactionId = formerTransaction(before, move.patch);
  if (transactionId === undefined || evidence.some((seen) => seen.transactionId === transactionId)) return;
  if (transactions.get(transactionId) === reference) transactions.delete(transactionId);
}

/** The end of a hold, and the gate at which the row waits, where it waits for one. */
type Hold = { parkedAt?: string; untilMs: number };

/** Closes the gate that the move closes; answers the hold at it, where that is where the row goes. */
function closeGateOf({ record, phoneHash }: StoredTopup, move: Move, { gates, nowMs }: LedgerParts): Hold | undefined {
  const { gate, patch } = move;
  if (gate === undefined) return undefined;
  const operatorId = patch.operatorId ?? record.operatorId;
  const names = {
    account: "account",
    operator: `operator:${operatorId}`,
    phone: `phone:${phoneHash}`,
    product: `product:${phoneHash}:${operatorId}`,
  };
  const name = names[gate.kind];
  const recipient = phoneHash ?? "";
  if (gate.also !== undefined && gates.failed(gate.also, gate, recipient)) gates.closeNow(gate.also, gate);
  if (!gates.failed(name, gate, recipient)) {
    return move.to === "held" && patch.holdReason === "gate:balance"
      ? { parkedAt: "balance", untilMs: patch.holdUntilMs ?? 0 }
      : undefined;
  }
  const leastMs = "untilMs" in gate ? gate.leastMs : undefined;
  const wanted = leastMs === undefined ? gate : { ...gate, untilMs: Math.max(untilOf(gate), nowMs + leastMs) };
  const untilMs = Math.round(gates.closeNow(name, wanted) + (gate.holdJitterMs ?? 0));
  if (move.to !== "held") return undefined;
  if (!patch.holdReason || gate.evidence !== undefined) return { parkedAt: name, untilMs };
  return leastMs === undefined ? undefined : { untilMs };
}

function untilOf(gate: GateTime): number {
  return "untilMs" in gate ? gate.untilMs : 0;
}

function nextRecord(record: TopupRecord, move: Move, hold: Hold | undefined, nowMs: number): TopupRecord {
  const { to, patch } = move;
  // What a patch takes away is gone at the end, also where the gate has put it there.
  const held: RecordPatch = {
    ...(hold?.parkedAt !== undefined && !isTakenAway(patch.holdReason) && { holdReason: `gate:${hold.parkedAt}` }),
    ...(hold !== undefined && !isTakenAway(patch.holdUntilMs) && { holdUntilMs: hold.untilMs }),
  };
  const moved: TopupRecord = {
    ...without(patched(record, { ...patch, ...held }), ["dueAtMs"]),
    state: to,
    version: record.version + 1,
    ...(record.state !== to && { enteredAtMs: nowMs }),
  };
  const former = formerTransaction(record, patch);
  const isDisowned = former !== undefined && move.because === "answer-names-another";
  const evidence = former === undefined || isDisowned ? undefined : evidenceWith(record, record.attempt, former);
  const dueAtMs = hold?.untilMs ?? move.dueAtMs;
  const kept: TopupRecord = {
    ...moved,
    ...(evidence && { evidence }),
    ...(isDisowned && { disowned: disownedWith(record, former) }),
    ...(dueAtMs !== undefined && { dueAtMs: Math.round(dueAtMs) }),
  };
  // A hold belongs to `held` and a lease to `submitting`.
  const noHold = record.holdReason !== undefined && to !== "held" ? (["holdReason", "holdUntilMs"] as const) : [];
  const noLease = record.leaseUntilMs !== undefined && to !== "submitting" ? (["leaseUntilMs"] as const) : [];
  const left = isDisowned ? evidenceWithout(record, former) : undefined;
  const withLeft: TopupRecord = left === undefined || left.length === 0 ? kept : { ...kept, evidence: left };
  const noEvidence = left?.length === 0 ? (["evidence"] as const) : [];
  return without(withLeft, [...noHold, ...noLease, ...noEvidence]);
}

/** The record's evidence but for this transaction of the current attempt. */
function evidenceWithout({ evidence = [], attempt }: TopupRecord, transactionId: number): Evidence[] {
  return evidence.filter((seen) => seen.attempt !== attempt || seen.transactionId !== transactionId);
}

function disownedWith({ disowned = [], attempt }: TopupRecord, transactionId: number): readonly Evidence[] {
  return evidenceWith({ evidence: disowned }, attempt, transactionId) ?? disowned;
}

function isTakenAway(value: unknown): boolean {
  return value === null || value === 0;
}

/** The record's transaction, where the move takes it away or puts another in its place. */
function formerTransaction({ transactionId }: TopupRecord, patch: RecordPatch): number | undefined {
  const isRemoved = isTakenAway(patch.transactionId);
  const isReplaced = Boolean(patch.transactionId) && patch.transactionId !== transactionId;
  return isRemoved || isReplaced ? transactionId : undefined;
}

/** When the outcome first became unknown; a round in which the provider accepted nothing is counted apart. */
function roundAfter(
  { state, grantedAtMs = 0, outageRounds = 0, unknownSinceMs }: TopupRecord,
  { to }: Move,
  { indexes, nowMs }: LedgerParts,
): Pick<TopupRecord, "outageRounds" | "unknownSinceMs"> {
  if (to !== "unknown" || state === "unknown") return {};
  const isOutage = state === "submitting" && indexes.acceptedAtMs <= grantedAtMs;
  return { unknownSinceMs: unknownSinceMs ?? nowMs, ...(isOutage && { outageRounds: outageRounds + 1 }) };
}

function tellMove(record: TopupRecord, next: TopupRecord, move: Move, { story, nowMs }: LedgerParts): void {
  const { to, because, patch, latencyMs, event } = move;
  const code = patch.code ?? undefined;
  story.note(record, {
    to,
    atMs: nowMs,
    because,
    code,
    latencyMs: latencyMs === undefined ? undefined : Math.round(latencyMs),
    key: patch.commandKey,
    by: patch.resolvedBy,
    note: patch.resolvedReason,
  });
  if (event === undefined || record.state === to) return;
  const { attempt } = record;
  const transactionId = patch.transactionId || record.transactionId;
  const facts = { state: to, attempt, version: next.version, atMs: nowMs, because, code, transactionId };
  const settlement = { ...record.settlement, ...patch.settlement };
  story.tell(record, event, { ...facts, settlement, key: patch.commandKey });
}
