/** The API of webhook endpoints: what it shows, refuses and asks the worker to deliver. The worker here is a real one. */
import { createLogger } from "@surefill/runtime";
import { webhookPayloadSchema } from "@surefill/topup";
import { loadWorkerConfig, startWorker } from "@surefill/worker";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SHORT_SETTINGS } from "../../support/pipeline.js";
import { newStateDir } from "../../support/state-dir.js";
import { answerWith, type Receiver, startReceiver } from "../../support/webhook-receiver.js";
import { WEBHOOK_SETTINGS } from "../../support/webhook-world.js";
import { type Answer, type ProducerUnderTest, startProducerUnderTest } from "../producer/running-producer.js";
import { idsInLog, makeEvents } from "./planted-events.js";

const BASE = "/v1/webhook-endpoints";
const NOBODY = "whe_01a2063a-82df-7069-8013-c1d3d29c982f";

let producer: ProducerUnderTest;
let receiver: Receiver;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  const { WEBHOOK_ALLOWED_NETWORKS } = WEBHOOK_SETTINGS;
  producer = await startProducerUnderTest({ settings: { WEBHOOK_ALLOWED_NETWORKS } });
  stops.push(() => producer.close());
  receiver = await startReceiver();
  stops.push(() => receiver.stop());
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function work(settings: Record<string, string> = {}): Promise<void> {
  const config = loadWorkerConfig({
    REDIS_URL: producer.redis.url,
    REDIS_PREFIX: producer.redis.prefix,
    RELOADLY_ENVIRONMENT: "local",
    RELOADLY_URL: "http://127.0.0.1:9",
    RELOADLY_CLIENT_ID: "sandbox-client",
    RELOADLY_CLIENT_SECRET: "sandbox-secret",
    WORKER_PORT: "0",
    SHUTDOWN_MS: "6000",
    STATE_DIR: newStateDir(),
    ...SHORT_SETTINGS,
    ...WEBHOOK_SETTINGS,
    ...settings,
  });
  const worker = await startWorker(config, createLogger({ name: "worker", level: "silent" }));
  stops.push(() => worker.close());
}

const post = (path: string, json?: unknown) => producer.call("POST", BASE + path, json === undefined ? {} : { json });
const get = (path: string) => producer.call("GET", BASE + path);

async function create(choice: object = {}): Promise<{ id: string; secret: string; answer: Answer }> {
  const answer = await post("", { url: receiver.url, ...choice });
  expect(answer.status, answer.text).toBe(201);
  return { id: String(answer.json["id"]), secret: String(answer.json["secret"]), answer };
}

const receivedIds = () => receiver.received.map(({ id }) => id).toSorted();

