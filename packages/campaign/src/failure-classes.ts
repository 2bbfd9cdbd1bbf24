import { FAILURE_CLASSES, type FailureClass } from "./limits.js";

/**
 * The class of every code that a top-up ends with and that somebody can act on. A code that is not here is the
 * provider's: it failed for a reason that neither the file nor the account can mend.
 */
export const FAILURE_CLASS_OF_CODE: Readonly<Record<string, FailureClass>> = {
  INVALID_RECIPIENT_PHONE: "recipient",
  INVALID_PHONE_NUMBER: "recipient",
  RECIPIENT_PHONE_INACTIVE: "recipient",
  PHONE_BANNED_BY_OPERATOR: "recipient",
  PHONE_RECENTLY_RECHARGED: "recipient",
  RECIPIENT_REACHED_MAX_TOPUP_NUMBER: "recipient",
  RECIPIENT_HAS_PENDING_TRANSACTION: "recipient",
  OPERATOR_AND_RECIPIENT_PHONE_MISMATCH: "recipient",
  COULD_NOT_AUTO_DETECT_OPERATOR: "recipient",

  INVALID_AMOUNT: "amount",
  INVALID_AMOUNT_FOR_OPERATOR: "amount",
  INVALID_LOCAL_AMOUNT_FOR_OPERATOR: "amount",
  LOCAL_AMOUNTS_NOT_SUPPORTED_BY_OPERATOR: "amount",
  INVALID_AMOUNT_FOR_RECIPIENT_PHONE: "amount",

  OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE: "operator",
  OPERATOR_NOT_IN_SERVICE: "operator",
  TRANSACTION_REJECTED_BY_OPERATOR: "operator",
  TRANSACTION_REFUSED_BY_OPERATOR: "operator",
  TRANSACTION_FAILED_ON_OPERATOR: "operator",
  CONNECTION_TO_OPERATOR_FAILED: "operator",
  CONNECTION_TO_OPERATOR_TEMPORARILY_DOWN: "operator",
  COUNTRY_NOT_SUPPORTED: "operator",

  INSUFFICIENT_BALANCE: "account",
  MAX_DAILY_TRANSACTION_AMOUNT_REACHED: "account",
  MAX_DAILY_TRANSACTION_COUNT_REACHED: "account",
  INACTIVE_ACCOUNT: "account",
  ACCOUNT_NOT_FOUND: "account",
  NOT_AUTHORIZED: "account",
  RATE_LIMIT_REACHED: "account",
  INVALID_TOKEN: "account",
  TOKEN_EXPIRED: "account",
  MISSING_TOKEN: "account",

  INVALID_INPUT_PROVIDED: "request",
  INVALID_REQUEST: "request",
  INVALID_SENDER_PHONE: "request",
};

/** The class that a failure with this code is counted in. */
export function failureClassOf(code: string): FailureClass {
  return (Object.hasOwn(FAILURE_CLASS_OF_CODE, code) ? FAILURE_CLASS_OF_CODE[code] : undefined) ?? "provider";
}

/** By what a retry chooses rows: the class of their failure, or `cancelled` for those that were withdrawn. */
export const RETRY_CLASSES = [...FAILURE_CLASSES, "cancelled"] as const;
export type RetryClass = (typeof RETRY_CLASSES)[number];
