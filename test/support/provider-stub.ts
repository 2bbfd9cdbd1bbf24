import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** One request as it reached the stub, its body read to the end. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A fixed answer, or code that answers (or breaks the connection) itself. */
export type StubAnswer =
  | { status?: number; headers?: Record<string, string>; body?: string }
  | ((request: SeenRequest, response: ServerResponse, socket: Socket) => void);

/** A real HTTP server on a free loopback port that says what a test tells it to, and counts what it was asked. */
export interface ProviderStub {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** How many TCP connections were opened. */
  readonly connections: number;
  /** Answers "METHOD /path" (query left out) with each answer in turn, and with the last one from then on. */
  on(route: string, ...answers: [StubAnswer, ...StubAnswer[]]): void;
  /** How many requests of "METHOD /path" arrived whole. */
  count(route: string): number;
  /** Resolves as soon as "METHOD /path" has arrived `times` times. */
  arrived(route: string, times: number): Promise<void>;
  /** Stops the server. Rejects when a request came that no test had announced. */
  close(): Promise<void>;
}

const routeOf = (method: string, path: string) => `${method} ${path.split("?", 1)[0]}`;

export async function startProviderStub(): Promise<ProviderStub> {
  const script = new Map<string, StubAnswer[]>();
  const seen: SeenRequest[] = [];
  const unexpected: string[] = [];
  const waiting = new Set<() => void>();
  const count = (route: string) => seen.filter((request) => routeOf(request.method, request.path) === route).length;
  let connections = 0;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("error", () => undefined); // A client that hangs up in the middle is part of many tests.
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers, socket } = request;
      const whole = { method, path, headers, body: Buffer.concat(chunks).toString("utf8") };
      seen.push(whole);
      const answers = script.get(routeOf(method, path));
      const answer = answers !== undefined && answers.length > 1 ? answers.shift() : answers?.[0];
      if (answer === undefined) unexpected.push(routeOf(method, path));
      if (typeof answer === "function") answer(whole, response, socket);
      else response.writeHead(answer?.status ?? (answer ? 200 : 599), answer?.headers).end(answer?.body ?? "");
      for (const check of waiting) check();
    });
  });
  server.keepAliveTimeout = 60_000; // Tests that want an idle connection closed close it themselves.
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    get connections() {
      return connections;
    },
    on: (route, ...answers) => void script.set(route, answers),
    count,
    arrived: (route, times) =>
      new Promise((resolve) => {
        const check = () => {
          if (count(route) < times) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (unexpected.length > 0) throw new Error(`the stub was asked for ${unexpected.join(", ")}`);
    },
  };
}
