import type { Answer } from "./answer.js";
import { formatSpringTime, formatTime } from "./clock.js";
import { printJson } from "./json.js";

/** A business refusal as Reloadly words it. */
export interface Refusal {
  readonly httpStatus: number;
  readonly errorCode: string | null;
  readonly message: string;
}

// Where nobody has published the HTTP status of a code, 400 is used, as for every other business refusal.
const KNOWN: Readonly<Record<string, readonly [httpStatus: number, message: string]>> = {
  INVALID_CREDENTIALS: [401, "Access Denied"],
  INVALID_AUDIENCE: [400, "The provided audience is not valid"],
  INVALID_TOKEN: [401, "Full authentication is required to access this resource"],
  MISSING_TOKEN: [401, "Full authentication is required to access this resource"],
  TOKEN_EXPIRED: [401, "The token provided has expired, please request a new one"],
  INVALID_INPUT_PROVIDED: [400, "Invalid input provided"],
  INVALID_AMOUNT_FOR_OPERATOR: [400, "The amount is not one that this operator takes"],
  INVALID_LOCAL_AMOUNT_FOR_OPERATOR: [400, "The local amount is not one that this operator takes"],
  LOCAL_AMOUNTS_NOT_SUPPORTED_BY_OPERATOR: [400, "Local amounts are not supported by this operator"],
  INVALID_AMOUNT_FOR_RECIPIENT_PHONE: [400, "The amount is not valid for this recipient phone"],
  INVALID_RECIPIENT_PHONE: [400, "Recipient phone number is not valid"],
  INVALID_SENDER_PHONE: [400, "Sender phone number is not valid"],
  OPERATOR_AND_RECIPIENT_PHONE_MISMATCH: [400, "The operator does not serve the country of the recipient phone"],
  RECIPIENT_PHONE_INACTIVE: [400, "The recipient phone is not active"],
  RECIPIENT_REACHED_MAX_TOPUP_NUMBER: [400, "The recipient has reached the maximum number of topups"],
  RECIPIENT_HAS_PENDING_TRANSACTION: [400, "The recipient has a pending transaction, please try again later"],
  PHONE_RECENTLY_RECHARGED: [400, "This phone was recharged recently, please wait 2 minutes before another topup"],
  CUSTOM_IDENTIFIER_ALREADY_USED: [
    400,
    "The custom identifier provided has already been used. Please provide a new, unique custom identifier",
  ],
  INSUFFICIENT_BALANCE: [400, "Insufficient funds in the wallet to complete this transaction"],
  MAX_DAILY_TRANSACTION_AMOUNT_REACHED: [400, "The daily transaction amount of this account has been reached"],
  MAX_DAILY_TRANSACTION_COUNT_REACHED: [400, "The daily transaction count of this account has been reached"],
  INACTIVE_ACCOUNT: [400, "This account is not active"],
  OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE: [
    503,
    "The topup operator is currently unavailable or inactive, please try again later or contact support",
  ],
  TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT: [
    400,
    "The transaction cannot be processed at the moment, please try again later",
  ],
  TRANSACTION_REJECTED_BY_OPERATOR: [400, "The transaction was rejected by the operator"],
  TOPUP_TRANSACTION_FAILED: [400, "The topup transaction failed"],
  UNMAPPED_PROVIDER_ERROR_CODE: [400, "The provider answered with an error that is not mapped"],
  COUNTRY_NOT_SUPPORTED: [409, "The country selected is currently not supported"],
  COULD_NOT_AUTO_DETECT_OPERATOR: [404, "Could not auto detect operator for given phone number"],
  TRANSACTION_NOT_FOUND: [404, "Transaction not found for given id"],
  FX_RATE_NOT_AVAILABLE: [500, "The fx rate is not available"],
  RATE_LIMIT_REACHED: [429, "Too many requests, please slow down"],
  METHOD_NOT_SUPPORTED: [405, "The request method is not supported for this path"],
  MEDIA_TYPE_NOT_ACCEPTABLE: [406, "The requested media type cannot be produced"],
  UNSUPPORTED_MEDIA_TYPE: [415, "The content type is not supported"],
  INTERNAL_SERVER_ERROR: [500, "An unexpected error occurred"],
};

/** The refusal of this code, with its usual status and message unless others are given. Unknown codes are 400. */
export function refusal(errorCode: string, own: { message?: string; httpStatus?: number } = {}): Refusal {
  const [httpStatus, message] = KNOWN[errorCode] ?? [400, "The request was refused"];
  return { httpStatus: own.httpStatus ?? httpStatus, errorCode, message: own.message ?? message };
}

/** `INVALID_INPUT_PROVIDED` that names the field and the fault. */
export function invalidInput(message: string): Refusal {
  return refusal("INVALID_INPUT_PROVIDED", { message });
}

/** Reloadly's own error body. */
export function refuse(reason: Refusal, where: { path: string; nowMs: number }): Answer {
  const body = {
    timeStamp: formatTime(where.nowMs),
    message: reason.message,
    path: where.path,
    errorCode: reason.errorCode,
    infoLink: null,
    details: [],
  };
  return { status: reason.httpStatus, body: printJson(body) };
}

/** The body of Spring, the framework under Reloadly, for a path that does not exist. */
export function springNotFound(where: { path: string; nowMs: number }): Answer {
  const body = {
    timestamp: formatSpringTime(where.nowMs),
    status: 404,
    error: "Not Found",
    message: "No message available",
    path: where.path,
  };
  return { status: 404, body: printJson(body) };
}
