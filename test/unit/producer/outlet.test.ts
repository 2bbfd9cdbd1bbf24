/** Answers that go on, over a real server and socket: what waits in memory for a slow reader, and how streams end. */
import { once } from "node:events";
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { systemClock } from "@surefill/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { endOf, writeStream } from "../../../apps/producer/src/http/outlet.js";
import { ReaderTooSlow, type StreamBody } from "../../../apps/producer/src/http/result.js";

const PAGE = "x".repeat(40_000);

let server: Server;
let port: number;
let stop: AbortController;
let exchange: { response: ServerResponse; done: Promise<unknown> } | undefined;

beforeEach(async () => {
  stop = new AbortController();
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Serves one stream and reads its head. */
async function serve(body: StreamBody, stallMs = 10_000): Promise<IncomingMessage> {
  const parts = { clock: systemClock, stopping: stop.signal, stallMs };
  server.once("request", (_, response) => {
    exchange = { response, done: writeStream(response, body, parts).catch((error: unknown) => error) };
  });
  const request = get({ port, host: "127.0.0.1", agent: false });
  request.on("error", () => undefined);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.on("error", () => undefined);
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await new Promise((resolve) => response.once("close", resolve));
  return text;
}

test("for a reader that takes nothing no more than one text waits, until it is told to be too slow", async () => {
  let written = 0;
  let waitingMax = 0;
  const reader = await serve(async (out) => {
    try {
      for (;;) {
        await out.write(PAGE);
        written += 1;
        waitingMax = Math.max(waitingMax, exchange?.response.writableLength ?? 0);
      }
    } catch (error) {
      waitingMax = Math.max(waitingMax, exchange?.response.writableLength ?? 0);
      return error instanceof ReaderTooSlow ? "too slow" : "another error";
    }
  }, 200);
  await expect.poll(() => exchange?.response.writableEnded).toBe(true);
  const text = await textOf(reader);
  await exchange?.done;

  expect(written).toBeGreaterThan(1);
  expect(waitingMax).toBeLessThan(2 * PAGE.length);
  expect(text.endsWith("too slow")).toBe(true);
  expect(text.length).toBe((written + 1) * PAGE.length + "too slow".length);
});

test("a reader that does not even take the last words is cut", async () => {
  const reader = await serve(async (out) => {
    try {
      for (;;) await out.write(PAGE);
    } catch {
      return "too slow";
    }
  }, 100);
  await exchange?.done;

  expect(exchange?.response.destroyed).toBe(true);
  expect((await textOf(reader)).endsWith("too slow")).toBe(false);
});

test("a stream whose reader leaves ends at once", async () => {
  const reader = await serve(async (out) => {
    await out.write("hello");
    await once(out.signal, "abort");
    await expect(out.write("anybody?")).rejects.toMatchObject({ name: "AbortError" });
    return "never read";
  });
  reader.socket.destroy();

  expect(await exchange?.done).toBeUndefined();
});

test("a stream ends with its last words when the server stops, also while a write waits for its reader", async () => {
  const talking = await serve(async (out) => {
    await out.write("hello ");
    await once(out.signal, "abort");
    return "bye";
  });
  stop.abort();

  expect(await textOf(talking)).toBe("hello bye");
  stop = new AbortController();
  await serve(async (out) => {
    try {
      for (;;) await out.write(PAGE);
    } catch (error) {
      return error instanceof ReaderTooSlow ? "too slow" : "";
    }
  });
  await expect.poll(() => (exchange?.response.writableLength ?? 0) > 0).toBe(true);
  stop.abort();
  expect(await exchange?.done).toBeUndefined();
});

test("what a stream throws is thrown on, and its response is over", async () => {
  const reader = await serve(() => Promise.reject(new Error("a defect")));

  expect(await exchange?.done).toMatchObject({ message: "a defect" });
  await textOf(reader);
  expect(exchange?.response.destroyed).toBe(true);
});

test("the end of an answer that is over already has come", async () => {
  const reader = await serve(async () => "all");
  await textOf(reader);
  await exchange?.done;

  expect(exchange && endOf(exchange.response, stop.signal).aborted).toBe(true);
});
