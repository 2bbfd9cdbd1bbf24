import {
  type OpenTransport,
  type TransportAnswer,
  TransportFailure,
  type TransportRequest,
} from "@surefill/reloadly-client";
import type { Seam } from "../seams.js";
import type { SimProcess } from "../simulation/process.js";
import type { Timeline } from "../simulation/timeline.js";
import type { Exchange, Reply, SimProvider } from "./provider.js";

type Kind = "token" | "post" | "status" | "report" | "detect" | "balance";

/** What the wires between a process and the provider are made of. */
export type Wires = { time: Timeline; provider: SimProvider; wireMs: () => number };

/**
 * Connections from a process to the provider. They keep what the real ones promise: `beforeWrite` is asked in the
 * very tick in which the bytes leave, and what it refuses was not sent; a failure says whether a byte may have left.
 */
export function openSimTransport(process: SimProcess, wires: Wires): OpenTransport {
  return () => ({
    send: (request) => new Promise((resolve, reject) => new Sending(process, wires, request, resolve, reject).start()),
    close: async () => undefined,
  });
}

class Sending {
  readonly #process: SimProcess;
  readonly #wires: Wires;
  readonly #request: TransportRequest;
  readonly #resolve: (answer: TransportAnswer) => void;
  readonly #reject: (failure: TransportFailure) => void;
  #isWritten = false;
  /** What comes after it changes nothing any more: a promise settles once. */
  readonly #abort = (): void => {
    const { reason } = this.#request.signal;
    const kind = reason instanceof Error && reason.name === "TimeoutError" ? "timeout" : "aborted";
    this.#reject(new TransportFailure(kind, this.#isWritten, null, reason));
  };

  constructor(
    process: SimProcess,
    wires: Wires,
    request: TransportRequest,
    resolve: (answer: TransportAnswer) => void,
    reject: (failure: TransportFailure) => void,
  ) {
    this.#process = process;
    this.#wires = wires;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { method, path, signal } = this.#request;
    const kind = kindOf(method, path);
    const { goesOn, fault } = this.#process.begin({ seam: SEAM_OF_KIND[kind], about: aboutOf(this.#request) });
    if (!goesOn) return;
    signal.addEventListener("abort", this.#abort);
    this.#process.later(this.#wires.time.nowMs + this.#wires.wireMs(), () => {
      this.#write(kind);
      this.#process.end(fault);
    });
  }

  #write(kind: Kind): void {
    const { provider, time, wireMs } = this.#wires;
    const { signal, beforeWrite, body, path } = this.#request;
    if (signal.aborted) {
      this.#abort();
      return;
    }
    const isKnown = kind === "token" || kind === "post" || kind === "status" || kind === "report";
    if (provider.refusesConnection(isKnown ? kind : "other")) {
      this.#reject(new TransportFailure("connection", false, null, new Error("connect ECONNREFUSED")));
      return;
    }
    try {
      beforeWrite?.();
    } catch (cause) {
      this.#reject(new TransportFailure("vetoed", false, null, cause));
      return;
    }
    this.#isWritten = true;
    const { pathname, searchParams } = new URL(path, "http://provider");
    const exchange: Exchange = {
      process: this.#process.name,
      body: body ?? "",
      path: pathname,
      query: searchParams,
      reply: (reply, onArrived) =>
        this.#process.later(time.nowMs + wireMs(), () => {
          onArrived?.();
          this.#arrive(reply);
        }),
    };
    if (kind === "post") provider.post(exchange);
    else this.#answer(provider[kind](exchange), exchange);
  }

  #answer(reply: Reply | undefined, exchange: Exchange): void {
    if (reply !== undefined) exchange.reply(reply);
  }

  #arrive(reply: Reply): void {
    this.#request.signal.removeEventListener("abort", this.#abort);
    if (reply === "reset") {
      this.#reject(new TransportFailure("connection", true, null, new Error("read ECONNRESET")));
    } else {
      const { status, body, headers = {} } = reply;
      this.#resolve({ status, headers, body: Buffer.from(body) });
    }
  }
}

const SEAM_OF_KIND: Readonly<Record<Kind, Seam>> = {
  token: "provider.token",
  post: "provider.post",
  status: "provider.status",
  report: "provider.report",
  detect: "provider.detect",
  balance: "provider.balance",
};

function kindOf(method: string, path: string): Kind {
  if (path.startsWith("/oauth/token")) return "token";
  if (method === "POST") return "post";
  if (path.includes("/reports/")) return "report";
  if (path.includes("/auto-detect/")) return "detect";
  return path.includes("/balance") ? "balance" : "status";
}

function aboutOf({ method, path, body }: TransportRequest): string {
  if (method === "POST" && body?.includes("customIdentifier")) return String(JSON.parse(body).customIdentifier);
  return method === "POST" ? "" : path.replace(/^\/topups|[?].*customIdentifier=/g, " ").trim();
}
