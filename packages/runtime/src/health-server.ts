import { createServer, type ServerResponse } from "node:http";
import type { Clock } from "./clock.js";
import { withDeadline } from "./deadline.js";

/** What a route answers. */
export interface HealthAnswer {
  status: 200 | 503;
  contentType: string;
  body: string;
}

/** A running health server. */
export interface HealthServer {
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

const ANSWER_DEADLINE_MS = 2_000;

/**
 * A small HTTP server for processes that serve nobody else: probes and metrics. Answers GET and HEAD on exact paths;
 * a route that throws or is slow gives 503 and reaches `onError`. It reads no request bodies.
 * @throws when the port cannot be listened on.
 */
export async function startHealthServer(options: {
  host: string;
  port: number;
  clock: Clock;
  routes: Readonly<Record<`/${string}`, () => Promise<HealthAnswer>>>;
  onError: (error: unknown) => void;
}): Promise<HealthServer> {
  const routes = new Map(Object.entries(options.routes));
  const limits = {
    maxHeaderSize: 8_192,
    headersTimeout: 5_000,
    requestTimeout: 5_000,
    connectionsCheckingInterval: 1_000,
  };
  const server = createServer(limits, (request, response) => {
    const route = routes.get((request.url ?? "").split("?")[0] ?? "");
    if (route === undefined) return send(response, 404, "text/plain", "There is nothing here.\n");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return send(response, 405, "text/plain", "Only GET and HEAD.\n");
    }
    withDeadline(options.clock, { what: "a health route", deadlineMs: ANSWER_DEADLINE_MS }, route).then(
      ({ status, contentType, body }) => send(response, status, contentType, body),
      (error: unknown) => {
        options.onError(error);
        send(response, 503, "text/plain", "No answer; see the log.\n");
      },
    );
  });
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", options.onError);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** One answer a connection: a body that came along is dropped with it, and closing waits for nobody. */
function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    connection: "close",
  });
  response.end(body);
}
