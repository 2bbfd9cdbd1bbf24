/** What this client itself finds. A provider's own code stands beside it in `providerCode`. */
export const CLIENT_ERROR_CODES = {
  RELOADLY_INVALID_REQUEST: "The request breaks a documented rule and was not sent.",
  RELOADLY_NOT_SENT: "The caller's beforeWrite refused the write at the last moment.",
  RELOADLY_CLOSED: "The client was closed before the request was written.",
  RELOADLY_CONNECTION_FAILED: "No connection could be opened (refused, DNS, TLS, connect timeout).",
  RELOADLY_CONNECTION_LOST: "The connection broke after the request was handed to it.",
  RELOADLY_TIMEOUT: "The deadline passed.",
  RELOADLY_ABORTED: "The caller aborted the call.",
  RELOADLY_TOKEN_REFUSED: "The token service refused the credentials or the audience.",
  RELOADLY_TOKEN_UNAVAILABLE: "No token could be fetched, for a reason that may pass.",
  RELOADLY_UNAUTHORIZED: "HTTP 401 twice, the second time with a fresh token.",
  RELOADLY_RATE_LIMITED: "HTTP 429.",
  RELOADLY_REFUSED: "Any other HTTP 4xx.",
  RELOADLY_SERVER_ERROR: "HTTP 5xx.",
  RELOADLY_UNEXPECTED_STATUS: "A redirect or another HTTP status that the API does not have. It is not followed.",
  RELOADLY_UNREADABLE_BODY: "A success status with a body that does not say what it must.",
  RELOADLY_BODY_TOO_LARGE: "The body exceeded the size limit.",
  RELOADLY_PAGES_UNFINISHED: "The page limit was reached before the last page.",
} as const;

/** A code of `CLIENT_ERROR_CODES`. Codes are stable: match on them, not on message texts. */
export type ClientErrorCode = keyof typeof CLIENT_ERROR_CODES;

/**
 * What a failed write did. "not-executed": nothing happened, proven. "ambiguous": it may have been executed, find out
 * before sending again. A failed read is always "not-executed".
 */
export type Certainty = "not-executed" | "ambiguous";

/**
 * Whose words the body of a failed answer is in. "reloadly": its own error object, whole, or its code or one of its
 * sentences alone. "spring": the default object of the framework beneath it, for unknown paths and raw 500s. "oauth":
 * the token service's older form. "empty": no body. "other": HTML, text, other JSON.
 */
export type BodyShape = "reloadly" | "spring" | "oauth" | "empty" | "other";

/** The facts of a failure. */
export interface ReloadlyErrorDetails {
  code: ClientErrorCode;
  /** The client's method, for example "sendTopupAsync"; "fetchToken" for the token service. */
  operation: string;
  certainty: Certainty;
  /** Why, in one sentence of ours. Never the provider's text. */
  reason: string;
  httpStatus?: number | null;
  providerCode?: string | null;
  providerMessage?: string | null;
  bodyShape?: BodyShape | null;
  retryAfterMs?: number | null;
  cause?: unknown;
}

/** The one error that this client throws. It never holds a token, a secret or a phone number. */
export class ReloadlyError extends Error {
  override readonly name = "ReloadlyError";
  /** What the client found; see `CLIENT_ERROR_CODES`. */
  readonly code: ClientErrorCode;
  /** The client's method that failed. */
  readonly operation: string;
  /** Whether a write may have been executed. */
  readonly certainty: Certainty;
  /** The HTTP status, or null when no answer began. */
  readonly httpStatus: number | null;
  /** Reloadly's `errorCode`, or null; see `RELOADLY_ERROR_CODES`. The list is open-ended. */
  readonly providerCode: string | null;
  /** Reloadly's own text with phone numbers and e-mail addresses masked, or null. Not part of `message`. */
  readonly providerMessage: string | null;
  /** Whose words the answer was in, or null when there was none. A gateway's 404 says nothing of what Reloadly has. */
  readonly bodyShape: BodyShape | null;
  /** How long the provider asks to wait, in milliseconds, or null when it does not say. */
  readonly retryAfterMs: number | null;

  constructor(details: ReloadlyErrorDetails) {
    super(
      `${details.operation}: ${details.reason}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = details.code;
    this.operation = details.operation;
    this.certainty = details.certainty;
    this.httpStatus = details.httpStatus ?? null;
    this.providerCode = details.providerCode ?? null;
    this.providerMessage = details.providerMessage ?? null;
    this.bodyShape = details.bodyShape ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}
