import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Answer } from "./answer.js";
import type { Clock } from "./clock.js";

/** A request whose body has arrived whole. */
export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

/** Answers a request. A promise only where the answer has to wait, which keeps the common path synchronous. */
export type Handler = (request: ApiRequest) => Answer | Promise<Answer>;

const BODY_BYTES_MAX = 1_048_576;

/** The only file that speaks node:http to callers: it reads requests, and it lets answers out, late, or not at all. */
export class HttpServer {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #closesConnections: boolean;
  readonly #pending = new Set<() => void>();

  constructor(handler: Handler, options: { clock: Clock; closeConnections: boolean }) {
    this.#clock = options.clock;
    this.#closesConnections = options.closeConnections;
    this.#server = createServer((incoming, outgoing) => this.#receive(incoming, outgoing, handler));
    // Idle clients of a long demo keep their connections; requestTimeout still bounds a request that never ends.
    this.#server.keepAliveTimeout = 65_000;
    this.#server.requestTimeout = 60_000;
  }

  /** Resolves with the port once connections are accepted. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.off("error", reject);
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** Drops every connection and every delayed answer at once. */
  close(): Promise<void> {
    for (const cancel of this.#pending) cancel();
    this.#pending.clear();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #receive(incoming: IncomingMessage, outgoing: ServerResponse, handler: Handler): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
    });
    // A caller that leaves is no surprise: its request counts if it arrived whole.
    incoming.on("error", () => incoming.destroy());
    incoming.on("end", () => {
      if (bytes > BODY_BYTES_MAX) {
        this.#write(outgoing, { status: 413, body: "" });
        return;
      }
      const only = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      this.#handle(handler, requestOf(incoming, only === undefined ? "" : only.toString()), outgoing);
    });
  }

  #handle(handler: Handler, request: ApiRequest, outgoing: ServerResponse): void {
    try {
      const answer = handler(request);
      if (answer instanceof Promise) {
        answer.then(
          (late) => this.#deliver(outgoing, late),
          (error: unknown) => this.#writeFailure(outgoing, error),
        );
      } else this.#deliver(outgoing, answer);
    } catch (error) {
      this.#writeFailure(outgoing, error);
    }
  }

  #deliver(outgoing: ServerResponse, answer: Answer): void {
    const { delivery } = answer;
    switch (delivery?.how) {
      case undefined:
        this.#write(outgoing, answer);
        return;
      case "never":
        return;
      case "reset":
        outgoing.socket?.resetAndDestroy();
        return;
      case "cut":
        this.#writeHalf(outgoing, answer);
        return;
      case "late":
        this.#writeLater(outgoing, answer, delivery.delayMs);
        return;
    }
  }

  #write(outgoing: ServerResponse, answer: Answer): void {
    if (outgoing.destroyed) return;
    outgoing.writeHead(answer.status, this.#headersOf(answer));
    outgoing.end(answer.body);
  }

  #writeHalf(outgoing: ServerResponse, answer: Answer): void {
    if (outgoing.destroyed) return;
    outgoing.writeHead(answer.status, this.#headersOf(answer));
    const half = answer.body.slice(0, Math.ceil(answer.body.length / 2));
    outgoing.write(half, () => outgoing.socket?.destroy());
  }

  #writeLater(outgoing: ServerResponse, answer: Answer, delayMs: number): void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#pending.delete(cancel);
      this.#write(outgoing, answer);
    });
    this.#pending.add(cancel);
  }

  #writeFailure(outgoing: ServerResponse, error: unknown): void {
    // A fault of the sandbox itself must not look like one of Reloadly's answers.
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const body = JSON.stringify({ sandboxFault: message });
    this.#write(outgoing, { status: 500, body, headers: { "x-sandbox-fault": "1" } });
  }

  #headersOf(answer: Answer): Record<string, string | number> {
    const headers: Record<string, string | number> = {
      "content-type": answer.contentType ?? "application/json",
      "content-length": Buffer.byteLength(answer.body),
      ...answer.headers,
    };
    if (this.#closesConnections) headers.connection = "close";
    return headers;
  }
}

function requestOf(incoming: IncomingMessage, body: string): ApiRequest {
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  return {
    method: incoming.method ?? "GET",
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? "" : url.slice(mark + 1),
    body,
    headers: incoming.headers,
  };
}
