/** A line to Redis that can hold a reply back until the test lets it pass. */
import { connect, createServer, type Socket } from "node:net";

export interface HoldingLine {
  readonly url: string;
  /** Holds back the next reply that contains this text, and what follows it on its connection. Resolves when one is held. */
  holdNextReply(text: string): Promise<() => void>;
  close(): Promise<void>;
}

/** Opens the line on a free loopback port. */
export async function openHoldingLine(redisUrl: string): Promise<HoldingLine> {
  const { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let wanted: { text: string; held: (release: () => void) => void } | undefined;
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
      if (wanted === undefined || !bytes.includes(wanted.text)) return void near.write(bytes);
      const { held } = wanted;
      wanted = undefined;
      far.pause();
      held(() => {
        near.write(bytes);
        far.resume();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the line has no port");
  return {
    url: `redis://127.0.0.1:${address.port}`,
    holdNextReply: (text) =>
      new Promise((resolve) => {
        wanted = { text, held: resolve };
      }),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
