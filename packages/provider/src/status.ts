import type { TopupStatus, Transaction } from "@surefill/reloadly-client";
import { namesAnother, type ProviderRow, type StatusAnswer, type TopupRecord } from "@surefill/topup";
import { cleanCode } from "./code.js";
import { recipientOf } from "./provider-transaction.js";
import { settlementOf } from "./settlement.js";

/** What the provider says of an attempt that it took. A status that we do not know is no answer. */
export function statusAnswerOf({ status, code, transaction }: TopupStatus): StatusAnswer {
  if (status.kind === "unrecognised") return { kind: "unreadable", code: "STATUS_NOT_KNOWN" };
  switch (status.status) {
    case "PROCESSING":
      return { kind: "processing" };
    case "SUCCESSFUL":
      return { kind: "successful", settlement: transaction === null ? {} : settlementOf(transaction) };
    case "REFUNDED":
      return { kind: "refunded", ...(code !== null && { code: cleanCode(code) }) };
    case "FAILED":
      return { kind: "failed", ...(code !== null && { code: cleanCode(code) }) };
  }
}

/**
 * What the provider says of the record's current attempt when it was asked by the record's transactionId. An answer
 * about another transaction is none; one that shows that the transaction is another top-up's says so, whatever its
 * status is.
 */
export function statusAnswerFor(record: TopupRecord, answer: TopupStatus): StatusAnswer {
  const { transaction } = answer;
  if (transaction === null) return statusAnswerOf(answer);
  if (transaction.transactionId !== record.transactionId) return { kind: "unreadable", code: "STATUS_OF_ANOTHER" };
  const { customIdentifier, operatorId, requestedAmount, deliveredAmount } = transaction;
  const recipient = recipientOf(transaction);
  const code = namesAnother(record, { customIdentifier, operatorId, recipient, requestedAmount, deliveredAmount });
  return code === undefined ? statusAnswerOf(answer) : { kind: "names-another", code };
}

/** A row of the report as the domain compares it with a record. */
export function providerRowOf(transaction: Transaction): ProviderRow {
  return {
    transactionId: transaction.transactionId,
    status: statusAnswerOf({ status: transaction.status, code: null, message: null, transaction }),
    operatorId: transaction.operatorId ?? 0,
    recipient: recipientOf(transaction) ?? "",
    requestedAmount: transaction.requestedAmount ?? "0",
    ...(transaction.deliveredAmount !== null && { deliveredAmount: transaction.deliveredAmount }),
  };
}
