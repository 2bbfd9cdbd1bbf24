import { randomUUID } from "node:crypto";
import {
  isFinal,
  MOVES,
  type Move,
  type RecordPatch,
  type TopupRecord,
  type TopupRequest,
  type TopupState,
} from "@surefill/topup";
import { createLedger, Ledger } from "@surefill/topup-store";
import type { Redis } from "ioredis";
import { MemoryLedger } from "../memory-ledger/memory-ledger.js";
import { differenceOf } from "./difference.js";
import { type Operation, type RandomGate, type RandomPatch, type Target, TOPUPS } from "./operations.js";
import { pictureOfMemory, pictureOfRedis, type Subjects } from "./picture.js";

/** The ledger in memory and the one in Redis gave different answers, or hold different things. */
export class LedgersDifferError extends Error {
  constructor(step: number, operation: Operation, difference: string) {
    super(`step ${step}, ${JSON.stringify(operation)}: memory / Redis differ at ${difference}`);
    this.name = "LedgersDifferError";
  }
}

const REFERENCES = Array.from({ length: TOPUPS }, (_, index) => `d-${index}`);
const CAMPAIGN = "rain";
const PHONES = ["2348030000001", "2348030000002"];
const LEASE_MS = 120_000;

type Both = { memory: MemoryLedger; lua: Ledger; clock: { nowMs: number }; latest: Map<string, Repeatable> };

/** A move as it was sent, to be sent again. */
type Repeatable = { record: TopupRecord; move: Move; operation: string };

/**
 * Runs the same operations on both ledgers, from an empty corner of their own under `prefix`, and compares every answer and, after
 * each operation, everything that both hold. Rejects with `LedgersDifferError` at the first difference. The keys are
 * deleted in the end. `counts` adds up which answers were met.
 */
export async function compareLedgers(
  { redis, prefix: corner }: { redis: Redis; prefix: string },
  operations: readonly Operation[],
  counts = new Map<string, number>(),
): Promise<void> {
  const prefix = `${corner}-${randomUUID().slice(0, 8)}`;
  const clock = { nowMs: Date.now() };
  await createLedger(redis, { prefix });
  const lua = await Ledger.open(redis, { prefix, processId: "proof", nowMs: () => clock.nowMs });
  const memory = new MemoryLedger({ nowMs: () => clock.nowMs, recipientHash: (text) => lua.recipientHash(text) });
  const both: Both = { memory, lua, clock, latest: new Map() };
  const phoneHashes = PHONES.map((phone) => lua.recipientHash(phone));
  const subjects: Subjects = { references: REFERENCES, phoneHashes, campaigns: [CAMPAIGN] };
  try {
    for (const [step, operation] of operations.entries()) {
      const [one, other] = await bothAnswers(both, operation);
      const answered = `${operation.do}: ${kindOf(one)}`;
      counts.set(answered, (counts.get(answered) ?? 0) + 1);
      const difference =
        differenceOf(one, other) ??
        differenceOf(await pictureOfMemory(memory, subjects), await pictureOfRedis(redis, prefix, lua, subjects));
      if (difference !== undefined) throw new LedgersDifferError(step + 1, operation, difference);
    }
  } finally {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) {
      if (keys.length > 0) await redis.unlink(...keys);
    }
  }
}

function kindOf(answer: unknown): string {
  if (typeof answer === "object" && answer !== null && "kind" in answer) return String(answer.kind);
  return typeof answer === "boolean" || answer === undefined ? String(answer) : "answered";
}

/** Both answers; an error counts as an answer by its name. */
async function bothAnswers(both: Both, operation: Operation): Promise<[unknown, unknown]> {
  const before = await recordOf(both, operation);
  const ask = callOf(both, operation, before);
  const settled = await Promise.allSettled([ask(both.memory), ask(both.lua)]);
  const [one, other] = settled.map((result) =>
    result.status === "fulfilled" ? result.value : `threw ${result.reason.name}`,
  );
  return [one, other];
}

async function recordOf({ memory }: Both, operation: Operation): Promise<TopupRecord | undefined> {
  return "topup" in operation ? (await memory.look(`d-${operation.topup}`))?.record : undefined;
}

