import type { ProviderTransaction } from "@surefill/provider";
import { compareDecimals, isFinal, isSameTopup, type TopupRecord } from "@surefill/topup";
import { isAccepted, type TopupFile } from "@surefill/topup-store";
import type { AuditContext } from "../audit-context.js";
import { type Finding, type FindingKind, finding } from "../findings.js";
import { attemptOf, comparableRow, isLive, shown } from "../provider-transaction.js";

/**
 * S1 to S4 and S11 of one top-up. `transactions` is everything that the provider has of it, by the identifiers of all
 * its attempts and by every id on record; the file must not have changed while that was asked for.
 */
export function checkAgainstProvider(
  file: TopupFile,
  transactions: readonly ProviderTransaction[],
  context: AuditContext,
): Finding[] {
  const { record } = file;
  const live = transactions.filter(isLive);
  const findings = transactions.flatMap((transaction) => checkTransaction(file, transaction, context));
  if (live.length > 1) {
    const detail = `${live.length} of ${transactions.length} transactions.`;
    findings.push(finding("paid-more-than-once", record.reference, detail, live.map(shown)));
  }
  findings.push(...checkState(record, transactions, context));
  const owner = file.transactionOwner;
  if (record.transactionId !== undefined && !file.isTombstone && owner !== record.reference) {
    const detail = `Transaction ${record.transactionId} is given to ${owner ?? "nobody"}.`;
    findings.push(finding("transaction-of-another", record.reference, detail));
  }
  // A tombstone has forgotten who it was.
  if (record.forced === true)
    return findings.map((one) => ({ ...one, acceptedBy: record.resolvedBy ?? "an operator" }));
  return findings.map((one) => {
    const isOver = ACCEPTABLE.has(one.kind) && isAccepted(record, one.transactions);
    return isOver ? { ...one, acceptedBy: record.accepted?.by ?? "an operator" } : one;
  });
}

/** What a person can accept of a top-up that is final: the provider's transactions, as they were then. */
const ACCEPTABLE: ReadonlySet<FindingKind> = new Set([
  "paid-more-than-once",
  "paid-but-ended",
  "success-not-confirmed",
  "refund-not-confirmed",
]);

/** S2, S3 and S11 of one transaction that names an attempt of the file's top-up. */
export function checkTransaction(file: TopupFile, transaction: ProviderTransaction, context: AuditContext): Finding[] {
  const { record } = file;
  const named = attemptOf(transaction);
  const findings: Finding[] = [];
  const found = (kind: FindingKind, detail: string) =>
    findings.push(finding(kind, record.reference, detail, [shown(transaction)]));

  if (named === undefined || named.reference !== record.reference) {
    found("transaction-differs", `The record names transaction ${transaction.transactionId}, which is of another.`);
    return findings;
  }
  if (named.attempt > record.attempt) {
    found("attempt-never-made", `It names attempt ${named.attempt}; the ledger is at attempt ${record.attempt}.`);
    return findings;
  }
  const difference = differenceOf(file, transaction);
  if (difference !== undefined) found("transaction-differs", difference);
  const grant = missingGrant(file, named.attempt, transaction, context);
  if (grant !== undefined) found("not-granted", grant);
  const cost = costDifference(record, transaction);
  if (cost !== undefined) found("cost-differs", cost);
  return findings;
}

function differenceOf({ record, isTombstone }: TopupFile, transaction: ProviderTransaction): string | undefined {
  const { request, operatorId = 0 } = record;
  const recipient = request.recipientPhone?.number ?? request.recipientEmail ?? "";
  const row = comparableRow(transaction, { operatorId, recipient, amount: request.amount });
  // What a tombstone has forgotten cannot be compared.
  if (isSameTopup(record, isTombstone ? { ...row, recipient } : row)) return undefined;
  return `It is ${isLive(transaction) ? "or may be paid" : "not paid"}.`;
}

