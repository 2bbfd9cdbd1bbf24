/** The only file, with board/board.ts, that knows Express. It turns the route table into a server. */
import { setMaxListeners } from "node:events";
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Clock, Ids, Logger } from "@surefill/runtime";
import { LedgerComparingError, LedgerLostError, LedgerUnavailableError } from "@surefill/topup-store";
import compression from "compression";
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from "express";
import helmet from "helmet";
import { admit, noteRefusal } from "../access/admit.js";
import type { AuditTrail } from "../access/audit-trail.js";
import type { Identify } from "../access/identify.js";
import { isChange } from "../access/request-facts.js";
import { cutWhenRefused } from "../access/stream-access.js";
import type { Metrics } from "../metrics.js";
import { AtOnce } from "./at-once.js";
import { drainBody, limitBodyTime, NO_BODY, streamBody } from "./body-stream.js";
import { limitConnections } from "./connections.js";
import { endOf, writeStream } from "./outlet.js";
import { Problem, problemResult } from "./problem.js";
import { readJson } from "./read-json.js";
import { type HttpResult, ReaderTooSlow } from "./result.js";
import type { RawRequest, Route } from "./route.js";

/** What the server is made of. */
export type ServerParts = {
  routes: readonly Route[];
  /** Express handlers under a path of their own, with their own access control (the board). */
  mounts: ReadonlyArray<{ path: string; handler: RequestHandler }>;
  /** The pages for people, at paths that no route has. */
  pages: (path: string) => HttpResult | undefined;
  /** Finds out who sent a request. */
  identify: Identify;
  /** Writes what callers do into the audit log. */
  trail: AuditTrail;
  /** What problem types start with: the public URL, or empty. */
  problemBase: string;
  /** How long the reader of a stream may take nothing. */
  readerStallMs: number;
  /** How many requests of one API key, and connections of one address, there may be at a time. */
  requestsPerKeyMax: number;
  connectionsPerAddressMax: number;
  log: Logger;
  clock: Clock;
  ids: Ids;
  metrics: Metrics;
};

/** A listening server. */
export type RunningServer = {
  port: number;
  /** Takes no new connections, ends streams, lets other requests finish until the signal, then cuts them. */
  close(signal: AbortSignal): Promise<void>;
};

const BODY_BYTES_MAX = 1_048_576;
/** How long a body may take that is no upload. */
const BODY_MS_MAX = 15_000;
const URL_CHARACTERS_MAX = 2_048;
const CONNECTIONS_MAX = 1_024;
/** A connection on which nothing moves for so long is cut: whoever does not take an answer. Streams show signs of life. */
const SILENCE_MS_MAX = 330_000;

/** Limits against slow and idle clients. */
const SOCKET_LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  // For the longest upload. Every other body has BODY_MS_MAX.
  requestTimeout: 3_600_000,
  // Longer than the idle time of common load balancers (60 s), so that they close first and no request is lost.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
};