type Call = (ledger: MemoryLedger | Ledger) => Promise<unknown>;

/** The call that an operation stands for, the same for both ledgers. */
function callOf(both: Both, operation: Operation, record: TopupRecord | undefined): Call {
  const { clock } = both;
  const nothing: Call = async () => undefined;
  const reference = "topup" in operation ? `d-${operation.topup}` : "";
  switch (operation.do) {
    case "accept":
      return async (ledger) =>
        (await ledger.accept([{ reference, request: requestOf(operation.topup, operation.amount) }]))[0];
    case "claim": {
      const attempt = (record?.attempt ?? 1) + operation.attemptOff;
      const { holdJitterMs } = operation;
      return (ledger) => ledger.claim(reference, attempt, { leaseMs: LEASE_MS, holdJitterMs });
    }
    case "move":
      return record === undefined ? nothing : moveCall(both, operation, record);
    case "evidence":
      return (ledger) => ledger.addEvidence(reference, operation.attempt, operation.transactionId);
    case "contradict":
      return (ledger) => ledger.contradict(reference, operation.live);
    case "look":
      return (ledger) => ledger.look(reference);
    case "ring": {
      if (record === undefined) return nothing;
      const version = record.version + (operation.isStale ? 1 : 0);
      const { dueAtMs = 0 } = record;
      const seen = { reference, version, dueAtMs: dueAtMs + (operation.isOtherAlarm ? 1 : 0) };
      return (ledger) => ledger.ring(seen, clock.nowMs + operation.dueInMs);
    }
    case "wake": {
      const { attempt, transactionId } = operation;
      const customIdentifier = attempt === undefined || attempt === 1 ? reference : `${reference}~${attempt}`;
      return (ledger) => ledger.hints.wake({ customIdentifier, ...(transactionId && { transactionId }) });
    }
    default:
      return otherCallOf(both, operation);
  }
}

type OtherOperation = Exclude<
  Operation,
  { do: "accept" | "claim" | "move" | "evidence" | "contradict" | "look" | "ring" | "wake" }
>;

function otherCallOf(both: Both, operation: OtherOperation): Call {
  const { clock } = both;
  switch (operation.do) {
    case "close-gate": {
      const { kind, reason, untilInMs } = operation.gate;
      const closing = { ...whyOf(reason), ...timeOf(untilInMs, clock.nowMs) };
      return (ledger) => ledger.gates.close(gateName(both, operation.topup, kind), closing);
    }
    case "open-gate":
      return (ledger) => ledger.gates.open(gateName(both, operation.topup, operation.kind));
    case "closed-gates":
      return (ledger) => ledger.gates.closed();
    case "forget-gates":
      return (ledger) => ledger.gates.forgetOld(operation.ageMs);
    case "shrink":
      return (ledger) => ledger.shrinkOld(operation.ageMs, operation.limit);
    case "overdue":
      return (ledger) => ledger.overdue(operation.lateMs, operation.limit);
    case "wait":
      clock.nowMs += operation.ms;
      return (ledger) => ledger.nowMs();
  }
}

function moveCall(both: Both, operation: Extract<Operation, { do: "move" }>, record: TopupRecord): Call {
  const reference = record.reference;
  const repeated = both.latest.get(reference);
  if (operation.disguise === "repeated" && repeated !== undefined) {
    return (ledger) => ledger.move(repeated.record, repeated.move, { operation: `${repeated.operation}` });
  }
  const move = moveOf(operation, record, both.clock.nowMs);
  if (move === undefined) return async () => undefined;
  const { disguise } = operation;
  const seen: TopupRecord = {
    ...record,
    ...(disguise === "state" && { state: record.state === "queued" ? "held" : "queued" }),
    ...(disguise === "attempt" && { attempt: record.attempt + 1 }),
    ...(disguise === "fence" && { fence: record.fence + 1 }),
  };
  const ifVersion = { version: record.version + 1, "same-version": record.version }[String(disguise)];
  const name = both.memory.newOperation();
  both.latest.set(reference, { record: seen, move, operation: name });
  return (ledger) => ledger.move(seen, move, { operation: name, ...(ifVersion !== undefined && { ifVersion }) });
}

