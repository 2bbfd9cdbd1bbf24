/** A TCP line between two programs that can be mistreated: it passes bytes on as they come until it is told not to. */
import { connect, createServer, type Socket } from "node:net";

/** What is wrong with a line: `delayMs` late, or silent with its connections open. */
export type LineFault = { kind: "latency"; delayMs: number } | { kind: "half-open" };

export type FaultyLine = {
  /** Where the near end connects to instead of the far one. */
  port: number;
  /** Puts the line into a state, or back to normal. A connection that has lost bytes does not survive that. */
  set: (fault: LineFault | undefined) => void;
  /** Resets every connection; answers how many there were. */
  reset: () => number;
  /** Of each of the next answers, half is passed on, and the connection reset. */
  cutAnswers: (count: number) => void;
  /** Bytes that came while it was half-open, and went nowhere. */
  swallowedBytes: () => number;
  close: () => Promise<void>;
};

type Connection = { near: Socket; far: Socket; hasLost: boolean; lastDueMs: number };

/** Opens a line to a port of this machine. */
export async function openFaultyLine(farPort: number): Promise<FaultyLine> {
  const connections = new Set<Connection>();
  let fault: LineFault | undefined;
  let cutsLeft = 0;
  let swallowedBytes = 0;

  function end(connection: Connection): void {
    connections.delete(connection);
    if (!connection.near.destroyed) connection.near.resetAndDestroy();
    if (!connection.far.destroyed) connection.far.resetAndDestroy();
  }

  function pass(connection: Connection, to: Socket, bytes: Buffer): void {
    if (fault?.kind === "half-open") {
      connection.hasLost = true;
      swallowedBytes += bytes.length;
      return;
    }
    const nowMs = performance.now();
    // Never before the bytes that came earlier, also when the latency ends meanwhile.
    const dueMs = Math.max(connection.lastDueMs, nowMs + (fault?.kind === "latency" ? fault.delayMs : 0));
    if (dueMs <= nowMs) return void to.write(bytes);
    connection.lastDueMs = dueMs;
    setTimeout(() => {
      if (!to.destroyed) to.write(bytes);
    }, dueMs - nowMs);
  }

  function answer(connection: Connection, bytes: Buffer): void {
    if (cutsLeft === 0) {
      pass(connection, connection.near, bytes);
      return;
    }
    cutsLeft -= 1;
    // Ended only when the half is on its way: a reset at once would take it along.
    connection.near.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => end(connection));
  }

  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: "127.0.0.1", port: farPort, noDelay: true });
    const connection: Connection = { near, far, hasLost: false, lastDueMs: 0 };
    connections.add(connection);
    for (const socket of [near, far]) {
      socket.on("error", () => undefined); // "close" follows.
      socket.on("close", () => {
        // A line that carries nothing carries no end of a connection either, and a slow one carries it after the rest.
        const waitMs = connection.lastDueMs - performance.now();
        if (fault?.kind === "half-open") connection.hasLost = true;
        else if (waitMs > 0) setTimeout(() => end(connection), waitMs + 1);
        else end(connection);
      });
    }
    near.on("data", (bytes) => pass(connection, far, bytes));
    far.on("data", (bytes) => answer(connection, bytes));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the line has no port");

  return {
    port: address.port,
    set(next) {
      fault = next;
      for (const connection of connections) if (connection.hasLost) end(connection);
    },
    reset() {
      const { size } = connections;
      for (const connection of connections) end(connection);
      return size;
    },
    cutAnswers(count) {
      cutsLeft += count;
    },
    swallowedBytes: () => swallowedBytes,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of connections) end(connection);
      await closed;
    },
  };
}