function missingGrant(
  file: TopupFile,
  attempt: number,
  transaction: ProviderTransaction,
  { clockSkewMs, rebuiltAtMs = 0 }: AuditContext,
): string | undefined {
  if (file.isTombstone || !file.isHistoryWhole) return undefined;
  const grants = file.history.filter((entry) => entry.to === "submitting" && entry.attempt === attempt);
  const [first] = grants;
  if (first === undefined) return `The history holds no grant of attempt ${attempt}.`;
  const { atMs } = transaction;
  if (atMs === null || first.atMs <= atMs + clockSkewMs) return undefined;
  // A reference that is sent again after a rebuild adopts what the lost record of that name had sent.
  if (file.record.acceptedAtMs >= rebuiltAtMs && atMs < rebuiltAtMs + clockSkewMs) return undefined;
  const times = `${new Date(first.atMs).toISOString()}, after the provider took it at ${new Date(atMs).toISOString()}`;
  return `The first grant of attempt ${attempt} is of ${times}.`;
}

function costDifference({ state, settlement }: TopupRecord, transaction: ProviderTransaction): string | undefined {
  const ours = settlement?.cost;
  const { cost, costCurrency, status } = transaction;
  if (state !== "succeeded" || status !== "SUCCESSFUL" || ours === undefined || cost === null) return undefined;
  const isSame = compareDecimals(ours, cost) === 0 && (settlement?.costCurrency ?? costCurrency) === costCurrency;
  return isSame ? undefined : `Ours: ${ours} ${settlement?.costCurrency ?? ""}; theirs: ${cost} ${costCurrency ?? ""}.`;
}

/** S4: what the record's state says against what the provider has. */
function checkState(
  record: TopupRecord,
  transactions: readonly ProviderTransaction[],
  context: AuditContext,
): Finding[] {
  const { reference, state } = record;
  const live = transactions.filter(isLive);
  const statuses = transactions.map(({ status }) => status);
  const confirms = (status: string) => transactions.some((one) => one.status === status && isNamed(record, one));
  const all = transactions.map(shown);
  const said = transactions.length === 0 ? "It has none at all." : `It has: ${statuses.join(", ")}.`;
  switch (state) {
    case "succeeded":
      if (confirms("SUCCESSFUL") || !isVisible(record, context)) return [];
      return [finding("success-not-confirmed", reference, said, all)];
    case "refunded": {
      const findings =
        live.length > 0 ? [finding("paid-but-ended", reference, `It is ${state}.`, live.map(shown))] : [];
      if (confirms("REFUNDED") || !isVisible(record, context)) return findings;
      return [...findings, finding("refund-not-confirmed", reference, said, all)];
    }
    case "failed":
    case "rejected":
    case "cancelled":
      return live.length === 0 ? [] : [finding("paid-but-ended", reference, `It is ${state}.`, live.map(shown))];
    case "queued":
    case "held": {
      // A top-up held on FAILED asks for its own transaction again when the hold ends.
      const asked = state === "held" && record.holdReason === "failed" ? record.transactionId : undefined;
      const unasked = live.filter(({ transactionId }) => transactionId !== asked);
      return unasked.length === 0 ? [] : [finding("paid-but-open", reference, `It is ${state}.`, unasked.map(shown))];
    }
    case "submitting":
    case "unknown": {
      // What has become of the current attempt is being found out. One before it was dead when this one began.
      const turned = live.filter((one) => (attemptOf(one)?.attempt ?? record.attempt) < record.attempt);
      return turned.length === 0 ? [] : [finding("paid-but-open", reference, `It is ${state}.`, turned.map(shown))];
    }
    case "processing":
    case "review":
      return [];
  }
}

/** The record says which transaction ended it, wherever that is known. */
function isNamed(record: TopupRecord, { transactionId }: ProviderTransaction): boolean {
  return record.transactionId === undefined || record.transactionId === transactionId;
}

/** A report may lag behind: what it does not show counts only when the quiet period since the grant is over. */
function isVisible(record: TopupRecord, { nowMs, timings, isSettled }: AuditContext): boolean {
  if (isSettled || !isFinal(record.state)) return true;
  const sentAtMs = record.grantedAtMs ?? record.acceptedAtMs;
  return nowMs >= sentAtMs + timings.SEND_DEADLINE_MS + timings.QUIET_MS;
}
