/** A service that receives webhooks: a real HTTP server on loopback that keeps what it was sent. */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** One request, as it came in. */
export type Received = { headers: IncomingHttpHeaders; raw: Buffer; atMs: number; id: string };

/** Answers a request, or leaves it hanging. `index` counts requests from 0. */
export type Reaction = (response: ServerResponse, received: Received, index: number) => void;

export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** Connections that were ever opened, also those that brought no request. */
  readonly connections: () => number;
  /** Changes what it answers from now on. */
  react(reaction: Reaction): void;
  /** Closes its port and every connection, as a crash does. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
}

/** A reaction that answers with a status, and a body if there is one. */
export function answerWith(status: number, headers: Record<string, string> = {}, body = ""): Reaction {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Starts a receiver on a free port. Answers 204 unless told otherwise. */
export async function startReceiver(reaction: Reaction = answerWith(204)): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let react = reaction;
  let connections = 0;
  let server: Server | undefined;
  let port = 0;

  const receiver: Receiver = {
    get url() {
      return `http://127.0.0.1:${port}/hooks`;
    },
    get port() {
      return port;
    },
    received,
    connections: () => connections,
    react: (next) => {
      react = next;
    },
    async start() {
      const listening = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          const { headers } = request;
          const id = String(headers["webhook-id"]);
          const one = { headers, raw: Buffer.concat(chunks), atMs: Date.now(), id };
          received.push(one);
          react(response, one, received.length - 1);
        });
      });
      listening.on("connection", (socket) => {
        connections += 1;
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket));
      });
      await new Promise<void>((resolve, reject) => {
        listening.once("error", reject);
        listening.listen(port, "127.0.0.1", resolve);
      });
      port = (listening.address() as AddressInfo).port;
      server = listening;
    },
    async stop() {
      const stopping = server;
      server = undefined;
      if (stopping === undefined) return;
      const closed = new Promise<void>((resolve) => stopping.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  await receiver.start();
  return receiver;
}