function moveOf(operation: Extract<Operation, { do: "move" }>, record: TopupRecord, nowMs: number): Move | undefined {
  const { target, because, dueInMs = 0, event, latencyMs, gate } = operation;
  const to = stateOf(target, record.state);
  if (to === undefined) return undefined;
  const patch = patchOf(operation.patch, record, nowMs);
  // No decision closes the gate of an operator that is not known.
  const hasOperator = (patch.operatorId ?? record.operatorId) !== undefined;
  const kind = gate?.kind === "phone" || hasOperator ? gate?.kind : "account";
  return {
    to,
    because,
    patch,
    // What is open has an alarm, and nothing else has one.
    ...(!isFinal(to) && to !== "review" && { dueAtMs: nowMs + dueInMs }),
    ...(event !== undefined && { event }),
    ...(latencyMs !== undefined && { latencyMs }),
    ...(gate !== undefined && { gate: closingOf({ ...gate, kind: kind ?? gate.kind }, nowMs) }),
  };
}

function stateOf(target: Target, from: TopupState): TopupState | undefined {
  if ("anywhere" in target) return target.anywhere;
  const row: readonly TopupState[] = MOVES[from];
  if ("place" in target) return row[target.place % Math.max(1, row.length)];
  const open = row.filter((state) => !isFinal(state) && state !== "review");
  return open[target.openPlace % Math.max(1, open.length)] ?? row[0];
}

function closingOf({ kind, reason, holdJitterMs, ...gate }: RandomGate, nowMs: number): NonNullable<Move["gate"]> {
  const least = gate.untilInMs !== undefined && gate.leastMs !== undefined && { leastMs: gate.leastMs };
  const jitter = holdJitterMs !== undefined && { holdJitterMs };
  return { kind, ...whyOf(reason), ...timeOf(gate.untilInMs, nowMs), ...least, ...jitter };
}

/** Some closings know more than a code. */
function whyOf(reason: string) {
  return reason === "EMPTY" ? { reason, detail: "HTTP 503" } : { reason };
}

function timeOf(untilInMs: number | undefined, nowMs: number) {
  return untilInMs === undefined ? { firstMs: 30_000, delayMsMax: 100_000 } : { untilMs: nowMs + untilInMs };
}

function patchOf(
  { nextAttempt, verdict, failedSeen, ...patch }: RandomPatch,
  record: TopupRecord,
  nowMs: number,
): RecordPatch {
  const at = (aheadMs: number | null) => (aheadMs === null ? null : nowMs + aheadMs);
  return {
    ...patch,
    ...(patch.processingSinceMs !== undefined && { processingSinceMs: at(patch.processingSinceMs) }),
    ...(patch.refusedSinceMs !== undefined && { refusedSinceMs: at(patch.refusedSinceMs) }),
    ...(patch.holdUntilMs !== undefined && { holdUntilMs: at(patch.holdUntilMs) }),
    ...(failedSeen !== undefined && {
      failedSeen: failedSeen?.map(({ transactionId, agoMs }) => ({ transactionId, atMs: nowMs - agoMs })) ?? null,
    }),
    ...(nextAttempt && { attempt: record.attempt + 1 }),
    ...verdict,
  };
}

function gateName({ lua }: Both, topup: number, kind: RandomGate["kind"]): string {
  const phone = lua.recipientHash(phoneOf(topup));
  return { account: "account", operator: "operator:341", phone: `phone:${phone}`, product: `product:${phone}:341` }[
    kind
  ];
}

function phoneOf(topup: number): string {
  return PHONES[topup < 2 ? 0 : 1] ?? "";
}

function requestOf(topup: number, amount: string): TopupRequest {
  return {
    operatorId: topup === 2 ? "auto" : 341,
    amount,
    useLocalAmount: topup === 1,
    recipientPhone: { countryCode: "NG", number: phoneOf(topup) },
    ...(topup === 1 && { campaign: CAMPAIGN }),
    ...(topup === 0 && { metadata: { shop: "1" }, senderPhone: { countryCode: "NG", number: "2348030000009" } }),
  };
}
