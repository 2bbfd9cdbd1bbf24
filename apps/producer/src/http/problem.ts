import { PROBLEMS, type ProblemCode } from "./problem-codes.js";
import type { HttpResult } from "./result.js";

/**
 * One thing wrong with a request: `pointer` is a JSON Pointer into the body, `parameter` the name of a query, path or
 * header parameter.
 */
export type FieldProblem = { pointer?: string; parameter?: string; code: string; detail: string };

/** What a problem says beyond its code. Members besides `detail` become members of the problem document. */
export type ProblemDetails = {
  detail: string;
  errors?: readonly FieldProblem[];
  /** The top-up or campaign as it is, where the problem is about one. */
  existing?: unknown;
  /** The limit that is reached, what is used of it, and when it resets. */
  limit?: unknown;
  /** What differs between the plan that was agreed to and what would be sent now. */
  difference?: unknown;
  /** The top-up by which a recipient was paid already, or may be. */
  paidBy?: unknown;
  /** The permission that the caller lacks. */
  permission?: unknown;
  /** What the provider says, where that contradicts a verdict. */
  found?: unknown;
  /** The verdict that what the provider says supports. */
  suggestion?: unknown;
};

/** A request that ends in a problem document. Thrown by handlers, written by the server. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    details: ProblemDetails,
    options: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(`${code}: ${details.detail}`, { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.details = details;
    this.headers = options.headers ?? {};
  }
}

/** Seconds after which a caller may try again when something is away: long enough for a restart of Redis. */
const RETRY_AFTER_S = "2";

/** Where problem documents point to. `base` is the public URL, or empty for relative references. */
export function problemBody(base: string, code: ProblemCode, details: ProblemDetails): Record<string, unknown> {
  const { status, title } = PROBLEMS[code];
  return { type: `${base}/problems/${code}`, title, status, code, ...details };
}

/** Writes a problem as an answer (RFC 9457). */
export function problemResult(
  problem: Problem,
  request: { base: string; path: string; requestId: string },
): Extract<HttpResult, { text: string }> {
  const body = problemBody(request.base, problem.code, problem.details);
  const { status } = PROBLEMS[problem.code];
  return {
    status,
    headers: { ...(status === 503 && { "retry-after": RETRY_AFTER_S }), ...problem.headers },
    contentType: "application/problem+json; charset=utf-8",
    text: JSON.stringify({ ...body, instance: request.path, requestId: request.requestId }),
  };
}

/** Says how many fields are wrong. */
export function validationFailed(errors: readonly FieldProblem[]): Problem {
  const detail = errors.length === 1 ? "1 field needs correcting." : `${errors.length} fields need correcting.`;
  return new Problem("validation_failed", { detail, errors });
}
