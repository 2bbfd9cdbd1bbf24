/** A producer whose Redis has lost data takes nothing and says what to do, until the ledger is rebuilt. */
import { LedgerRebuild } from "@surefill/topup-store";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { startPrivateRedis } from "../../support/redis-server.js";
import { newStateDir } from "../../support/state-dir.js";
import { type ProducerUnderTest, startProducerUnderTest } from "./running-producer.js";

let server: PrivateRedis;
let producer: ProducerUnderTest;
const settings = { STATE_DIR: newStateDir() };
beforeEach(async () => {
  server = await startPrivateRedis();
  producer = await startProducerUnderTest({ redisUrl: server.url, settings });
});
afterEach(async () => {
  await producer.close();
  await server.stop();
});

const topup = {
  reference: "safe-1",
  operatorId: 341,
  amount: "5",
  recipientPhone: { countryCode: "NG", number: "+2348031234567" },
};
const send = () => producer.call("POST", "/v1/topups", { json: topup });

test("every question is answered with what to do, it is told once, and all is well again after a rebuild", async () => {
  const before = await send();
  expect(before.status).toBe(202);
  const { epoch, sequence } = producer.ledger.witness;
  await producer.redis.client.flushall();

  const calls = [
    ["POST", "/v1/topups", topup],
    ["POST", "/v1/topups/batch", { topups: [topup] }],
    ["GET", "/v1/topups/safe-1", undefined],
    ["GET", "/v1/topups?state=queued", undefined],
    ["POST", "/v1/topups/safe-1/cancel", undefined],
    ["GET", "/readyz", undefined],
  ] as const;
  for (const [method, path, json] of calls) {
    const answer = await producer.call(method, path, json === undefined ? {} : { json });
    expect(answer, path).toMatchObject({ status: 503, json: { code: "ledger_lost" } });
    expect(answer.headers.get("retry-after")).not.toBeNull();
  }
  const page = await producer.call("GET", "/problems/ledger_lost");
  expect(page.text).toContain("surefill rebuild");
  expect((await producer.call("GET", "/metrics")).text).toMatch(/^surefill_ledger_lost\{program="producer"\} 1$/m);
  expect((await producer.call("GET", "/healthz")).status).toBe(200);
  const told = () => producer.log.filter((line) => line.includes("the ledger has lost data"));
  await expect.poll(told).toHaveLength(1);
  expect(await producer.redis.client.keys("*:t:*")).toEqual([]);

  const prefix = producer.redis.prefix;
  const rebuild = await LedgerRebuild.open(producer.redis.client, { prefix, known: [{ epoch, sequence }] });
  expect(rebuild.loss).toMatchObject({ loss: "missing" });
  await rebuild.begin();
  await expect.poll(async () => (await producer.call("GET", "/readyz")).status).toBe(200);
  expect((await send()).status).toBe(202);
  expect((await producer.call("GET", "/metrics")).text).toMatch(/^surefill_ledger_lost\{program="producer"\} 0$/m);
  expect(told()).toHaveLength(1);
  await expect.poll(() => producer.log.filter((line) => line.includes("the ledger is whole again"))).toHaveLength(1);
});
