/** No API key and no address can take so much at a time that others get nothing. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { newApiKey } from "@surefill/producer";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { networkOf } from "../../../apps/producer/src/http/connections.js";
import { type ProducerUnderTest, startProducerUnderTest } from "./running-producer.js";

const greedy = newApiKey("greedy");
const other = newApiKey("other");
const SETTINGS = {
  API_KEYS: `${greedy.entry},${other.entry}`,
  UPLOADS_PER_KEY_MAX: "2",
  EVENT_FOLLOWERS_PER_KEY_MAX: "2",
  REQUESTS_PER_KEY_MAX: "6",
  CONNECTIONS_PER_ADDRESS_MAX: "20",
};

let producer: ProducerUnderTest;
const sockets: Socket[] = [];
beforeAll(async () => {
  producer = await startProducerUnderTest({ settings: SETTINGS });
});
afterEach(async () => {
  const open = sockets.splice(0).filter((socket) => !socket.destroyed);
  for (const socket of open) socket.destroy();
  await expect.poll(async () => (await ask("/v1/campaigns", greedy.key)).status).toBe(200);
});
afterAll(() => producer.close());

function ask(path: string, key: string) {
  return producer.call("GET", path, { key, headers: { connection: "close" } });
}

/** Opens a connection, writes a text and keeps it open. */
function open(text: string): { socket: Socket; heard: () => string } {
  const { hostname, port } = new URL(producer.url);
  const socket = connect(Number(port), hostname);
  let heard = "";
  socket.on("data", (piece) => {
    heard += String(piece);
  });
  socket.on("error", () => undefined);
  if (text !== "") socket.write(text);
  sockets.push(socket);
  return { socket, heard: () => heard };
}

function head(method: string, path: string, key: string, more = ""): string {
  return `${method} ${path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${key}\r\n${more}\r\n`;
}

const slowUpload = (key: string) =>
  open(`${head("POST", "/v1/uploads", key, "Content-Type: text/csv\r\nContent-Length: 100000\r\n")}phone,amount\n`);
const stream = (key: string) => open(head("GET", "/v1/events/stream", key));

async function refused({ heard }: { heard: () => string }): Promise<string> {
  await expect.poll(heard).toContain("too_many_at_once");
  expect(heard()).toMatch(/^HTTP\/1\.1 429 /);
  expect(heard()).toMatch(/retry-after: \d+/i);
  return heard();
}

describe("of one API key", () => {
  test("uploads beyond its limit are refused, and another key's are taken", async () => {
    slowUpload(greedy.key);
    slowUpload(greedy.key);
    const third = await refused(slowUpload(greedy.key));
    const { status } = await producer.call("POST", "/v1/uploads", {
      key: other.key,
      body: "phone,amount\n+2348031231111,5\n",
      headers: { "content-type": "text/csv" },
    });

    expect(third).toContain("There are 2 uploads of this API key under way.");
    expect(status).toBe(201);
  });

  test("event streams beyond its limit are refused, and another key's are opened", async () => {
    const streams = [stream(greedy.key), stream(greedy.key)];
    for (const { heard } of streams) await expect.poll(heard).toContain("text/event-stream");
    await refused(stream(greedy.key));
    const waiting = await ask("/v1/events?after=0-0&waitSeconds=20&type=topup.review", greedy.key);
    const another = stream(other.key);

    expect(waiting.json["code"]).toBe("too_many_at_once");
    await expect.poll(another.heard).toContain("text/event-stream");
  });

  test("requests of any kind beyond its limit are refused, and another key's are answered", async () => {
    const body = "Content-Type: application/json\r\nContent-Length: 100\r\n";
    for (let count = 0; count < 6; count += 1) open(head("POST", "/v1/topups", greedy.key, body));
    await expect.poll(async () => (await ask("/v1/campaigns", greedy.key)).status).toBe(429);

    expect((await ask("/v1/campaigns", other.key)).status).toBe(200);
  });
});

describe("of one address", () => {
  test("connections beyond its limit are answered and closed, however little is asked on them", async () => {
    const held = Array.from({ length: 20 }, () => open(""));
    await Promise.all(held.map(({ socket }) => once(socket, "connect")));
    const next = open(head("GET", "/healthz", greedy.key));
    await refused(next);
    await expect.poll(() => next.socket.destroyed).toBe(true);
    held[0]?.socket.destroy();

    await expect
      .poll(() =>
        producer
          .call("GET", "/healthz")
          .then(({ status }) => status)
          .catch(() => 0),
      )
      .toBe(200);
  });

  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:10.1.2.3", "10.1.2.3"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("%s counts as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

test("an upload ends with its client, however much its packed rows would still unpack to", async () => {
  const rows = 1_000_000;
  const { client, prefix } = producer.redis;
  const before = new Set(await client.keys(`${prefix}*upl_*`));
  const packed = gzipSync(`phone,amount\n${"+2348031231111,5\n".repeat(rows)}`);
  const { socket } = open(
    head(
      "POST",
      "/v1/uploads",
      other.key,
      `Content-Type: application/gzip\r\nContent-Length: ${packed.length + 1}\r\n`,
    ),
  );
  socket.write(packed);
  let chunksSeen = 0;
  const chunksNow = async () => {
    const key = (await client.keys(`${prefix}*upl_*`)).find((one) => !before.has(one));
    const chunks = key === undefined ? 0 : await client.hlen(key);
    chunksSeen = Math.max(chunksSeen, chunks);
    return chunks;
  };
  await expect.poll(chunksNow, { interval: 1 }).toBeGreaterThan(0);
  socket.destroy();
  await expect.poll(chunksNow, { interval: 1 }).toBe(0);

  expect(chunksSeen).toBeLessThan(rows / 500 / 2);
});
