import type { ErrorBody } from "./error-body.js";
import type { Certainty } from "./errors.js";
import { isKnownErrorCode } from "./provider-error-codes.js";

/** Known to be raised before Reloadly attempts anything, although it comes as a 503. */
const OPERATOR_UNAVAILABLE = "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE";

/** Reloadly says with it that it could not tell what its own supplier answered. */
const UNMAPPED = "UNMAPPED_PROVIDER_ERROR_CODE";

/**
 * What an answer that is not a success proves about a write to `path`. `body` is null when the answer broke off before
 * its end.
 *
 * Proof that nothing happened: 401 and 429; a 4xx other than 408 with Reloadly's own error object whose code is
 * absent or one that we know; 404 and 415 with the framework's object for this very path; 503 with the
 * operator-unavailable code. Everything else is doubtful, an unknown code included: paying late is cheaper than paying
 * twice. Grow the list of proofs only with evidence.
 */
export function certaintyOfAnswer(status: number, body: ErrorBody | null, path: string): Certainty {
  if (status === 401 || status === 429) return "not-executed";
  if (body?.shape === "spring") return isNotReached(status, body, path) ? "not-executed" : "ambiguous";
  if (body?.shape !== "reloadly") return "ambiguous";
  const { providerCode, isCodeGiven } = body;
  if (status === 503) return isCodeGiven && providerCode === OPERATOR_UNAVAILABLE ? "not-executed" : "ambiguous";
  if (status === 408 || status < 400 || status > 499) return "ambiguous";
  const isUnderstood = providerCode === null || (isKnownErrorCode(providerCode) && providerCode !== UNMAPPED);
  return isUnderstood ? "not-executed" : "ambiguous";
}

/**
 * The framework beneath Reloadly says that it has no such path, or does not take the form of the body: nothing of
 * Reloadly's was reached. It must say so of the very request, since another server's object may have been passed on,
 * and in no words but its own, since what was reached can answer 404 as well.
 */
function isNotReached(status: number, { seen }: ErrorBody, path: string): boolean {
  if ((status !== 404 && status !== 415) || seen === undefined) return false;
  return seen.status === String(status) && seen.path === path && !seen.hasMessage;
}
