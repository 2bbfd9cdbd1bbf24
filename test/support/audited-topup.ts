/** Files as an audit reads them, told by their moves, with only what a test cares about spelt out. */
import type { AuditContext, ProviderTransaction, TopupCase } from "@surefill/audit";
import {
  DEFAULT_TIMINGS,
  type HistoryEntry,
  isFinal,
  type TopupEvent,
  type TopupRecord,
  type TopupState,
} from "@surefill/topup";
import type { TopupFile } from "@surefill/topup-store";
import { GRANTED_AT_MS, topupRecord } from "./topup-record.js";

export const TRANSACTION_ID = 100_001;

/** A move: where to, why, how long after the first grant, and of which attempt (1 unless said). */
export type Step = [to: TopupState, because: HistoryEntry["because"], afterMs: number, attempt?: number];

/** What the ledger holds of a top-up that was accepted and then made these moves. */
export function fileOf(steps: readonly Step[], changes: Partial<TopupRecord> = {}): TopupFile {
  const history: HistoryEntry[] = [];
  let state: TopupState = "queued";
  for (const [to, because, afterMs, attempt = 1] of steps) {
    history.push({ atMs: GRANTED_AT_MS + afterMs, from: state, to, attempt, because });
    state = to;
  }
  const grants = history.filter(({ to }) => to === "submitting");
  const isOpen = !isFinal(state) && state !== "review";
  const enteredAtMs = history.at(-1)?.atMs ?? GRANTED_AT_MS;
  const { leaseUntilMs: _, grantedAtMs: __, ...base } = topupRecord();
  const record: TopupRecord = {
    ...base,
    state,
    attempt: history.at(-1)?.attempt ?? 1,
    version: history.length + 1,
    fence: grants.length,
    submits: grants.length,
    enteredAtMs,
    ...(isOpen && { dueAtMs: enteredAtMs + 1_000 }),
    ...(grants.length > 0 && { grantedAtMs: grants.at(-1)?.atMs ?? 0 }),
    ...(["processing", "succeeded", "refunded"].includes(state) && { transactionId: TRANSACTION_ID }),
    ...changes,
  };
  return {
    record,
    history,
    isHistoryWhole: true,
    isTombstone: false,
    isContentIntact: true,
    ...(isOpen && { dueIndexMs: enteredAtMs + 1_000 }),
    listedAs: [{ state, sinceMs: enteredAtMs }],
    ...(record.transactionId !== undefined && { transactionOwner: record.reference }),
  };
}

/** The provider's transaction of the first attempt of `topupRecord`, as it ought to be. */
export function transactionOf(changes: Partial<ProviderTransaction> = {}): ProviderTransaction {
  const { request, operatorId = 0, reference } = topupRecord();
  return {
    transactionId: TRANSACTION_ID,
    status: "SUCCESSFUL",
    customIdentifier: reference,
    operatorId,
    recipient: request.recipientPhone?.number ?? null,
    requestedAmount: request.amount,
    deliveredAmount: null,
    cost: "4.85",
    costCurrency: "USD",
    atMs: GRANTED_AT_MS,
    ...changes,
  };
}

const TOLD: ReadonlySet<TopupState> = new Set([
  "succeeded",
  "refunded",
  "failed",
  "rejected",
  "cancelled",
  "held",
  "review",
]);

/** The events that the file's moves must have. */
export function eventsOf({ record, history }: TopupFile): TopupEvent[] {
  return history.flatMap(({ to, atMs, attempt, because }, index): TopupEvent[] => {
    if (!TOLD.has(to)) return [];
    const type = `topup.${to}` as TopupEvent["type"];
    const { reference } = record;
    return [{ id: `${atMs}-0`, type, reference, state: to, attempt, version: index + 2, atMs, because }];
  });
}

/** Everything of a top-up that was sent once and paid. */
export function paidCase(changes: Partial<TopupRecord> = {}): TopupCase {
  const file = fileOf(PAID, { settlement: { cost: "4.85", costCurrency: "USD" }, ...changes });
  return { file, transactions: [transactionOf()], events: eventsOf(file) };
}

export const PAID: readonly Step[] = [
  ["submitting", "claimed", 0],
  ["processing", "accepted-by-provider", 500],
  ["succeeded", "status-successful", 4_000],
];

/** Long after everything that a test tells of, with the shipped timings. */
export function auditContext(changes: Partial<AuditContext> = {}): AuditContext {
  return {
    nowMs: GRANTED_AT_MS + 7 * 86_400_000,
    timings: DEFAULT_TIMINGS,
    clockSkewMs: 1_000,
    isSettled: false,
    ...changes,
  };
}
