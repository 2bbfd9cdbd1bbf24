import type { Transaction } from "@surefill/reloadly-client";
import { attemptOfCustomIdentifier, customIdentifierOf, type ProviderRow } from "@surefill/topup";
import type { ShownTransaction } from "./findings.js";

/** A transaction as the provider's report shows it. Amounts are decimal texts; what it does not tell is null. */
export type ProviderTransaction = {
  transactionId: number;
  /** PROCESSING, SUCCESSFUL, REFUNDED, FAILED, or a word that we do not know. */
  status: string;
  customIdentifier: string | null;
  operatorId: number | null;
  /** E.164 digits, or the e-mail address in lower case. */
  recipient: string | null;
  requestedAmount: string | null;
  deliveredAmount: string | null;
  /** The currency of `requestedAmount`, and the country of the operator (ISO 3166-1), where the report tells them. */
  requestedCurrency?: string;
  countryCode?: string;
  cost: string | null;
  costCurrency: string | null;
  /** When the provider took it, by its own clock, in milliseconds since 1970; to the second. */
  atMs: number | null;
};

/** Statuses after which the provider keeps no money. Any other word, known or not, may mean that it was paid. */
const WITHOUT_CHARGE: ReadonlySet<string> = new Set(["FAILED", "REFUNDED"]);

/** Tells whether a transaction is paid or may still be. */
export function isLive({ status }: Pick<ProviderTransaction, "status">): boolean {
  return !WITHOUT_CHARGE.has(status);
}

/**
 * The attempt that a transaction names; `undefined` when its identifier is not one that we send. One that differs by
 * case alone is somebody else's: ours are in lower case, and the provider tells the cases apart.
 */
export function attemptOf(
  transaction: Pick<ProviderTransaction, "customIdentifier">,
): { reference: string; attempt: number } | undefined {
  const { customIdentifier } = transaction;
  const named = customIdentifier === null ? undefined : attemptOfCustomIdentifier(customIdentifier);
  if (named === undefined) return undefined;
  return customIdentifierOf(named.reference, named.attempt) === customIdentifier ? named : undefined;
}

/** Reads a transaction of the client. */
export function providerTransactionOf(transaction: Transaction): ProviderTransaction {
  const { status, recipientPhone, recipientEmail, balanceInfo } = transaction;
  return {
    transactionId: transaction.transactionId,
    status: wordOf(status),
    customIdentifier: transaction.customIdentifier,
    operatorId: transaction.operatorId,
    recipient: recipientPhone?.replace(/^\+/, "") ?? recipientEmail?.toLowerCase() ?? null,
    requestedAmount: transaction.requestedAmount,
    deliveredAmount: transaction.deliveredAmount,
    ...(transaction.requestedAmountCurrencyCode !== null && {
      requestedCurrency: transaction.requestedAmountCurrencyCode,
    }),
    ...(transaction.countryCode !== null && { countryCode: transaction.countryCode }),
    cost: balanceInfo?.cost ?? null,
    costCurrency: balanceInfo?.currencyCode ?? null,
    atMs: readDate(transaction.transactionDate),
  };
}

/** A status in one word, also one that we do not know. */
export function wordOf(status: Transaction["status"]): string {
  return status.kind === "known" ? status.status : `unknown word "${status.raw.slice(0, 40)}"`;
}

/** `yyyy-MM-dd HH:mm:ss`, in UTC. */
function readDate(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  const atMs = Date.parse(`${text.replace(" ", "T")}Z`);
  return Number.isNaN(atMs) ? null : atMs;
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
  };
}

/** An identifier as a finding shows it: longer runs of digits masked, and cut where it is longer than any of ours. */
export function shownIdentifier(customIdentifier: string): string {
  return customIdentifier.replace(DIGIT_RUN, maskDigits).slice(0, 150);
}

function maskDigits(run: string): string {
  return `${"•".repeat(run.length - 2)}${run.slice(-2)}`;
}
