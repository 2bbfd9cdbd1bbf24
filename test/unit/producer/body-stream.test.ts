/** Bodies over a real server and socket: how long they may take, and that a stream may take longer. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { drainBody, limitBodyTime, streamBody } from "../../../apps/producer/src/http/body-stream.js";
import { TestClock } from "../../support/test-clock.js";

const LIMIT_MS = 15_000;

let server: Server;
let clock: TestClock;
let sockets: Socket[];
let requests: Array<{ request: IncomingMessage; response: ServerResponse }>;

beforeEach(async () => {
  clock = new TestClock();
  sockets = [];
  requests = [];
  server = createServer((request, response) => {
    limitBodyTime(request, response, { ms: LIMIT_MS, clock });
    requests.push({ request, response });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Sends the head of a request with ten bytes to come, or so many, and the first of them. */
async function begin(bytes = 10): Promise<{ socket: Socket; request: IncomingMessage; response: ServerResponse }> {
  const address = server.address();
  const socket = connect(typeof address === "object" && address !== null ? address.port : 0, "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => undefined);
  socket.write(`POST / HTTP/1.1\r\nHost: test\r\nContent-Length: ${bytes}\r\n\r\n1234`);
  await expect.poll(() => requests.length).toBe(sockets.length);
  const last = requests.at(-1);
  if (last === undefined) throw new Error("the request came");
  return { socket, ...last };
}

test("a body that is not here in time is cut off, with an answer that says so", async () => {
  const { socket } = await begin();
  clock.advance(LIMIT_MS);
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /);
  await once(socket, "close");
});

test("a body that is here in time is not cut off, and nobody waits for its time to pass", async () => {
  const { socket, request, response } = await begin();
  socket.write("567890");
  request.resume();
  await once(request, "end");
  response.end("thanks");
  await expect.poll(() => clock.sleepers).toBe(0);
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toContain("thanks");
});

test("a body that is taken as a stream may take longer, as long as something comes", async () => {
  const { socket, request } = await begin();
  const pieces = streamBody(request, { stallMs: 10_000, stopping: new AbortController().signal, clock });
  expect(String((await pieces.next()).value)).toBe("1234");
  const waiting = pieces.next();
  await expect.poll(() => clock.sleepers).toBe(2);
  clock.advance(9_999);
  socket.write("56");
  expect(String((await waiting).value)).toBe("56");
  const rest = pieces.next();
  await expect.poll(() => clock.sleepers).toBe(2);
  clock.advance(9_999); // The time of an ordinary body is over.
  socket.write("7890");
  expect(String((await rest).value)).toBe("7890");
  expect((await pieces.next()).done).toBe(true);
});

test("a stream of which nothing comes ends, as does one whose server stops or whose sender goes", async () => {
  const stopping = new AbortController();
  const wait = { stallMs: 10_000, stopping: stopping.signal, clock };
  const ends: Array<[() => void, string]> = [
    [() => clock.advance(10_000), "body_incomplete: Nothing came for 10000 ms."],
    [() => sockets.at(-1)?.destroy(), "body_incomplete: The body ended early."],
    [() => stopping.abort(), "body_incomplete: The server stops."],
  ];
  for (const [end, message] of ends) {
    const { request } = await begin();
    const pieces = streamBody(request, wait);
    await pieces.next();
    const next = expect(pieces.next()).rejects.toThrow(message);
    await expect.poll(() => clock.sleepers).toBeGreaterThanOrEqual(2);
    end();
    await next;
  }
});

test("a stream that trickles ends, although something comes again and again", async () => {
  const { socket, request } = await begin(100);
  const pieces = streamBody(request, { stallMs: 10_000, stopping: new AbortController().signal, clock });
  await pieces.next();
  const trickle = async () => {
    for (;;) {
      const next = pieces.next();
      const limitIsOver = clock.monotonicMs() >= LIMIT_MS;
      await expect.poll(() => clock.sleepers).toBe(limitIsOver ? 1 : 2);
      clock.advance(9_000);
      socket.write("5");
      await next;
    }
  };

  await expect(trickle()).rejects.toThrow("body_incomplete: Fewer than 1,000 bytes a second came.");
  expect(clock.monotonicMs()).toBeLessThanOrEqual(4 * 10_000);
});

test("what is left of a refused body is let go by, so that the answer arrives, and then cut", async () => {
  const { socket, request, response } = await begin();
  const pieces = streamBody(request, { stallMs: 10_000, stopping: new AbortController().signal, clock });
  await pieces.next();
  response.writeHead(413).end("too large");
  drainBody(request, clock);
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toContain("too large");
  expect(socket.destroyed).toBe(false);
  clock.advance(2_000);
  await once(socket, "close");
});

test("a refused body that comes to its end after all leaves its line as it was", async () => {
  const { socket, request, response } = await begin();
  const pieces = streamBody(request, { stallMs: 10_000, stopping: new AbortController().signal, clock });
  await pieces.next();
  response.writeHead(413).end("too large");
  drainBody(request, clock);
  socket.write("567890");
  await expect.poll(() => request.complete).toBe(true);
  await expect.poll(() => clock.sleepers).toBe(0);
  expect(socket.destroyed).toBe(false);
});