describe("an endpoint", () => {
  test("is created with a secret that is shown this once and never again", async () => {
    const { id, secret, answer } = await create({ description: "billing", eventTypes: ["topup.failed"] });

    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(answer.headers.get("location")).toBe(`${BASE}/${id}`);
    const shown = {
      id,
      url: receiver.url,
      description: "billing",
      eventTypes: ["topup.failed"],
      includeRecipient: false,
      state: "enabled",
      createdAt: expect.stringMatching(/Z$/),
      createdBy: "test",
      failures: 0,
    };
    expect(answer.json).toEqual({ ...shown, secret });
    const history = [{ at: expect.stringMatching(/Z$/), command: "create", key: "test" }];
    expect((await get(`/${id}`)).json).toEqual({ ...shown, history });
    expect((await get("")).json).toEqual({ data: [shown], deleted: [] });
    for (const path of ["", `/${id}`, `/${id}/deliveries`]) expect((await get(path)).text).not.toContain("whsec_");
    expect(producer.log.join("")).not.toContain(secret);
  });

  test("is changed by what a patch names, and nothing else", async () => {
    const { id } = await create({ description: "billing" });
    const { json, status } = await producer.call("PATCH", `${BASE}/${id}`, {
      json: { eventTypes: ["topup.held"], includeRecipient: true, description: "" },
    });

    expect(status).toBe(200);
    expect(json).toMatchObject({ id, url: receiver.url, eventTypes: ["topup.held"], includeRecipient: true });
    expect(json).not.toHaveProperty("description");
    expect((await get(`/${id}`)).json).toMatchObject(json);
  });

  test("is gone when it was deleted", async () => {
    const { id } = await create();
    const deleted = await producer.call("DELETE", `${BASE}/${id}`);

    expect([deleted.status, deleted.text]).toEqual([204, ""]);
    expect((await producer.call("DELETE", `${BASE}/${id}`)).json["code"]).toBe("endpoint_not_found");
    const deletion = { id, at: expect.stringMatching(/Z$/), key: "test" };
    expect((await get("")).json).toEqual({ data: [], deleted: [deletion] });
  });

  test("is one of a hundred at most", async () => {
    for (let count = 0; count < 100; count += 1) await create();
    const { status, json } = await post("", { url: receiver.url });

    expect([status, json["code"]]).toEqual([409, "endpoints_full"]);
  });

  test.each([
    ["http://93.184.215.14/", "the URL must start with https://"],
    ["https://93.184.215.14:8443/", "the URL must use port 443"],
    ["https://user:pass@93.184.215.14/", "the URL must hold no user name or password"],
    ["https://10.0.0.1/", "the URL's host leads to an address that is not public (private)"],
    ["https://[::ffff:169.254.169.254]/", "not public"],
    ["https://2130706434/", "not public (loopback)"],
    ["ftp://93.184.215.14/", "the URL must start with https://"],
    ["not a url", "the URL holds spaces"],
  ])("is refused with the reason when its URL is %s", async (url, reason) => {
    const created = await post("", { url });
    const { id } = await create();
    const changed = await producer.call("PATCH", `${BASE}/${id}`, { json: { url } });

    for (const { status, json } of [created, changed]) {
      expect(status).toBe(422);
      expect(json).toMatchObject({ code: "validation_failed", errors: [{ pointer: "/url" }] });
      expect(JSON.stringify(json["errors"])).toContain(reason);
    }
    expect((await get(`/${id}`)).json["url"]).toBe(receiver.url);
  });

  test.each([
    [{}, "/url"],
    [{ url: "https://example.com/", eventTypes: ["topup.unheard"] }, "/eventTypes"],
    [{ url: "https://example.com/", eventTypes: [] }, "/eventTypes"],
    [{ url: "https://example.com/", includeRecipient: "yes" }, "/includeRecipient"],
    [{ url: "https://example.com/", secret: "whsec_mine" }, "/secret"],
  ])("is refused when it is asked for as %j", async (body, pointer) => {
    const { status, json } = await post("", body);

    expect(status).toBe(422);
    expect(json).toMatchObject({ errors: [{ pointer }] });
  });
});

test.each<[method: string, path: string, json?: object]>([
  ["GET", ""],
  ["PATCH", "", { description: "x" }],
  ["DELETE", ""],
  ["POST", "/rotate-secret", {}],
  ["POST", "/expire-old-secret"],
  ["POST", "/enable"],
  ["POST", "/disable"],
  ["POST", "/test"],
  ["GET", "/deliveries"],
  ["GET", "/deliveries/1-0"],
  ["POST", "/deliveries/1-0/redeliver"],
  ["POST", "/replay", { since: "2026-01-01T00:00:00Z" }],
])("%s %s of an endpoint that nobody has is 404, and of a text that is no id 422", async (method, path, json) => {
  const options = json === undefined ? {} : { json };
  const unknown = await producer.call(method, `${BASE}/${NOBODY}${path}`, options);
  const malformed = await producer.call(method, `${BASE}/whe_x${path}`, options);

  expect([unknown.status, unknown.json["code"]]).toEqual([404, "endpoint_not_found"]);
  expect([malformed.status, malformed.json["code"]]).toEqual([422, "validation_failed"]);
});

