/** A Redis without memory left: callers are told so, nothing is half stored, and the same request is taken afterwards. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { startPrivateRedis } from "../../support/redis-server.js";
import { waitFor } from "../../support/wait-for.js";
import { type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

let server: PrivateRedis;
let producer: ProducerUnderTest;
beforeEach(async () => {
  server = await startPrivateRedis();
  producer = await startProducerUnderTest({ redisUrl: server.url });
});
afterEach(async () => {
  await producer.redis.client.config("SET", "maxmemory", "0");
  await producer.close();
  await server.stop();
});

const WRITES = [
  ["/v1/topups", { json: topupBody({ reference: "one" }) }],
  ["/v1/topups/batch", { json: { topups: [topupBody({ reference: "two" }), topupBody({ reference: "three" })] } }],
  ["/v1/uploads", { body: "phone,amount\n+2348012345678,5\n", headers: { "content-type": "text/csv" } }],
] as const;

test("every write is 503 with the reason, and leaves neither a record nor a job", async () => {
  const { client, prefix } = producer.redis;
  const keys = async () => (await client.keys(`${prefix}*`)).toSorted();
  const before = await keys();
  await client.config("SET", "maxmemory", "1mb");
  for (const [path, options] of WRITES) {
    const { status, json, headers } = await producer.call("POST", path, options);
    expect({ path, status, code: json["code"], retryAfter: headers.get("retry-after") }).toEqual({
      path,
      status: 503,
      code: "ledger_unavailable",
      retryAfter: "2",
    });
    expect(json["detail"], path).toContain("out of memory");
  }
  expect(await producer.topups()).toBe(0);
  expect(await producer.jobIds()).toEqual([]);
  expect((await keys()).filter((key) => !before.includes(key))).toEqual([]);
  expect((await producer.call("GET", "/v1/topups/one")).status).toBe(404);
  await waitFor(async () => expect((await producer.call("GET", "/readyz")).text).toContain("out of memory"));

  await client.config("SET", "maxmemory", "0");
  await waitFor(async () => expect((await producer.call("POST", ...WRITES[0])).status).toBe(202));
  await waitFor(async () => expect(await producer.jobIds()).toEqual(["submit-one-1-0"]));
});
