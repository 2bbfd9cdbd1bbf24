/** A line to Redis that can lose a reply: the command is executed, and the connection ends before anybody hears of it. */
import { connect, createServer, type Socket } from "node:net";

export interface LossyLine {
  readonly url: string;
  /** Cuts the line when the reply to the next command comes, without passing it on. */
  loseNextReply(): void;
  close(): Promise<void>;
}

/** Opens the line on a free loopback port. */
export async function openLossyLine(redisUrl: string): Promise<LossyLine> {
  const { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let losing = false;
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port || 6379) });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined); // "close" follows.
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.on("data", (bytes) => {
      if (!losing) return void near.write(bytes);
      losing = false;
      near.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the line has no port");
  return {
    url: `redis://127.0.0.1:${address.port}`,
    loseNextReply() {
      losing = true;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