describe("a secret", () => {
  test("is replaced with an overlap in which both sign, until the former one is expired", async () => {
    const { id, secret: former } = await create();
    const rotated = await post(`/${id}/rotate-secret`, { overlapSeconds: 3_600 });
    const secret = String(rotated.json["secret"]);
    const untilMs = Date.parse(String(rotated.json["oldSecretUntil"]));
    await work();
    await post(`/${id}/test`);
    await expect.poll(() => receiver.received.length).toBe(1);
    await post(`/${id}/expire-old-secret`);
    await post(`/${id}/test`);
    await expect.poll(() => receiver.received.length).toBe(2);
    const [during, after] = receiver.received;
    const verifies = (one: typeof during, by: string) => {
      try {
        new Webhook(by).verify(one?.raw ?? "", { ...one?.headers } as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    };

    expect(secret).not.toBe(former);
    expect(Math.abs(untilMs - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect([verifies(during, former), verifies(during, secret)]).toEqual([true, true]);
    expect([verifies(after, former), verifies(after, secret)]).toEqual([false, true]);
    expect((await get(`/${id}`)).json).not.toHaveProperty("oldSecretUntil");
  });

  test("stays valid for a day beside the new one unless told otherwise", async () => {
    const { id } = await create();
    const { json } = await post(`/${id}/rotate-secret`, {});

    expect(Math.abs(Date.parse(String(json["oldSecretUntil"])) - Date.now() - 86_400_000)).toBeLessThan(60_000);
    for (const overlapSeconds of [-1, 1.5, "", "1h", 2_592_001]) {
      const refused = await post(`/${id}/rotate-secret`, { overlapSeconds });
      expect(refused.json, String(overlapSeconds)).toMatchObject({ errors: [{ pointer: "/overlapSeconds" }] });
    }
  });
});

describe("deliveries", () => {
  test("a test sends a ping whatever the endpoint asks for, and its outcome can be read", async () => {
    const { id } = await create({ eventTypes: ["topup.failed"] });
    receiver.react(answerWith(200, {}, "thank you"));
    const asked = await post(`/${id}/test`);
    await work();
    await expect.poll(async () => (await producer.call("GET", asked.headers.get("location") ?? "")).status).toBe(200);
    const delivery = await producer.call("GET", asked.headers.get("location") ?? "");
    const [ping] = receiver.received;

    expect(asked.status).toBe(202);
    expect(webhookPayloadSchema.parse(JSON.parse(String(ping?.raw)))).toMatchObject({
      type: "ping",
      data: { endpointId: id },
    });
    expect(ping?.id).toBe(asked.json["eventId"]);
    expect(delivery.json).toMatchObject({
      eventId: ping?.id,
      type: "ping",
      state: "delivered",
      attemptCount: 1,
      attempts: [{ number: 1, outcome: "answered", status: 200, answer: "thank you" }],
    });
  });

  test("are listed newest first, page by page", async () => {
    const { id } = await create();
    await work();
    await makeEvents(producer.ledger, 7);
    await expect.poll(() => receiver.received.length).toBe(7);
    await expect.poll(async () => ((await get(`/${id}/deliveries`)).json["data"] as unknown[]).length).toBe(7);
    const seen: string[] = [];
    let cursor = "";
    for (let pages = 0; pages < 4; pages += 1) {
      const { json } = await get(`/${id}/deliveries?limit=3${cursor}`);
      seen.push(...(json["data"] as { eventId: string }[]).map(({ eventId }) => eventId));
      if (json["nextCursor"] === null) break;
      cursor = `&cursor=${String(json["nextCursor"])}`;
    }

    expect(seen.toSorted()).toEqual(await idsInLog(producer.redis));
    expect(new Set(seen).size).toBe(7);
    expect((await get(`/${id}/deliveries?cursor=mine`)).status).toBe(422);
  });

  test("one that is sent once more has its former id, and an event that is not in the log is 404", async () => {
    const { id } = await create();
    await work();
    await makeEvents(producer.ledger, 1);
    await expect.poll(() => receiver.received.length).toBe(1);
    const [eventId = ""] = await idsInLog(producer.redis);
    await expect.poll(async () => (await get(`/${id}/deliveries/${eventId}`)).status).toBe(200);
    const again = await post(`/${id}/deliveries/${eventId}/redeliver`);
    await expect.poll(async () => (await get(`/${id}/deliveries/${eventId}`)).json["attemptCount"]).toBe(2);

    expect([again.status, again.json]).toEqual([202, { eventId }]);
    expect(receivedIds()).toEqual([eventId, eventId]);
    expect((await post(`/${id}/deliveries/1-0/redeliver`)).json["code"]).toBe("event_not_found");
    expect((await post(`/${id}/deliveries/ping_x/redeliver`)).json["code"]).toBe("event_not_found");
  });

  test("one that waits for its next attempt makes it at once, and once, when it is redelivered", async () => {
    const { id } = await create();
    receiver.react(answerWith(500));
    await work({ WEBHOOK_SCHEDULE_SCALE: "1" });
    await makeEvents(producer.ledger, 1);
    const [eventId = ""] = await idsInLog(producer.redis);
    const state = async () => (await get(`/${id}/deliveries/${eventId}`)).json["state"];
    await expect.poll(state).toBe("retry");
    receiver.react(answerWith(204));
    await post(`/${id}/deliveries/${eventId}/redeliver`);
    await expect.poll(state).toBe("delivered");

    expect(receivedIds()).toEqual([eventId, eventId]);
    expect(await producer.redis.client.zcard(`${producer.redis.prefix}:{0}:webhook:delayed`)).toBe(0);
  });

  test("a replay sends again what the endpoint asks for in a window, and says how many", async () => {
    await makeEvents(producer.ledger, 3, { name: "before" });
    const windowStart = new Date(Number.parseInt((await idsInLog(producer.redis))[0] ?? "", 10)).toISOString();
    const { id } = await create();
    const { id: other } = await create({ eventTypes: ["topup.failed"] });
    const all = await idsInLog(producer.redis);
    const replayed = await post(`/${id}/replay`, { since: windowStart });
    const nothing = await post(`/${other}/replay`, { since: windowStart });
    const afterFirst = await post(`/${id}/replay`, { since: all[0], until: new Date().toISOString() });
    const past = await post(`/${id}/replay`, { since: "2020-01-01T00:00:00Z", until: "2020-01-02T00:00:00Z" });
    await work();

    expect([replayed.status, replayed.json]).toEqual([202, { count: 3, nextSince: null }]);
    expect(nothing.json).toEqual({ count: 0, nextSince: null });
    expect(afterFirst.json).toEqual({ count: 2, nextSince: null });
    expect(past.json).toEqual({ count: 0, nextSince: null });
    await expect.poll(receivedIds).toEqual([...all, ...all.slice(1)].toSorted());
    expect((await post(`/${id}/replay`, { since: "yesterday" })).json).toMatchObject({
      errors: [{ pointer: "/since" }],
    });
  });

  test("a replay of more than one request can take says where the next one goes on", async () => {
    const { id } = await create({ eventTypes: ["topup.failed"] });
    await makeEvents(producer.ledger, 10_050);
    const first = await post(`/${id}/replay`, { since: "2020-01-01T00:00:00Z" });
    const ids = await idsInLog(producer.redis);
    await producer.call("PATCH", `${BASE}/${id}`, { json: { eventTypes: "all" } });
    const second = await post(`/${id}/replay`, { since: first.json["nextSince"] });

    expect(first.json).toEqual({ count: 0, nextSince: ids[9_999] });
    expect(second.json).toEqual({ count: 50, nextSince: null });
  });

  test("a disabled endpoint gets none, until it is enabled", async () => {
    const { id } = await create();
    await makeEvents(producer.ledger, 1);
    const [eventId = ""] = await idsInLog(producer.redis);
    const disabled = await post(`/${id}/disable`);
    const asked = [
      await post(`/${id}/test`),
      await post(`/${id}/deliveries/${eventId}/redeliver`),
      await post(`/${id}/replay`, { since: "2020-01-01T00:00:00Z" }),
    ];
    const enabled = await post(`/${id}/enable`);

    expect(disabled.json).toMatchObject({ state: "disabled", disabledReason: "operator" });
    for (const { status, json } of asked) expect([status, json["code"]]).toEqual([409, "endpoint_disabled"]);
    expect(enabled.json).toMatchObject({ state: "enabled" });
    expect(enabled.json).not.toHaveProperty("disabledReason");
    expect((await post(`/${id}/test`)).status).toBe(202);
  });
});
