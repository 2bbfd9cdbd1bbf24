/** Answers are compressed for who asks for it; streams and the board never are. */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

const PASSWORD = "a good long password";
const login = `Basic ${Buffer.from(`operator:${PASSWORD}`).toString("base64")}`;

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest({ settings: { BOARD_PASSWORD: PASSWORD } });
});
afterAll(() => producer.close());

async function ask(path: string, headers: Record<string, string> = {}) {
  const request = get(`${producer.url}${path}`, {
    headers: { authorization: `Bearer ${producer.key}`, "accept-encoding": "gzip", ...headers },
    agent: false,
  });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { request, response };
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("with Accept-Encoding: gzip", () => {
  test.each(["/openapi.json", "/docs/swagger-ui.css", "/metrics"])("%s comes compressed", async (path) => {
    const { response } = await ask(path);
    const body = await bodyOf(response);

    expect(response.headers["content-encoding"]).toBe("gzip");
    expect(response.headers["vary"]).toContain("Accept-Encoding");
    expect(gunzipSync(body).length).toBeGreaterThan(2 * body.length);
  });

  test("a long answer of the API comes compressed and says the same, a short one comes as it is", async () => {
    const topups = Array.from({ length: 20 }, (_, index) => topupBody({ reference: `packed-${index}` }));
    await producer.call("POST", "/v1/topups/batch", { json: { topups } });
    const long = await ask("/v1/topups?state=queued");
    const page = JSON.parse(gunzipSync(await bodyOf(long.response)).toString());
    const short = await ask("/v1/topups?state=review");

    expect(page.data).toHaveLength(20);
    expect(short.response.headers["content-encoding"]).toBeUndefined();
    short.response.resume();
  });

  test("a stream of events comes as it is, at once, and no proxy may change that", async () => {
    const { request, response } = await ask("/v1/events/stream");
    const [first] = (await once(response, "data")) as [Buffer];
    request.destroy();

    expect(response.headers["content-encoding"]).toBeUndefined();
    expect(response.headers["cache-control"]).toBe("no-store, no-transform");
    expect(String(first)).toContain("retry: ");
  });

  test("the board comes as it is", async () => {
    const { response } = await ask("/admin/queues/api/queues", { authorization: login });
    response.resume();

    expect(response.statusCode).toBe(200);
    expect(response.headers["content-encoding"]).toBeUndefined();
  });
});

test("without Accept-Encoding nothing is compressed", async () => {
  const { response } = await ask("/openapi.json", { "accept-encoding": "identity" });
  JSON.parse((await bodyOf(response)).toString());

  expect(response.headers["content-encoding"]).toBeUndefined();
});
