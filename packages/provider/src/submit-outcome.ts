import { ReloadlyError } from "@surefill/reloadly-client";
import type { SubmitOutcome } from "@surefill/topup";
import { codeOf, detailOf } from "./code.js";

/**
 * Reads what the client says of a failed POST. The client alone knows whether a byte left; anything that is not its
 * own error is a defect after which nothing is known.
 */
export function submitOutcomeOf(error: unknown): SubmitOutcome {
  const code = codeOf(error);
  if (!(error instanceof ReloadlyError) || error.certainty === "ambiguous") return { kind: "unknown", code };
  switch (error.code) {
    case "RELOADLY_NOT_SENT":
    case "RELOADLY_ABORTED":
      return { kind: "not-sent", cause: "too-late", code };
    case "RELOADLY_INVALID_REQUEST":
      return { kind: "refused", code: "INVALID_REQUEST" };
    case "RELOADLY_RATE_LIMITED":
      return { kind: "refused", code: "RATE_LIMIT_REACHED", ...retryAfterOf(error) };
    case "RELOADLY_UNAUTHORIZED":
      return { kind: "refused", code: error.providerCode ?? "INVALID_TOKEN", ...retryAfterOf(error) };
    case "RELOADLY_REFUSED":
    case "RELOADLY_SERVER_ERROR":
      return { kind: "refused", code, ...retryAfterOf(error) };
    default:
      return { kind: "not-sent", cause: "unreachable", code, ...detailOf(error) };
  }
}

function retryAfterOf(error: ReloadlyError): { retryAfterMs?: number } {
  return error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs };
}
