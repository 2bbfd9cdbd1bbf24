import type { CallKind } from "./call.js";
import { certaintyOfAnswer } from "./certainty.js";
import { type Certainty, type ClientErrorCode, ReloadlyError } from "./errors.js";
import type { TransportFailure } from "./transport.js";

/** The error for a request that got no complete answer. */
export function noAnswerError(kind: CallKind, operation: string, failure: TransportFailure): ReloadlyError {
  const { code, reason } = describe(failure);
  return new ReloadlyError({
    code,
    operation,
    certainty: kind === "read" ? "not-executed" : certaintyOfFailure(failure),
    reason: failure.mayBeWritten ? reason : `${reason}; nothing was sent`,
    httpStatus: failure.status,
    cause: failure.cause,
  });
}

/** A status line that was read before the connection broke still counts: a 401 is a 401 without its body. */
function certaintyOfFailure({ mayBeWritten, status }: TransportFailure): Certainty {
  if (!mayBeWritten) return "not-executed";
  return status === null ? "ambiguous" : certaintyOfAnswer(status, null, "");
}

function describe({ kind, mayBeWritten }: TransportFailure): { code: ClientErrorCode; reason: string } {
  switch (kind) {
    case "vetoed":
      return { code: "RELOADLY_NOT_SENT", reason: "beforeWrite refused the write" };
    case "aborted":
      return { code: "RELOADLY_ABORTED", reason: "the caller aborted the call" };
    case "timeout":
      return { code: "RELOADLY_TIMEOUT", reason: "the deadline passed" };
    case "too-large":
      return { code: "RELOADLY_BODY_TOO_LARGE", reason: "the answer is larger than the limit" };
    case "closed":
    case "connection":
      if (mayBeWritten) return { code: "RELOADLY_CONNECTION_LOST", reason: "the connection broke before the answer" };
      return kind === "closed"
        ? { code: "RELOADLY_CLOSED", reason: "the client is closed" }
        : { code: "RELOADLY_CONNECTION_FAILED", reason: "no connection could be opened" };
  }
}
