import type { Booked } from "./books.js";

/** The provider's error object. */
export function errorBody(code: string | null, message = "refused"): string {
  return JSON.stringify({
    timeStamp: "2026-11-23 03:00:00",
    message,
    path: "/topups-async",
    errorCode: code,
    infoLink: null,
    details: [],
  });
}

export const HTML = "<html><body>Bad gateway</body></html>";
export const SPRING = JSON.stringify({
  timestamp: "2026-11-23T03:00:00Z",
  status: 500,
  error: "Internal Server Error",
  path: "/",
});

/** A transaction as the report and the status show it. */
export function transactionBody(row: Booked): object {
  return {
    transactionId: row.transactionId,
    status: row.status,
    operatorTransactionId: null,
    customIdentifier: row.identifier,
    recipientPhone: row.recipient,
    recipientEmail: null,
    countryCode: "NG",
    operatorId: row.operatorId,
    operatorName: "An operator",
    requestedAmount: Number(row.amount),
    requestedAmountCurrencyCode: "USD",
    deliveredAmount: Number(row.amount),
    deliveredAmountCurrencyCode: "USD",
    balanceInfo: { oldBalance: 900, newBalance: 895, cost: Number(row.cost), currencyCode: "USD" },
  };
}

/** The answer to a question for a status. */
export function statusBody(row: Booked): string {
  const code = { FAILED: "PROVIDER_INTERNAL_ERROR", REFUNDED: "SERVICE_TO_OPERATOR_TEMPORARILY_UNAVAILABLE" }[
    String(row.status)
  ];
  const transaction = row.status === "SUCCESSFUL" ? transactionBody(row) : null;
  return JSON.stringify({ code: code ?? null, message: null, status: row.status, transaction });
}

/** A page of the report. */
export function reportBody(rows: readonly Booked[]): string {
  return JSON.stringify({
    content: rows.map(transactionBody),
    totalPages: 1,
    totalElements: rows.length,
    last: true,
    number: 0,
  });
}
