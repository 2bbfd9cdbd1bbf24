import createFetch, { type Client } from "openapi-fetch";
import { type Clock, type Deadline, startDeadline, systemClock, unlessAborted } from "./clock.js";
import { refusalOf, retryAfterMsOf, SurefillError } from "./errors.js";
import type { paths } from "./generated/api.js";
import { RETRY_POLICY, type RetryPolicy, waitBeforeNextTryMs } from "./retries.js";

/** Where the API is and how to reach it. */
export type ConnectionOptions = {
  /** The producer's address, such as `https://topups.example.com`. In a browser `""` is the page's own origin. */
  url: string;
  /** An API key. Without one the browser's session cookie counts. */
  key?: string;
  /** How long one try may take, its answer included. Default: 15 s. */
  timeoutMs?: number;
  /** How often and how fast a request is repeated. Default: `RETRY_POLICY`. */
  retries?: RetryPolicy;
  /** In place of the platform's `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
  /** In place of the machine's clock. */
  clock?: Clock;
};

/** Options of every method. */
export type CallOptions = {
  /** Ends the call, its waits included. */
  signal?: AbortSignal;
};

const TIMEOUT_MS = 15_000;

/** How an answer is opened: see `Connection.open`. `sent` gets what to call whenever a piece of the body has left. */
export type OpenOptions = { silenceMs: number; sent?: (noteSent: () => void) => void };

/** A body that is a stream is sent while the answer may already come. */
const STREAMED = { duplex: "half" } as RequestInit;

/** What openapi-fetch gives for a call. Refusals are thrown before they come here, so there is no `error`. */
type Answered<Data> = { data?: Data; response: Response };

/**
 * One API, reached over the platform's `fetch`. `api` is openapi-fetch's client with the types of the OpenAPI
 * document: its calls are repeated after doubtful outcomes, so it is for what is safe to repeat. `once` is the same
 * without repetition of doubtful outcomes.
 */
export class Connection {
  readonly api: Client<paths>;
  readonly once: Client<paths>;
  readonly clock: Clock;
  readonly #options: ConnectionOptions;
  readonly #common: { baseUrl: string; headers: Record<string, string> };
  readonly #fetch: (request: Request) => Promise<Response>;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    this.#fetch = options.fetch ?? ((request) => fetch(request));
    const { url, key } = options;
    this.#common = {
      baseUrl: url.replace(/\/+$/, ""),
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    };
    this.api = createFetch<paths>({ ...this.#common, redirect: "error", fetch: (request) => this.#ask(request, true) });
    this.once = createFetch<paths>({
      ...this.#common,
      redirect: "error",
      fetch: (request) => this.#ask(request, false),
    });
  }

  /**
   * Asks once, for an answer that is read piece by piece, or with a body that is sent so. `silenceMs` is how long no
   * piece may move in either direction. A refusal is thrown.
   */
  async open(call: (api: Client<paths>) => Promise<Answered<unknown>>, options: OpenOptions): Promise<Response> {
    const { baseUrl, headers } = this.#common;
    const streaming = createFetch<paths>({
      baseUrl,
      headers,
      redirect: "error",
      fetch: (request) => this.#stream(request, options),
    });
    const { response } = await call(streaming);
    return response;
  }

  async #stream(request: Request, { silenceMs, sent }: OpenOptions): Promise<Response> {
    const deadline = startDeadline(silenceMs, request.signal);
    sent?.(deadline.restart);
    try {
      const asked = this.#fetch(new Request(request, { signal: deadline.signal, ...(sent && STREAMED) }));
      const answer = await unlessAborted(deadline.signal, asked);
      if (!answer.ok) throw await refusalOf(answer);
      return new Response(answer.body && watched(answer.body, deadline), answer);
    } catch (cause) {
      deadline.end();
      if (request.signal.aborted) throw request.signal.reason;
      throw cause instanceof SurefillError ? cause : lost(request, cause);
    }
  }

  /** Asks until an answer counts. Each try is read to its end: an answer that breaks off is none. */
  async #ask(request: Request, isRepeatable: boolean): Promise<Response> {
    const policy = this.#options.retries ?? RETRY_POLICY;
    for (let attempt = 1; ; attempt += 1) {
      const { answer, cause } = await this.#tryOnce(request.clone());
      if (answer?.ok) return answer;
      const ended = { status: answer?.status, retryAfterMs: answer && retryAfterMsOf(answer) };
      const random = this.clock.random();
      const waitMs = waitBeforeNextTryMs(ended, { attempt, isRepeatable, random, policy });
      if (waitMs === undefined) throw answer === undefined ? lost(request, cause) : await refusalOf(answer);
      await this.clock.sleep(waitMs, request.signal);
    }
  }

  async #tryOnce(request: Request): Promise<{ answer?: Response; cause?: unknown }> {
    const deadline = startDeadline(this.#options.timeoutMs ?? TIMEOUT_MS, request.signal);
    try {
      const asked = this.#fetch(new Request(request, { signal: deadline.signal })).then(readToEnd);
      return { answer: await unlessAborted(deadline.signal, asked) };
    } catch (cause) {
      if (request.signal.aborted) throw request.signal.reason;
      return { cause };
    } finally {
      deadline.end();
    }
  }
}

async function readToEnd(response: Response): Promise<Response> {
  return new Response(response.status === 204 ? null : await response.arrayBuffer(), response);
}

/** The same pieces. The deadline runs while one is waited for, and not while the reader is busy with one. */
function watched(body: ReadableStream<Uint8Array>, deadline: Deadline): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        deadline.restart();
        const { done, value } = await reader.read().finally(deadline.rest);
        if (!done) return controller.enqueue(value);
        deadline.end();
        controller.close();
      },
      async cancel(reason) {
        deadline.end();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The data of an answer that was not refused. */
export async function dataOf<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  const { data, response } = await call;
  if (data !== undefined) return data;
  throw new SurefillError("unreachable", "the answer has no body", { status: response.status });
}

function lost({ url }: { url: string }, cause: unknown): SurefillError {
  const { origin } = new URL(url);
  const reason = cause instanceof Error ? (cause.cause instanceof Error && cause.cause.message) || cause.message : "";
  return new SurefillError("unreachable", `Surefill cannot be reached at ${origin}: ${reason}`, { cause });
}
