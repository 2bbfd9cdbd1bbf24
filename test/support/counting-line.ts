/** A line to Redis that counts requests: what a client sends together, without an answer in between, is one. */
import { connect, createServer, type Socket } from "node:net";

export interface CountingLine {
  readonly url: string;
  /** How many requests so far had this in them, and how often it stood in them. A pattern with the flag `g`. */
  requestsWith(pattern: RegExp): { requests: number; times: number };
  close(): Promise<void>;
}

/** Opens the line on a free loopback port. Requests above 64 kB may count as several. */
export async function openCountingLine(redisUrl: string): Promise<CountingLine> {
  const { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port || 6379) });
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on("error", () => undefined); // "close" follows.
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (bytes) => requests.push(bytes.toString("latin1")));
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the line has no port");
  return {
    url: `redis://127.0.0.1:${address.port}`,
    requestsWith(pattern) {
      const times = requests.map((request) => request.match(pattern)?.length ?? 0);
      return { requests: times.filter((each) => each > 0).length, times: times.reduce((sum, each) => sum + each, 0) };
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