/** Listens; `port` 0 takes a free one. Rejects when the address cannot be listened on. */
export async function startServer(parts: ServerParts, address: { host: string; port: number }): Promise<RunningServer> {
  const stopping = new AbortController();
  // Every stream and every waiting request listens to it, and there may be more of them than Node finds usual.
  setMaxListeners(0, stopping.signal);
  const requestsOfKeys = new AtOnce({ most: parts.requestsPerKeyMax, what: "requests of this API key" });
  const app = createApp({ ...parts, stopping: stopping.signal, requestsOfKeys });
  const server = createServer(SOCKET_LIMITS, (request, response) => {
    if (!refused.has(request.socket)) app(request, response);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.timeout = SILENCE_MS_MAX;
  const { connectionsPerAddressMax: perAddressMax, problemBase } = parts;
  const refused = limitConnections(server, { perAddressMax, problemBase });
  const unused = unusedConnections(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", (err) => parts.log.error({ err }, "the HTTP server has an error"));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
  const close = (signal: AbortSignal) => {
    stopping.abort();
    const closed = closeServer(server, signal);
    for (const socket of unused) socket.destroy();
    return closed;
  };
  return { port, close };
}

/**
 * Connections on which nothing was asked yet. Clients open some in advance, and Node does not count them as idle: without
 * this a server that stops waits for them until its time is over.
 */
function unusedConnections(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  server.on("connection", (socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  server.on("request", ({ socket }) => unused.delete(socket));
  return unused;
}

function closeServer(server: Server, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = () => server.closeAllConnections();
    signal.addEventListener("abort", cut, { once: true });
    server.close((error) => {
      signal.removeEventListener("abort", cut);
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeIdleConnections();
  });
}

type AppParts = ServerParts & { stopping: AbortSignal; requestsOfKeys: AtOnce };

function createApp(parts: AppParts) {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag"); // Answers change by themselves and are marked no-store.
  app.use(begin(parts));
  app.use(helmet({ contentSecurityPolicy: { directives: API_CSP, useDefaults: false } }));
  for (const { path, handler } of parts.mounts) app.use(path, handler);
  // Behind the board: its pages come with a login that browsers send by themselves, and hold what strangers wrote beside
  // what they must not learn, which the length of a compressed page could tell (BREACH).
  app.use(compression({ filter: isWhole }));
  for (const [path, routes] of byPath(parts.routes)) {
    const methods = new Map(routes.map((row) => [row.method.toUpperCase(), { ...row, readBody: bodyReader(row) }]));
    app.all(path, (request, response) => {
      response.locals["route"] = path;
      const row = methods.get(request.method === "HEAD" ? "GET" : request.method);
      if (row === undefined) throw methodNotAllowed([...methods.keys()]);
      return answer(parts, row, request, response);
    });
  }
  app.use((request, response) => {
    const page = ["GET", "HEAD"].includes(request.method) ? parts.pages(request.path) : undefined;
    if (page !== undefined && !("stream" in page)) {
      response.locals["route"] = "console";
      return write(parts, response, page);
    }
    throw new Problem("route_not_found", { detail: `There is nothing at ${request.path}.` });
  });
  app.use(writeProblem(parts));
  return app;
}

/** Nothing that the API answers is a page with content of its own; the pages that are set their own policy. */
const API_CSP = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };

/** Streams stay as they are: what is compressed waits for more, and an event must not wait. */
function isWhole(request: Request, response: Response): boolean {
  return response.locals["streamingSinceMs"] === undefined && compression.filter(request, response);
}

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>();
  for (const row of routes) paths.set(row.path, [...(paths.get(row.path) ?? []), row]);
  return paths;
}

function methodNotAllowed(methods: readonly string[]): Problem {
  const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
  return new Problem("method_not_allowed", { detail: `This path takes ${allow}.` }, { headers: { allow } });
}

/** Gives the request its id, and counts and logs it when it has been answered. */
function begin({ ids, clock, log, metrics }: ServerParts): RequestHandler {
  return (request, response, next) => {
    const requestId = `req_${ids.uuidv7()}`;
    const startedAtMs = clock.monotonicMs();
    response.locals["requestId"] = requestId;
    response.setHeader("x-request-id", requestId);
    response.setHeader("cache-control", "no-store");
    limitBodyTime(request, response, { ms: BODY_MS_MAX, clock });
    response.once("close", () => {
      const { statusCode: status, locals, writableFinished } = response;
      const route = text(locals["route"], "none");
      const endedAtMs = clock.monotonicMs();
      const durationMs = Math.round((endedAtMs - startedAtMs) * 10) / 10;
      const caller = text(locals["caller"], "");
      // A stream is answered when it starts; how long somebody listens would only hide how fast the others are.
      const { streamingSinceMs: answeredAtMs = endedAtMs } = locals;
      metrics.answered({ method: request.method, route, status, durationMs: Number(answeredAtMs) - startedAtMs });
      const fields = { requestId, method: request.method, route, status, durationMs };
      log.info({ ...fields, ...(caller !== "" && { caller }), ...(!writableFinished && { cut: true }) }, "request");
    });
    if (request.url.length > URL_CHARACTERS_MAX) {
      throw new Problem("uri_too_long", { detail: `The URL has more than ${URL_CHARACTERS_MAX} characters.` });
    }
    next();
  };
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

/** A route with what reads its body, where it takes one. */
type ServedRoute = Route & { readBody: RequestHandler | undefined };

function bodyReader({ body, rawBodyBytesMax }: Route): RequestHandler | undefined {
  if (body === undefined && rawBodyBytesMax === undefined) return undefined;
  return express.raw({ type: () => true, limit: rawBodyBytesMax ?? BODY_BYTES_MAX, inflate: false });
}

const NOTHING = Buffer.alloc(0);

/** Access first, then the body: a stranger must not make us read and parse a megabyte. */
async function answer(parts: AppParts, row: ServedRoute, request: Request, response: Response): Promise<void> {
  const header = (name: string) => request.get(name);
  const requestId = text(response.locals["requestId"], "");
  const facts = { method: request.method, address: request.socket.remoteAddress ?? "", requestId, header };
  const identity = await admit(row, parts, facts);
  const { name: caller } = identity;
  response.locals["caller"] = caller;
  if (caller !== "") response.once("close", parts.requestsOfKeys.take(caller, identity.requestsMax));
  if (row.body !== undefined) requireJson(request);
  const rawBody = row.readBody === undefined ? NOTHING : await bodyOf(row.readBody, request, response);
  const body = row.body === undefined ? undefined : readJson(rawBody, row.bodyNumbers);
  const { params, query, headersDistinct: headers } = request;
  const ending = () => endOf(response, parts.stopping);
  const isStreamed = row.streamedBody !== undefined;
  const bodyStream = isStreamed ? streamBody(request, { stallMs: parts.readerStallMs, ...parts }) : NO_BODY;
  const asker = { identity, request: facts };
  const audited: RawRequest["audited"] = (act, doIt) =>
    isChange(facts) ? parts.trail.command(asker, act, doIt) : parts.trail.reading(asker, act, doIt);
  const result = await row
    .run({ params, query, body, rawBody, bodyStream, header, headers, caller, identity, facts, audited, ending })
    .catch(async (error: unknown) => {
      if (error instanceof Problem) await noteRefusal(parts.trail, asker, row, error);
      throw error;
    })
    .finally(() => {
      if (isStreamed) drainBody(request, parts.clock);
    });
  if (!("stream" in result)) return write(parts, response, result);
  response.status(result.status).set({ ...result.headers, "content-type": result.contentType });
  response.locals["streamingSinceMs"] = parts.clock.monotonicMs();
  if (request.method === "HEAD") response.end();
  else {
    cutWhenRefused(parts, asker, response);
    await writeStream(response, result.stream, { ...parts, stallMs: parts.readerStallMs }).catch((err: unknown) => {
      tellCutStream(parts, err, text(response.locals["requestId"], ""));
    });
  }
}

/** A stream that has begun can tell its reader of a failure only by being cut. Who has gone needs not be told. */
function tellCutStream({ log }: AppParts, err: unknown, requestId: string): void {
  const isGone = err instanceof Error && err.name === "AbortError";
  if (isGone || err instanceof ReaderTooSlow) return;
  if (err instanceof LedgerUnavailableError) log.warn({ err, requestId }, "stream cut");
  else log.error({ err, requestId }, "stream cut");
}

function requireJson(request: Request): void {
  const type = request.get("content-type") ?? "";
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw new Problem("unsupported_media_type", { detail: "The Content-Type must be application/json, in UTF-8." });
  }
}

async function bodyOf(readBody: RequestHandler, request: Request, response: Response): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    readBody(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : NOTHING;
}

function write({ stopping }: AppParts, response: Response, result: Exclude<HttpResult, { stream: unknown }>): void {
  // Or the caller keeps the connection for its next request, and the server waits for it to stop.
  if (stopping.aborted) response.set("connection", "close");
  response.status(result.status).set({ ...result.headers });
  if ("json" in result) response.type("application/json").send(JSON.stringify(result.json));
  else response.set("content-type", result.contentType).send(result.text);
}

function writeProblem(parts: AppParts): ErrorRequestHandler {
  const { log, problemBase } = parts;
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = asProblem(error);
    const requestId = text(response.locals["requestId"], "");
    if (problem.cause !== undefined) {
      const fields = { err: problem.cause, requestId, code: problem.code };
      // A defect is for us to mend; that something is away is told by every request until it is back.
      if (problem.code === "internal_error") log.error(fields, "request failed");
      else log.warn(fields, "request failed");
    }
    write(parts, response, problemResult(problem, { base: problemBase, path: request.path, requestId }));
  };
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The limit that a body was refused for. */
function limitOf(error: unknown): string {
  return error instanceof Error && "limit" in error ? String(error.limit) : "the allowed";
}

/** Reads what was thrown. Only failures of ours or of others keep their cause, which is logged. */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LedgerLostError) {
    return new Problem("ledger_lost", {
      detail:
        error.loss === "rebound"
          ? "The ledger was given to another Reloadly account. This process accepts nothing any more."
          : "Redis has lost data. Nothing is accepted until the ledger is rebuilt.",
    });
  }
  if (error instanceof LedgerComparingError) {
    const detail =
      "Redis is another server than before. Nothing is accepted until it is certain that it lost nothing; " +
      "`surefill reopen` and the log say what is awaited.";
    return new Problem("ledger_unavailable", { detail }, { cause: error });
  }
  if (error instanceof LedgerUnavailableError) {
    const detail = error.trouble === undefined ? "The ledger did not answer in time." : `${sentence(error.message)}.`;
    return new Problem("ledger_unavailable", { detail }, { cause: error });
  }
  const type = error instanceof Error && "type" in error ? error.type : undefined;
  switch (type) {
    case "entity.too.large":
      return new Problem("body_too_large", { detail: `The body has more than ${limitOf(error)} bytes.` });
    case "encoding.unsupported":
      return new Problem("unsupported_media_type", { detail: "The body must come without a Content-Encoding." });
    case "request.aborted":
    case "request.size.invalid":
      return new Problem("malformed_json", { detail: "The body ended early." });
  }
  if (error instanceof URIError) return new Problem("route_not_found", { detail: "The path is not valid UTF-8." });
  return new Problem("internal_error", { detail: "The server failed." }, { cause: error });
}
