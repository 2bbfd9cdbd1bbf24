import type { ProviderTransaction } from "@surefill/provider";
import { attemptOfCustomIdentifier, type ProviderRow } from "@surefill/topup";
import type { ShownTransaction } from "./findings.js";

/** Statuses after which the provider keeps no money. Any other word, known or not, may mean that it was paid. */
const WITHOUT_CHARGE: ReadonlySet<string> = new Set(["FAILED", "REFUNDED"]);

/** Tells whether a transaction is paid or may still be. */
export function isLive({ status }: Pick<ProviderTransaction, "status">): boolean {
  return !WITHOUT_CHARGE.has(status);
}

/**
 * The attempt that a transaction names; `undefined` when its identifier is not one that we send. Case tells nothing
 * apart: an identifier is sent in the spelling of its caller, and a reference belongs to one top-up in every spelling.
 */
export function attemptOf(
  transaction: Pick<ProviderTransaction, "customIdentifier">,
): { reference: string; attempt: number } | undefined {
  const { customIdentifier } = transaction;
  return customIdentifier === null ? undefined : attemptOfCustomIdentifier(customIdentifier);
}

/** The transaction as the domain compares it with a record; what the provider does not tell cannot differ. */
export function comparableRow(
  transaction: ProviderTransaction,
  expected: { operatorId: number; recipient: string; amount: string },
): ProviderRow {
  return {
    transactionId: transaction.transactionId,
    status: { kind: "processing" },
    operatorId: transaction.operatorId ?? expected.operatorId,
    recipient: transaction.recipient ?? expected.recipient,
    requestedAmount: transaction.requestedAmount ?? expected.amount,
    ...(transaction.deliveredAmount !== null && { deliveredAmount: transaction.deliveredAmount }),
  };
}

/** A longer run of digits may be somebody's phone number. */
const DIGIT_RUN = /\d{7,}/g;

/** The transaction as a finding shows it: neither recipient nor amount, and no phone number in its identifier. */
export function shown(transaction: ProviderTransaction): ShownTransaction {
  const { transactionId, status, customIdentifier, atMs } = transaction;
  return {
    transactionId,
    status: status.replace(DIGIT_RUN, maskDigits),
    attempt: attemptOf(transaction)?.attempt ?? null,
    identifier: customIdentifier === null ? null : shownIdentifier(customIdentifier),
    at: atMs === null ? null : new Date(atMs).toISOString(),
    cost: transaction.cost,
    costCurrency: transaction.costCurrency,
  };
}

/** An identifier as a finding shows it: longer runs of digits masked, and cut where it is longer than any of ours. */
export function shownIdentifier(customIdentifier: string): string {
  return customIdentifier.replace(DIGIT_RUN, maskDigits).slice(0, 150);
}

function maskDigits(run: string): string {
  return `${"•".repeat(run.length - 2)}${run.slice(-2)}`;
}
