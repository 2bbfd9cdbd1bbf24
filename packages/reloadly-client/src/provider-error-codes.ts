/** How well a row of the table is established. */
export type ErrorCodeSource =
  /** Printed in Reloadly's documentation or SDKs. */
  | "documented"
  /** Seen in answers of Reloadly's sandbox. */
  | "sandbox"
  /** Seen in production by third parties, without its HTTP status or text. */
  | "production";

/** What is known of one `errorCode`. */
export interface ProviderErrorCode {
  meaning: string;
  /** The HTTP statuses under which it is established to come. Empty when none is: never rely on the status alone. */
  httpStatuses: readonly number[];
  source: ErrorCodeSource;
}

const code = (
  httpStatuses: readonly number[],
  source: ErrorCodeSource,
  meaning: string,
): Readonly<ProviderErrorCode> => ({ meaning, httpStatuses, source });

/** Every error code of Reloadly's airtime API that is known to us. Reloadly's own list is open-ended. */
export const RELOADLY_ERROR_CODES = {
  // The token and the account.
  INVALID_CREDENTIALS: code([401], "sandbox", "Client id or secret is wrong, or belongs to the other environment."),
  INVALID_AUDIENCE: code([400], "sandbox", "The token service does not know the audience."),
  INVALID_TOKEN: code([401], "sandbox", "The token is malformed or of another environment."),
  TOKEN_EXPIRED: code([401], "documented", "The token has expired."),
  MISSING_TOKEN: code([401], "sandbox", "The request carried no token."),
  NOT_AUTHORIZED: code([403], "documented", "The account may not do this."),
  INACTIVE_ACCOUNT: code([], "documented", "The account is not active."),
  ACCOUNT_NOT_FOUND: code([], "documented", "There is no such account."),
  INSUFFICIENT_BALANCE: code([400], "sandbox", "The wallet does not hold enough for this top-up."),
  MAX_DAILY_TRANSACTION_AMOUNT_REACHED: code([], "documented", "The account's daily amount is used up."),
  MAX_DAILY_TRANSACTION_COUNT_REACHED: code([], "documented", "The account's daily number of top-ups is used up."),

  // The request.
  INVALID_INPUT_PROVIDED: code([400], "sandbox", "A field is missing, too long or malformed; the message names it."),
  INVALID_REQUEST: code([400], "documented", "The request is malformed (older name)."),
  INVALID_AMOUNT: code([400], "documented", "The amount is not a number or not allowed."),
  INVALID_AMOUNT_FOR_OPERATOR: code([400], "sandbox", "Outside the operator's range, or not one of its fixed amounts."),
  INVALID_LOCAL_AMOUNT_FOR_OPERATOR: code([400], "sandbox", "The same, for an amount in the operator's own currency."),
  LOCAL_AMOUNTS_NOT_SUPPORTED_BY_OPERATOR: code([400], "sandbox", "The operator takes no amounts in its own currency."),
  INVALID_AMOUNT_FOR_RECIPIENT_PHONE: code([], "production", "The amount is not sold to this number."),
  INVALID_RECIPIENT_PHONE: code([400], "sandbox", "The recipient's number is not valid, or not of that country."),
  INVALID_SENDER_PHONE: code([400], "documented", "The sender's number is not valid."),
  INVALID_PHONE_NUMBER: code([400], "documented", "A phone number is not valid."),
  OPERATOR_AND_RECIPIENT_PHONE_MISMATCH: code([400], "sandbox", "The number does not belong to the operator."),
  CUSTOM_IDENTIFIER_ALREADY_USED: code(
    [400],
    "sandbox",
    "An earlier request with this identifier was accepted. This one was not executed; the earlier one may have been.",
  ),
  COUNTRY_NOT_SUPPORTED: code([404, 409], "sandbox", "Reloadly does not serve the country."),
  COULD_NOT_AUTO_DETECT_OPERATOR: code([404], "sandbox", "No operator was found for the number."),
  TRANSACTION_NOT_FOUND: code([404], "sandbox", "There is no transaction with this id."),
  FX_RATE_NOT_AVAILABLE: code([500], "documented", "No exchange rate is available for the operator."),

  // The recipient.
  RECIPIENT_PHONE_INACTIVE: code([], "production", "The recipient's line is not active."),
  PHONE_BANNED_BY_OPERATOR: code([], "production", "The operator takes no top-ups for the number."),
  RECIPIENT_REACHED_MAX_TOPUP_NUMBER: code([], "production", "The operator's limit for the number is reached."),
  PHONE_RECENTLY_RECHARGED: code([], "production", "The number was topped up less than about two minutes ago."),
  RECIPIENT_HAS_PENDING_TRANSACTION: code([], "production", "Another top-up for the number is not finished."),

  // The operator and what lies behind it.
  OPERATOR_NOT_IN_SERVICE: code([], "documented", "The operator is out of service."),
  OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE: code(
    [503],
    "sandbox",
    "The operator is switched off at the moment, or unknown. Raised before anything is attempted.",
  ),
  TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT: code([400, 500], "sandbox", "The operator did not take the top-up."),
  TOPUP_TRANSACTION_FAILED: code([], "documented", "The top-up failed."),
  PROVIDER_INTERNAL_ERROR: code([], "documented", "The operator failed; wait 30 minutes. Comes with status FAILED."),
  SERVICE_TO_OPERATOR_TEMPORARILY_UNAVAILABLE: code(
    [],
    "documented",
    "The operator could not be reached. Comes with status REFUNDED.",
  ),
  TRANSACTION_FAILED_ON_OPERATOR: code([], "production", "The operator reported a failure."),
  REQUEST_FAILED_ON_PROVIDER: code([], "production", "The request failed at Reloadly's supplier."),
  REQUEST_PROCESSING_FAILED: code([], "production", "The request could not be processed."),
  CONNECTION_TO_OPERATOR_FAILED: code([], "production", "The operator could not be reached."),
  CONNECTION_TO_OPERATOR_TEMPORARILY_DOWN: code([], "production", "The line to the operator is down."),
  TRANSACTION_REJECTED_BY_OPERATOR: code([], "production", "The operator rejected the top-up."),
  TRANSACTION_REFUSED_BY_OPERATOR: code([], "production", "The operator refused the top-up."),
  UNMAPPED_PROVIDER_ERROR_CODE: code([], "production", "Reloadly could not translate its supplier's answer."),

  // HTTP in general.
  RATE_LIMIT_REACHED: code([429], "documented", "Too many requests."),
  METHOD_NOT_SUPPORTED: code([405], "documented", "The path does not take this method."),
  MEDIA_TYPE_NOT_ACCEPTABLE: code([406], "documented", "The Accept header names no version that the API has."),
  UNSUPPORTED_MEDIA_TYPE: code([415], "documented", "The body is not JSON."),
  UNPROCCESSABLE_ENTITY: code([422], "documented", "The request cannot be processed. Spelt this way by Reloadly."),
  INTERNAL_SERVER_ERROR: code([500], "documented", "Reloadly failed."),
  SERVICE_UNAVAILABLE: code([503], "documented", "Reloadly is not available."),
} as const satisfies Record<string, ProviderErrorCode>;

/** A code of `RELOADLY_ERROR_CODES`. */
export type KnownErrorCode = keyof typeof RELOADLY_ERROR_CODES;

/** True for a code of the table. */
export function isKnownErrorCode(value: string): value is KnownErrorCode {
  return Object.hasOwn(RELOADLY_ERROR_CODES, value);
}
