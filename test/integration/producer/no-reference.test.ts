/**
 * What nothing names cannot be recognised when it is repeated. So it is refused, and what has a name is paid once,
 * however often its caller repeats it while Redis answers nothing.
 */
import { loadProducerConfig, newApiKey, startProducer } from "@surefill/producer";
import { createLogger } from "@surefill/runtime";
import { afterEach, describe, expect, test } from "vitest";
import { openPipeline } from "../../support/pipeline.js";
import { startPrivateRedis } from "../../support/redis-server.js";
import { waitFor } from "../../support/wait-for.js";
import { callApi, startProducerUnderTest, topupBody } from "./running-producer.js";

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startWorld() {
  const redis = await startPrivateRedis();
  stops.push(() => redis.stop());
  const pipeline = await openPipeline({ redisUrl: redis.url });
  stops.push(() => pipeline.close());
  await pipeline.startWorker();
  const { key, entry } = newApiKey("test");
  const config = loadProducerConfig({ ...pipeline.env, PRODUCER_PORT: "0", API_KEYS: entry });
  const producer = await startProducer(config, { log: createLogger({ name: "producer", level: "silent" }) });
  stops.push(() => producer.close());
  const { pid } = redis;
  if (pid === undefined) throw new Error("the Redis of this test has no process id");
  const freeze = () => process.kill(pid, "SIGSTOP");
  const thaw = () => process.kill(pid, "SIGCONT");
  stops.push(async () => thaw());
  const send = (json: unknown, headers: Record<string, string> = {}) =>
    callApi(producer.url, key, "POST", "/v1/topups", { json, headers });
  return { pipeline, freeze, thaw, send };
}

const CALLERS = Array.from({ length: 20 }, (_, caller) => String(caller).padStart(2, "0"));
const recipientOf = (caller: string) => ({ countryCode: "NG", number: `+23480123455${caller}` });

test("of 20 callers that repeat five times through an outage, each with a name is paid once, each without one never", async () => {
  const { pipeline, freeze, thaw, send } = await startWorld();
  const round = async () => {
    const named = CALLERS.map((caller) =>
      send(topupBody({ reference: `n-${caller}`, recipientPhone: recipientOf(caller) })),
    );
    const keyed = CALLERS.map((caller) =>
      send(topupBody({ recipientPhone: recipientOf(caller) }), { "Idempotency-Key": `k-${caller}` }),
    );
    const nameless = CALLERS.map((caller) => send(topupBody({ recipientPhone: recipientOf(caller) })));
    return { withName: await Promise.all([...named, ...keyed]), nameless: await Promise.all(nameless) };
  };

  const cutOff = round();
  freeze();
  const rounds = [await cutOff, await round(), await round()];
  thaw();
  // How long a producer takes to find Redis again is no matter of this test.
  const isBack = async () => (await send(topupBody({ reference: "back" }))).status;
  await waitFor(async () => expect([200, 202]).toContain(await isBack()));
  rounds.push(await round(), await round());

  expect(new Set(rounds.slice(1, 3).flatMap(({ withName }) => withName.map(({ status }) => status)))).toEqual(
    new Set([503]),
  );
  const refusals = rounds.flatMap(({ nameless }) => nameless.map(({ status, json }) => `${status} ${json["code"]}`));
  expect(new Set(refusals)).toEqual(new Set(["422 reference_missing"]));
  for (const caller of CALLERS) {
    await pipeline.until(`n-${caller}`, "succeeded");
    await pipeline.until(`k-${caller}`, "succeeded");
  }
  await pipeline.until("back", "succeeded");
  const sent = pipeline.sandbox.books().identifiers ?? [];
  expect(sent.map(({ customIdentifier, executions }) => [customIdentifier, executions]).toSorted()).toEqual(
    ["back", ...CALLERS.map((caller) => `k-${caller}`), ...CALLERS.map((caller) => `n-${caller}`)].map((name) => [
      name,
      1,
    ]),
  );
});

test("through 20 outages, each repeated five times, a caller with a name is paid once, one without it never", async () => {
  const { pipeline, freeze, thaw, send } = await startWorld();
  const nameless: string[] = [];
  for (const outage of CALLERS) {
    const recipientPhone = recipientOf(outage);
    const once = async () => {
      const [refused] = await Promise.all([
        send(topupBody({ recipientPhone })),
        send(topupBody({ reference: `n-${outage}`, recipientPhone })),
        send(topupBody({ recipientPhone }), { "Idempotency-Key": `k-${outage}` }),
      ]);
      nameless.push(`${refused?.status} ${refused?.json["code"]}`);
    };
    const cutOff = once();
    freeze();
    await cutOff;
    await once();
    await once();
    thaw();
    const isBack = async () => (await send(topupBody({ reference: `n-${outage}`, recipientPhone }))).status;
    await waitFor(async () => expect([200, 202]).toContain(await isBack()));
    await once();
    await once();
  }
  expect(nameless).toEqual(CALLERS.flatMap(() => Array(5).fill("422 reference_missing")));
  const names = CALLERS.flatMap((outage) => [`k-${outage}`, `n-${outage}`]);
  for (const name of names) await pipeline.until(name, "succeeded");
  const sent = pipeline.sandbox.books().identifiers ?? [];
  expect(sent.map(({ customIdentifier, executions }) => [customIdentifier, executions]).toSorted()).toEqual(
    names.toSorted().map((name) => [name, 1]),
  );
}, 300_000);

describe("a top-up that nothing names", () => {
  test("is refused with every way to name it, and leaves nothing behind; the same one with a name is taken", async () => {
    const producer = await startProducerUnderTest();
    stops.push(() => producer.close());
    const call = (json: unknown, headers: Record<string, string> = {}) =>
      producer.call("POST", "/v1/topups", { json, headers });

    const refused = await call(topupBody());
    expect(refused).toMatchObject({
      status: 422,
      json: { code: "reference_missing", errors: [{ pointer: "/reference", code: "missing" }] },
    });
    for (const way of ["reference", "customIdentifier", "Idempotency-Key"])
      expect(refused.json["detail"]).toContain(way);
    expect(await producer.topups()).toBe(0);

    expect((await call(topupBody({ reference: "w-1" }))).status).toBe(202);
    expect((await call(topupBody({ customIdentifier: "w-2" }))).status).toBe(202);
    expect((await call(topupBody(), { "Idempotency-Key": "w-3" })).status).toBe(202);
  });

  test("is refused in a batch, and its neighbours are taken", async () => {
    const producer = await startProducerUnderTest();
    stops.push(() => producer.close());
    const topups = [topupBody({ reference: "b-1" }), topupBody(), topupBody({ customIdentifier: "b-2" })];
    const { json } = await producer.call("POST", "/v1/topups/batch", { json: { topups } });

    const [first, second, third] = json["results"] as {
      status: number;
      reference: string;
      problem?: { detail: string };
    }[];
    expect([first?.status, second?.status, third?.status]).toEqual([202, 422, 202]);
    expect(second).toMatchObject({ reference: null, problem: { code: "reference_missing" } });
    expect(second?.problem?.detail).not.toContain("Idempotency-Key");
    expect(await producer.topups()).toBe(2);
  });
});
