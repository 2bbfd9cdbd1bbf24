import type { components } from "./generated/api.js";
import type { ProblemCode } from "./generated/problem-codes.js";

/** The problem document of the API (RFC 9457). */
export type Problem = components["schemas"]["Problem"];

/** The code of a refusal, or `unreachable`: no answer came that the API gives. A newer API may have further ones. */
export type ErrorCode = ProblemCode | "unreachable" | (string & {});

/**
 * The API refused a request, or gave no answer. After `unreachable` it is not known whether the request was carried
 * out: send a top-up again under the same reference to find out.
 */
export class SurefillError extends Error {
  override readonly name = "SurefillError";
  /** Match on this. */
  readonly code: ErrorCode;
  /** The HTTP status; `undefined` where no answer came. */
  readonly status: number | undefined;
  /** The complete problem document; `undefined` where none came. */
  readonly problem: Problem | undefined;
  /** What the API asks to wait before the next request, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The references of the top-ups that the request would have sent, those made by this client among them. */
  references: readonly string[] = [];

  constructor(
    code: ErrorCode,
    message: string,
    details: { status?: number; problem?: Problem; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.problem = details.problem;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** The fields that were wrong, with what would be right. */
  get errors(): NonNullable<Problem["errors"]> {
    return this.problem?.errors ?? [];
  }

  /** The id that the server's log has for the request. */
  get requestId(): string | undefined {
    return this.problem?.requestId;
  }
}

/** Reads a refusal. An answer that is no problem document comes from something between, such as a proxy. */
export async function refusalOf(response: Response): Promise<SurefillError> {
  const { status } = response;
  const retryAfterMs = retryAfterMsOf(response);
  const problem = parseProblem(await response.text());
  if (problem === undefined) {
    return new SurefillError("unreachable", `the answer has status ${status} and is not Surefill's`, {
      status,
      retryAfterMs,
    });
  }
  const fields = (problem.errors ?? []).map(
    (error) => `${error.pointer ?? error.parameter ?? "request"}: ${error.detail}`,
  );
  const message = [`${problem.title}: ${problem.detail}`, ...fields].join("\n  ");
  return new SurefillError(problem.code, message, { status, problem, retryAfterMs });
}

/** `Retry-After` in seconds, as the API writes it. */
export function retryAfterMsOf({ headers }: Response): number | undefined {
  const text = headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : undefined;
}

function parseProblem(text: string): Problem | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isProblem = typeof parsed === "object" && parsed !== null && "code" in parsed && "title" in parsed;
    return isProblem ? (parsed as Problem) : undefined;
  } catch {
    return undefined;
  }
}
