import { setMaxListeners } from "node:events";
import { type Dispatcher, Pool } from "undici";

/**
 * The only file that knows undici, and the place that keeps the promise "a write leaves at most once".
 *
 * - No retry agent, no redirect handler, no interceptor: a request has no way to be started a second time by us.
 * - `pipelining: 1` and HTTP/1.1 only: a POST never waits on the wire behind another request, so undici never puts
 *   it back into its queue when that other request breaks the connection.
 * - Should undici start one request twice all the same, the handler below refuses the second start.
 *
 * undici calls `onRequestStart` in the tick in which it writes the request, with a connected (and, for https,
 * secured) socket in hand and with nothing written yet; an exception there drops the request. That is where a write
 * asks its caller for the last time, and where "not sent" turns into "may have been sent".
 */

/** One HTTP request. `path` is appended to the base URL's own path. */
export interface TransportRequest {
  method: "GET" | "POST";
  path: string;
  /** Names and values in turn, as undici takes them. May be shared between requests. */
  headers: string[];
  body: string | null;
  bodyBytesMax: number;
  signal: AbortSignal;
  /** Called synchronously right before the bytes are written. If it throws, nothing is written. */
  beforeWrite: (() => void) | undefined;
}

/** A complete answer, whatever its status. */
export interface TransportAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

/** Why there is no complete answer. */
export type TransportFailureKind = "vetoed" | "aborted" | "timeout" | "closed" | "connection" | "too-large";

/** The rejection of `Transport.send`. */
export class TransportFailure extends Error {
  override readonly name = "TransportFailure";

  constructor(
    readonly kind: TransportFailureKind,
    /** False only if it is certain that no byte of this request was written. */
    readonly mayBeWritten: boolean,
    /** The status line, when one had been read before the failure. */
    readonly status: number | null,
    cause: unknown,
  ) {
    super(`no answer: ${kind}`, { cause });
  }
}

/** Requests to one base URL over a capped pool of connections. */
export interface Transport {
  send(request: TransportRequest): Promise<TransportAnswer>;
  /** Waits for running requests, then closes every connection. Requests sent afterwards fail, unwritten. May be called twice. */
  close(): Promise<void>;
}

/** Opens a transport to a base URL, with at most that many connections. */
export type OpenTransport = (baseUrl: string, connectionsMax: number) => Transport;

const CONNECT_TIMEOUT_MS = 10_000;
/** Backstops only: each call brings its own, shorter deadline. */
const HEADERS_TIMEOUT_MS = 300_000;
const BODY_TIMEOUT_MS = 60_000;

/** Opens nothing yet; connections are made when the first request needs them. */
export function createTransport(baseUrl: string, connectionsMax: number): Transport {
  const { origin, pathname } = new URL(baseUrl);
  const pathPrefix = pathname === "/" ? "" : pathname;
  const pool = new Pool(origin, {
    connections: connectionsMax,
    pipelining: 1, // A write queued on the wire behind another request could be replayed by undici.
    allowH2: false, // HTTP/2 streams are re-dispatched after a GOAWAY; HTTP/1.1 requests are not.
    connectTimeout: CONNECT_TIMEOUT_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
    // Short, because a server that closes an idle connection while we write to it makes the outcome doubtful.
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 30_000,
  });
  let closing: Promise<void> | undefined;

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        if (request.signal.aborted) {
          reject(abortFailure(request.signal.reason, false, null));
          return;
        }
        const { method, headers, body } = request;
        const exchange = new Exchange(request, resolve, reject);
        pool.dispatch(
          { method, path: pathPrefix + request.path, headers, body, idempotent: method === "GET" },
          exchange,
        );
      }),
    close() {
      closing ??= pool.close(); // undici rejects a second close.
      return closing;
    },
  };
}

/** One request from dispatch to its last byte. Settles exactly once. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: TransportRequest;
  readonly #resolve: (answer: TransportAnswer) => void;
  readonly #reject: (failure: TransportFailure) => void;
  readonly #onAbort: () => void;
  readonly #chunks: Buffer[] = [];
  #bodyBytes = 0;
  #status: number | null = null;
  #headers: TransportAnswer["headers"] = {};
  #controller: Dispatcher.DispatchController | undefined;
  #isHanded = false;
  #isSettled = false;

  constructor(
    request: TransportRequest,
    resolve: (answer: TransportAnswer) => void,
    reject: (failure: TransportFailure) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onAbort = () => {
      this.#fail(abortFailure(request.signal.reason, this.#isHanded, this.#status));
    };
    // One signal may serve many requests at once; each takes its listener off again when it settles.
    setMaxListeners(0, request.signal);
    request.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Aborted while it waited for a connection: the caller has been told "not sent", so it must stay that way.
    if (this.#isSettled) throw new Error("the request was given up before it was written");
    if (this.#isHanded) {
      const cause = new Error("undici tried to write one request twice");
      this.#fail(new TransportFailure("connection", true, this.#status, cause));
      throw cause;
    }
    try {
      this.#request.beforeWrite?.();
    } catch (cause) {
      this.#fail(new TransportFailure("vetoed", false, null, cause));
      throw new Error("the caller refused the write");
    }
    this.#isHanded = true;
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: TransportAnswer["headers"],
  ): void {
    if (status < 200) return; // An informational answer; the real one follows.
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bodyBytes += chunk.length;
    if (this.#bodyBytes > this.#request.bodyBytesMax) {
      this.#fail(new TransportFailure("too-large", true, this.#status, undefined));
      return;
    }
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first, ...others] = this.#chunks;
    const body = first === undefined || others.length > 0 ? Buffer.concat(this.#chunks) : first;
    if (!this.#settle()) return;
    if (this.#status === null) {
      this.#reject(new TransportFailure("connection", true, null, new Error("an answer without a status")));
      return;
    }
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(new TransportFailure(kindOf(error), this.#isHanded, this.#status, withoutWireData(error)));
  }

  #fail(failure: TransportFailure): void {
    if (!this.#settle()) return;
    this.#reject(failure);
    this.#controller?.abort(failure);
  }

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#request.signal.removeEventListener("abort", this.#onAbort);
    return true;
  }
}

function abortFailure(reason: unknown, mayBeWritten: boolean, status: number | null): TransportFailure {
  const isTimeout = reason instanceof Error && reason.name === "TimeoutError";
  return new TransportFailure(isTimeout ? "timeout" : "aborted", mayBeWritten, status, reason);
}

function kindOf(error: Error): TransportFailureKind {
  switch (codeOf(error)) {
    case "UND_ERR_CLOSED":
    case "UND_ERR_DESTROYED":
      return "closed";
    case "UND_ERR_HEADERS_TIMEOUT":
    case "UND_ERR_BODY_TIMEOUT":
      return "timeout";
    default:
      return "connection";
  }
}

/** A copy that keeps name, code and text only: undici's parser error carries the bytes that it could not read. */
function withoutWireData(error: Error): Error {
  const code = codeOf(error);
  const text = error.message === "" ? (code ?? error.name) : error.message;
  return Object.assign(new Error(text), code === undefined ? {} : { code });
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
