import type { ErrorBody } from "./error-body.js";
import type { Certainty } from "./errors.js";
import { isKnownErrorCode } from "./provider-error-codes.js";

/** Known to be raised before Reloadly attempts anything, although it comes as a 503. */
const OPERATOR_UNAVAILABLE = "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE";

/** Reloadly says with it that it could not tell what its own supplier answered. */
const UNMAPPED = "UNMAPPED_PROVIDER_ERROR_CODE";

/**
 * What an answer that is not a success proves about a write. `body` is null when the answer broke off before its end.
 *
 * Proof that nothing happened: 401 and 429; a 4xx other than 408 with Reloadly's own error object whose code is
 * absent or one that we know; 503 with the operator-unavailable code. Everything else is doubtful, an unknown code
 * included: paying late is cheaper than paying twice. Grow the list of proofs only with evidence.
 */
export function certaintyOfAnswer(status: number, body: ErrorBody | null): Certainty {
  if (status === 401 || status === 429) return "not-executed";
  if (body?.shape !== "reloadly") return "ambiguous";
  const { providerCode } = body;
  if (status === 503) return providerCode === OPERATOR_UNAVAILABLE ? "not-executed" : "ambiguous";
  if (status === 408 || status < 400 || status > 499) return "ambiguous";
  const isUnderstood = providerCode === null || (isKnownErrorCode(providerCode) && providerCode !== UNMAPPED);
  return isUnderstood ? "not-executed" : "ambiguous";
}
