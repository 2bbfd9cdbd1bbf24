/** A TCP line between two programs that can be mistreated: it passes bytes on as they come until it is told not to. */
import { connect, createServer, type Socket } from "node:net";

/** What is wrong with a line: `delayMs` late, or silent with its connections open. */
export type LineFault = { kind: "latency"; delayMs: number } | { kind: "half-open" };

export type FaultyLine = {
  /** Where the near end connects to instead of the far one. */
  port: number;
  /** Puts the line into a state, or back to normal. A connection that has lost bytes does not survive that. */
  set: (fault: LineFault | undefined) => void;
  /** Leads to another port from now on, and resets every connection: a name or an address that was moved. */
  leadTo: (farPort: number) => void;
  /** Resets every connection; answers how many there were. */
  reset: () => number;
  /** Of each of the next answers, half is passed on, and the connection reset. */
  cutAnswers: (count: number) => void;
  /** Bytes that came while it was half-open, and went nowhere. */
  swallowedBytes: () => number;
  close: () => Promise<void>;
};

/** What is on its way in one direction, oldest first. A connection never passes bytes on in another order. */
type Stream = { to: Socket; parcels: Parcel[]; timer: NodeJS.Timeout | undefined };
type Parcel = { bytes: Buffer; dueMs: number; isLast: boolean };
type Connection = { near: Socket; far: Socket; requests: Stream; answers: Stream; hasLost: boolean; isCut: boolean };

const NOTHING = Buffer.alloc(0);

/** Opens a line to a port of this machine. */
export async function openFaultyLine(firstFarPort: number): Promise<FaultyLine> {
  let farPort = firstFarPort;
  const connections = new Set<Connection>();
  let fault: LineFault | undefined;
  let cutsLeft = 0;
  let swallowedBytes = 0;

  function end(connection: Connection): void {
    connections.delete(connection);
    for (const { to, timer } of [connection.requests, connection.answers]) {
      clearTimeout(timer);
      if (!to.destroyed) to.resetAndDestroy();
    }
  }

  function reset(): number {
    const { size } = connections;
    for (const connection of connections) end(connection);
    return size;
  }

  function pass(connection: Connection, stream: Stream, bytes: Buffer, isLast = false): void {
    if (fault?.kind === "half-open") {
      connection.hasLost = true;
      swallowedBytes += bytes.length;
      return;
    }
    const dueMs = performance.now() + (fault?.kind === "latency" ? fault.delayMs : 0);
    stream.parcels.push({ bytes, dueMs, isLast });
    deliver(connection, stream);
  }

  /** Delivers what is due. What comes later waits for what came first, also when the latency is gone meanwhile. */
  function deliver(connection: Connection, stream: Stream): void {
    for (let [parcel] = stream.parcels; parcel !== undefined; [parcel] = stream.parcels) {
      const waitMs = parcel.dueMs - performance.now();
      if (waitMs > 0) {
        stream.timer ??= setTimeout(() => {
          stream.timer = undefined;
          deliver(connection, stream);
        }, Math.ceil(waitMs));
        return;
      }
      stream.parcels.shift();
      // Ended only when the bytes are on their way: a reset at once would take them along.
      if (!parcel.isLast) stream.to.write(parcel.bytes);
      else if (stream.to.destroyed) end(connection);
      else stream.to.write(parcel.bytes, () => end(connection));
    }
  }

  function answer(connection: Connection, bytes: Buffer): void {
    if (connection.isCut) return;
    if (cutsLeft === 0 || fault?.kind === "half-open") {
      pass(connection, connection.answers, bytes);
      return;
    }
    cutsLeft -= 1;
    connection.isCut = true;
    pass(connection, connection.answers, bytes.subarray(0, Math.ceil(bytes.length / 2)), true);
  }

  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: "127.0.0.1", port: farPort, noDelay: true });
    const streamTo = (to: Socket): Stream => ({ to, parcels: [], timer: undefined });
    const streams = { requests: streamTo(far), answers: streamTo(near) };
    const connection: Connection = { near, far, ...streams, hasLost: false, isCut: false };
    connections.add(connection);
    for (const socket of [near, far]) socket.on("error", () => undefined); // "close" follows.
    // The end of a connection comes after its bytes, and as late as they do.
    near.on("close", () => pass(connection, connection.requests, NOTHING, true));
    far.on("close", () => pass(connection, connection.answers, NOTHING, true));
    near.on("data", (bytes) => pass(connection, connection.requests, bytes));
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
    leadTo(nextFarPort) {
      farPort = nextFarPort;
      reset();
    },
    reset,
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
