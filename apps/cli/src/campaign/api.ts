import { DeadlineSignals } from "@surefill/runtime/light";
import { z } from "zod";

/** Where the API is, and who asks. `key` is an API key of the producer. */
export type ApiAddress = { url: string; key: string };

/** The API refused, or could not be asked. The message is for a person, and holds the request's id where there is one. */
export class ApiError extends Error {
  /** The problem's code, or `unreachable`. */
  readonly code: string;
  /** The problem document as it came, for `--json`. */
  readonly problem: unknown;
  /** What was asked for is not granted: asking again as it is would not help. */
  readonly isRefusal: boolean;

  constructor(
    code: string,
    message: string,
    options: { problem?: unknown; isRefusal?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "ApiError";
    this.code = code;
    this.problem = options.problem;
    this.isRefusal = options.isRefusal ?? false;
  }
}

const problemSchema = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  requestId: z.string().optional(),
  errors: z
    .array(z.object({ pointer: z.string().optional(), parameter: z.string().optional(), detail: z.string() }))
    .optional(),
});

const REQUEST_DEADLINE_MS = 60_000;

export type ApiRequest = {
  method?: "GET" | "POST" | "PATCH";
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it comes, piece by piece. */
  stream?: { body: ReadableStream; contentType: string };
  headers?: Readonly<Record<string, string>>;
  /** No deadline for the whole: it takes as long as the file is. */
  isLong?: boolean;
};

/** Surefill's HTTP API, as far as a command needs it. Every failure is an `ApiError`. */
export class Api {
  readonly #address: ApiAddress;
  readonly #signal: AbortSignal;
  readonly #deadlines: DeadlineSignals;

  constructor(address: ApiAddress, signal: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
    this.#deadlines = new DeadlineSignals(signal);
  }

  /** Asks, and reads the answer as `schema` says. */
  async ask<T>(path: string, schema: z.ZodType<T>, request: ApiRequest = {}): Promise<T> {
    const response = await this.open(path, request);
    const parsed = schema.safeParse(await this.#read(() => response.json()));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue === undefined ? "" : ` (${issue.path.join(".")}: ${issue.message})`;
    throw new ApiError("not_understood", `The answer of ${path} is not what this command knows${where}.`);
  }

  /** Asks, and gives the answer as it comes. A refusal is thrown. */
  async open(
    path: string,
    { method = "GET", json, stream, headers, isLong = false }: ApiRequest = {},
  ): Promise<Response> {
    const { url, key } = this.#address;
    const contentType = stream?.contentType ?? (json === undefined ? undefined : "application/json");
    const response = await this.#read(() =>
      fetch(`${url}${path}`, {
        method,
        headers: { ...headers, authorization: `Bearer ${key}`, ...(contentType && { "content-type": contentType }) },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        ...(stream && { body: stream.body, duplex: "half" }),
        redirect: "error",
        signal: isLong ? this.#signal : this.#deadlines.within(REQUEST_DEADLINE_MS),
      }),
    );
    if (!response.ok) throw await this.#refusal(response);
    return response;
  }

  async #refusal(response: Response): Promise<ApiError> {
    const text = await this.#read(() => response.text());
    const problem = parseProblem(text);
    if (problem === undefined) {
      return new ApiError("unreachable", `${this.#address.url} answered ${response.status}, and not as Surefill does.`);
    }
    const errors = (problem.errors ?? []).map(
      ({ pointer, parameter, detail }) => `  ${pointer ?? parameter ?? "the request"}: ${detail}`,
    );
    const id = problem.requestId === undefined ? "" : ` (request ${problem.requestId})`;
    const message = [`${problem.title}: ${problem.detail ?? ""}${id}`, ...errors].join("\n");
    return new ApiError(problem.code, message, { problem: JSON.parse(text), isRefusal: response.status < 500 });
  }

  async #read<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (cause) {
      if (this.#signal.aborted) throw new ApiError("stopped", "Stopped.", { cause });
      const reason = cause instanceof Error ? causeOf(cause) : "";
      const advice = " Is the producer running, and is this its address? SUREFILL_URL names another one.";
      throw new ApiError("unreachable", `Surefill cannot be asked at ${this.#address.url}: ${reason}.${advice}`, {
        cause,
      });
    }
  }
}

/** What fetch hides behind "fetch failed". */
function causeOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}

function parseProblem(text: string): z.output<typeof problemSchema> | undefined {
  try {
    return problemSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
