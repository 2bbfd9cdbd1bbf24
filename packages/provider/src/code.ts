import { ReloadlyError } from "@surefill/reloadly-client";

/** The provider's code where it gave one, else the client's. Short and free of personal data, both. */
export function codeOf(error: unknown): string {
  return error instanceof ReloadlyError ? cleanCode(error.providerCode ?? error.code) : "UNEXPECTED_ERROR";
}

/** Codes go into records, events and logs: whatever the provider writes there, it stays a short word. */
export function cleanCode(code: string): string {
  return code.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, 60);
}

/** Errors that stand behind one another are looked at this deep. */
const CAUSES_MAX = 4;

/** What is known of a failure beyond its code: the HTTP status, or the fault of the connection, such as ECONNREFUSED. */
export function detailOf(error: unknown): { detail?: string } {
  if (error instanceof ReloadlyError && error.httpStatus !== null) return { detail: `HTTP ${error.httpStatus}` };
  let cause = error instanceof Error ? error.cause : undefined;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth += 1) {
    if ("code" in cause && typeof cause.code === "string") return { detail: cleanCode(cause.code) };
    cause = cause.cause;
  }
  return {};
}
