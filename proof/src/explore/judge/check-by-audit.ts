import { auditTopup, type Finding, type ProviderTransaction } from "@surefill/audit";
import { type HistoryEntry, isFinal, type TopupRecord } from "@surefill/topup";
import type { TopupFile } from "@surefill/topup-store";
import type { Booked } from "../provider/books.js";
import type { Evidence } from "./judge.js";

/** Lines that a history keeps; one that is full may have lost its oldest. */
const HISTORY_ENTRIES_MAX = 60;

/**
 * What the audit finds in a top-up that has ended, which should be nothing: it reads what `surefill verify` reads, and
 * was written by somebody else than this judge. What is in review may well be worth a finding.
 */
export function checkByAudit(
  record: TopupRecord,
  history: readonly HistoryEntry[],
  rows: readonly Booked[],
  evidence: Evidence,
): string[] {
  if (!isFinal(record.state)) return [];
  return findingsOf({ record, history, rows }, evidence, true)
    .filter(({ acceptedBy }) => acceptedBy === undefined)
    .map(({ kind, what }) => `${record.reference}: ${kind}: ${what}`);
}

/** What the audit finds in a top-up. `rows` are all that the provider shows of it; settled: nothing moves any more. */
export function findingsOf(
  topup: { record: TopupRecord; history: readonly HistoryEntry[]; rows: readonly Booked[] },
  { ledger, timings, nowMs }: Pick<Evidence, "ledger" | "timings" | "nowMs">,
  isSettled: boolean,
): Finding[] {
  const { record, history, rows } = topup;
  const events = ledger.events().filter(({ reference }) => reference === record.reference);
  const context = { nowMs: nowMs(), timings, clockSkewMs: 0, isSettled };
  return auditTopup({ file: fileOf(record, history, ledger), transactions: rows.map(transactionOf), events }, context);
}

function fileOf(record: TopupRecord, history: readonly HistoryEntry[], { indexes }: Evidence["ledger"]): TopupFile {
  const { reference, transactionId } = record;
  const dueIndexMs = indexes.due.get(reference);
  const transactionOwner = transactionId === undefined ? undefined : indexes.transactions.get(transactionId);
  return {
    record,
    history,
    isHistoryWhole: history.length < HISTORY_ENTRIES_MAX,
    isTombstone: false,
    isContentIntact: true,
    ...(dueIndexMs !== undefined && { dueIndexMs }),
    listedAs: [...indexes.states].flatMap(([state, listed]) => {
      const sinceMs = listed.get(reference);
      return sinceMs === undefined ? [] : [{ state, sinceMs }];
    }),
    ...(transactionOwner !== undefined && { transactionOwner }),
  };
}

function transactionOf({
  transactionId,
  status,
  identifier,
  operatorId,
  recipient,
  amount,
  cost,
  bookedAtMs,
}: Booked): ProviderTransaction {
  return {
    transactionId,
    status,
    customIdentifier: identifier,
    operatorId,
    recipient,
    requestedAmount: amount,
    deliveredAmount: amount,
    cost: status === "SUCCESSFUL" ? cost : "0",
    costCurrency: "USD",
    atMs: bookedAtMs,
  };
}
