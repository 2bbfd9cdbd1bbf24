import { formatTime } from "./clock.js";
import { exact } from "./json.js";
import { decimal, formatDecimal, formatUnits } from "./money.js";
import type { Transaction } from "./transaction.js";

/** What a status carries beside its word when the operator did not deliver. */
const REASONS: Partial<Readonly<Record<Transaction["status"], { code: string; message: string }>>> = {
  FAILED: { code: "PROVIDER_INTERNAL_ERROR", message: "Please wait 30 minutes to purchase same product" },
  REFUNDED: {
    code: "SERVICE_TO_OPERATOR_TEMPORARILY_UNAVAILABLE",
    message: "The transaction failed due to an outage and / or connection issue with the operator",
  },
};

// What the real sandbox prints on every PIN voucher; and the other form that is documented, with one text and words.
const PIN_IN_THREE = { info1: "DIAL *611", info2: "DIAL *611", info3: "Dial *233* and PIN #", value: null };
const PIN_IN_ONE = { info: "DIAL *611", value: "Valid 30 days" };

/** The transaction object of `POST /topups`, of a successful status and of a report row. */
export function transactionBody(transaction: Transaction, currency: string): Record<string, unknown> {
  const { operator, useLocalAmount, price } = transaction;
  const local = operator.country.currencyCode;
  const delivered = useLocalAmount
    ? transaction.amount
    : formatDecimal(decimal(transaction.amount).times(operator.fxRate), 2);
  return {
    transactionId: transaction.transactionId,
    status: transaction.status,
    operatorTransactionId: null,
    customIdentifier: transaction.identifier?.customIdentifier ?? null,
    recipientPhone: operator.takesEmail ? null : transaction.recipient,
    recipientEmail: operator.takesEmail ? transaction.recipient : null,
    senderPhone: transaction.senderPhone,
    countryCode: operator.country.isoName,
    operatorId: operator.operatorId,
    operatorName: operator.name,
    discount: exact(formatUnits(price.discount)),
    discountCurrencyCode: currency,
    requestedAmount: exact(transaction.amount),
    requestedAmountCurrencyCode: useLocalAmount ? local : currency,
    deliveredAmount: exact(delivered),
    deliveredAmountCurrencyCode: local,
    transactionDate: formatTime(transaction.committedAtMs),
    pinDetail: pinDetail(transaction),
    fee: exact(formatUnits(price.fee)),
    balanceInfo: balanceInfo(transaction, currency),
  };
}

function balanceInfo(transaction: Transaction, currency: string): Record<string, unknown> {
  const cost = transaction.debited - transaction.refunded;
  return {
    oldBalance: exact(formatUnits(transaction.balanceBefore)),
    newBalance: exact(formatUnits(transaction.balanceBefore - cost)),
    cost: exact(formatUnits(cost)),
    currencyCode: currency,
    currencyName: currencyName(currency),
    updatedAt: formatTime(transaction.committedAtMs),
  };
}

function pinDetail(transaction: Transaction): Record<string, unknown> | null {
  if (transaction.operator.kind !== "pin" || transaction.status !== "SUCCESSFUL") return null;
  const serial = String(500_000 + transaction.transactionId);
  const code = String(773_709_000_000_000 + transaction.transactionId);
  const instructions = transaction.operator.pinTexts === "one" ? PIN_IN_ONE : PIN_IN_THREE;
  return { serial, ...instructions, code, ivr: "1-888-888-8888", validity: "30 days" };
}

/** The body of `GET /topups/{id}/status`: the transaction is only there when it succeeded. */
export function statusBody(
  transaction: Transaction,
  shape: { currency: string; statusShape: "envelope" | "flat" },
): Record<string, unknown> {
  const { status } = transaction;
  const isSuccessful = status === "SUCCESSFUL";
  if (isSuccessful && shape.statusShape === "flat") return transactionBody(transaction, shape.currency);
  return {
    code: REASONS[status]?.code ?? null,
    message: REASONS[status]?.message ?? null,
    status,
    transaction: isSuccessful ? transactionBody(transaction, shape.currency) : null,
  };
}

const CURRENCY_NAMES: Readonly<Record<string, string>> = { USD: "US Dollar", EUR: "Euro", GBP: "British Pound" };

/** The English name of a wallet currency; the code itself for those that have no name here. */
export function currencyName(code: string): string {
  return CURRENCY_NAMES[code] ?? code;
}
