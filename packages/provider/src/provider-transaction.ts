import type { Transaction } from "@surefill/reloadly-client";

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

/** Reads a transaction of the client. */
export function providerTransactionOf(transaction: Transaction): ProviderTransaction {
  const { status, balanceInfo } = transaction;
  return {
    transactionId: transaction.transactionId,
    status: wordOf(status),
    customIdentifier: transaction.customIdentifier,
    operatorId: transaction.operatorId,
    recipient: recipientOf(transaction),
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

/** Whom a transaction paid: E.164 digits, or the e-mail address in lower case. Null where it does not say. */
export function recipientOf({
  recipientPhone,
  recipientEmail,
}: Pick<Transaction, "recipientPhone" | "recipientEmail">): string | null {
  return recipientPhone?.replace(/^\+/, "") ?? recipientEmail?.toLowerCase() ?? null;
}

/** `yyyy-MM-dd HH:mm:ss`, in UTC. */
function readDate(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  const atMs = Date.parse(`${text.replace(" ", "T")}Z`);
  return Number.isNaN(atMs) ? null : atMs;
}

/** A status in one word, also one that we do not know. */
export function wordOf(status: Transaction["status"]): string {
  return status.kind === "known" ? status.status : `unknown word "${status.raw.slice(0, 40)}"`;
}
