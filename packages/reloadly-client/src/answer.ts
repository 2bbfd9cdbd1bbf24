import type { Call, CallKind } from "./call.js";
import { certaintyOfAnswer } from "./certainty.js";
import { readErrorBody } from "./error-body.js";
import { type ClientErrorCode, ReloadlyError } from "./errors.js";
import { parseJson } from "./json.js";
import { retryAfterMs } from "./retry-after.js";
import type { TransportAnswer } from "./transport.js";

/** What a complete answer says. */
export type Reading<T> = { ok: true; value: T } | { ok: false; error: ReloadlyError };

/** Reads a complete answer: the parsed body of a 2xx, or the error that it means. */
export function readAnswer<T>(kind: CallKind, call: Call<T>, answer: TransportAnswer, nowMs: number): Reading<T> {
  if (answer.status < 200 || answer.status > 299) return { ok: false, error: refusal(kind, call, answer, nowMs) };
  const json = parseJson(answer.body);
  if (json === undefined) return { ok: false, error: unreadable(kind, call, answer, "its body is not JSON") };
  const parsed = call.schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "its body" : `its field ${issue.path.join(".")}`;
  return { ok: false, error: unreadable(kind, call, answer, `${field}: ${issue?.message ?? "not as expected"}`) };
}

function refusal<T>(kind: CallKind, call: Call<T>, answer: TransportAnswer, nowMs: number): ReloadlyError {
  const body = readErrorBody(answer.body);
  return new ReloadlyError({
    code: codeOfStatus(answer.status),
    operation: call.operation,
    certainty: kind === "read" ? "not-executed" : certaintyOfAnswer(answer.status, body, call.path),
    reason: `HTTP ${answer.status} ${body.providerCode ?? "without an error code"}`,
    httpStatus: answer.status,
    providerCode: body.providerCode,
    providerMessage: body.providerMessage,
    bodyShape: body.shape,
    retryAfterMs: retryAfterMs(answer.status, answer.headers, nowMs),
  });
}

function codeOfStatus(status: number): ClientErrorCode {
  if (status === 401) return "RELOADLY_UNAUTHORIZED";
  if (status === 429) return "RELOADLY_RATE_LIMITED";
  if (status >= 400 && status <= 499) return "RELOADLY_REFUSED";
  if (status >= 500 && status <= 599) return "RELOADLY_SERVER_ERROR";
  return "RELOADLY_UNEXPECTED_STATUS";
}

/** A write that was answered with success but not with what success must say has probably been executed. */
function unreadable<T>(kind: CallKind, call: Call<T>, answer: TransportAnswer, what: string): ReloadlyError {
  return new ReloadlyError({
    code: "RELOADLY_UNREADABLE_BODY",
    operation: call.operation,
    certainty: kind === "read" ? "not-executed" : "ambiguous",
    reason: `HTTP ${answer.status}, but ${what}`,
    httpStatus: answer.status,
  });
}
