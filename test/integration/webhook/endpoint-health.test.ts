/** When an endpoint is disabled by what it does, who learns of it, and how it comes back. */
import { randomUUID } from "node:crypto";
import {
  afterDelivery,
  type DeliveryOutcome,
  failingLimits,
  newWebhookEndpointSchema,
  WEBHOOK_FAILING_MS_MAX,
  type WebhookEndpoint,
} from "@surefill/topup";
import {
  DELIVERIES_MAX,
  FanOut,
  WEBHOOK_ENDPOINTS_MAX,
  WebhookDeliveries,
  WebhookEndpoints,
} from "@surefill/topup-store";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestRedis, type TestRedis } from "../../support/redis-server.js";
import { answerWith } from "../../support/webhook-receiver.js";
import { openWebhookWorld, type WebhookWorld } from "../../support/webhook-world.js";

const HOUR_MS = 3_600_000;

describe("through a worker", () => {
  let world: WebhookWorld;
  beforeEach(async () => {
    world = await openWebhookWorld();
  });
  afterEach(() => world.close());

  const stateOf = async ({ id }: WebhookEndpoint) => (await world.endpoints.get(id))?.state;

  test("410 disables the endpoint at once, and the other endpoints are told", async () => {
    const gone = await world.receiver(answerWith(410));
    const owner = await world.receiver();
    const { endpoint } = await world.subscribe(gone.url);
    const { secret } = await world.subscribe(owner.url, { eventTypes: ["webhook_endpoint.disabled"] });
    await world.startWorker();
    await world.emit(1);
    await expect.poll(() => owner.received.length).toBe(1);
    expect(await world.endpoints.get(endpoint.id)).toMatchObject({ state: "disabled", disabledReason: "gone" });
    const [notice] = owner.received;
    const body = new Webhook(secret).verify(notice?.raw ?? "", notice?.headers as Record<string, string>);
    expect(body).toMatchObject({
      type: "webhook_endpoint.disabled",
      data: { endpointId: endpoint.id, reason: "gone" },
    });
    await world.emit(1);
    const probe = await world.receiver();
    await world.subscribe(probe.url);
    await world.emit(1);
    await expect.poll(() => probe.received.length).toBe(1);
    expect(gone.received).toHaveLength(1);
  });

  test("the other endpoints are warned of one that has only failed for a day, and it gets no word of that itself", async () => {
    const failing = await world.receiver(answerWith(500));
    const owner = await world.receiver();
    const { endpoint } = await world.subscribe(failing.url);
    const { secret } = await world.subscribe(owner.url, { eventTypes: ["webhook_endpoint.failing"] });
    const failingSinceMs = Date.now() - 30 * HOUR_MS;
    const { client, prefix } = world.pipeline.redis;
    const earlier = new WebhookDeliveries(client, { prefix, nowMs: () => failingSinceMs });
    const delivery = { endpointId: endpoint.id, eventId: "1-0", type: "topup.succeeded" };
    const refused: DeliveryOutcome = { kind: "answered", status: 500, latencyMs: 1, answer: "" };
    await earlier.record(delivery, refused, { kind: "retry", delayMs: 1 }, failingLimits(1));

    const worker = await world.startWorker({ WEBHOOK_SCHEDULE_SCALE: "1" });
    const [event] = await world.emit(1);
    await expect.poll(() => owner.received.length).toBe(1);
    const [notice] = owner.received;
    expect(new Webhook(secret).verify(notice?.raw ?? "", notice?.headers as Record<string, string>)).toEqual({
      type: "webhook_endpoint.failing",
      timestamp: expect.any(String),
      data: { endpointId: endpoint.id, days: 1, failingSince: new Date(failingSinceMs).toISOString() },
    });
    await expect.poll(() => world.endpoints.get(endpoint.id)).toMatchObject({ state: "enabled", failures: 2 });
    expect(failing.received.map(({ id }) => id)).toEqual([event?.id]);
    // Beside the job there may be its lock, while it is being finished.
    const jobs = async () =>
      (await client.keys(`${prefix}:{0}:webhook:webhook-failing-*`)).filter((key) => !key.endsWith(":lock"));
    await expect.poll(async () => (await jobs()).map((job) => job.endsWith(endpoint.id))).toEqual([false]);
    await expect
      .poll(async () => (await fetch(`${worker.url}/metrics`)).text())
      .toContain('surefill_webhook_endpoint_warnings_total{days="1"} 1');
  });

  test("an endpoint that only fails is disabled in the end, and delivers again once it is enabled", async () => {
    const receiver = await world.receiver(answerWith(500));
    const { endpoint } = await world.subscribe(receiver.url);
    const worker = await world.startWorker({ WEBHOOK_SCHEDULE_SCALE: "0.000001" });
    await expect
      .poll(async () => {
        await world.emit(1);
        return stateOf(endpoint);
      })
      .toBe("disabled");
    expect(await world.endpoints.get(endpoint.id)).toMatchObject({ disabledReason: "failing" });
    const metrics = await (await fetch(`${worker.url}/metrics`)).text();
    expect(metrics).toContain("surefill_webhook_endpoints_disabled_total 1");
    expect(metrics).toMatch(/surefill_webhook_attempts_total\{verdict="retry"\} \d/);

    receiver.react(answerWith(200));
    expect(await world.endpoints.enable(endpoint.id)).toMatchObject({ state: "enabled", failures: 0 });
    const [event] = await world.emit(1);
    await expect.poll(() => receiver.received.map(({ id }) => id)).toContain(event?.id);
    expect(await stateOf(endpoint)).toBe("enabled");
  });

  test("what waits for its next attempt is abandoned when its endpoint is disabled", async () => {
    const receiver = await world.receiver(answerWith(500));
    const { endpoint } = await world.subscribe(receiver.url);
    await world.startWorker({ WEBHOOK_SCHEDULE_SCALE: "0.0002" });
    const [event] = await world.emit(1);
    await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
    await world.endpoints.disable(endpoint.id, "operator");
    await expect.poll(async () => (await world.deliveries.get(endpoint.id, event?.id ?? ""))?.state).toBe("abandoned");
  });

  test("a deleted endpoint gets nothing more, and nothing of it is kept", async () => {
    const [receiver, other] = [await world.receiver(answerWith(500)), await world.receiver()];
    const { endpoint } = await world.subscribe(receiver.url);
    await world.subscribe(other.url);
    await world.startWorker({ WEBHOOK_SCHEDULE_SCALE: "0.0002" });
    await world.emit(1);
    await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
    expect(await world.endpoints.delete(endpoint.id)).toBe(true);
    const before = receiver.received.length;
    await world.emit(5);
    await expect.poll(() => other.received.length).toBe(6);
    expect(receiver.received.length).toBeLessThanOrEqual(before + 1);
    await expect.poll(() => world.pipeline.redis.client.keys(`*:w[ed]:*${endpoint.id}*`)).toEqual([]);
    expect(await world.endpoints.delete(endpoint.id)).toBe(false);
  });
});

describe("by the ledger's clock", () => {
  let redis: TestRedis;
  let nowMs: number;
  let endpoints: WebhookEndpoints;
  let deliveries: WebhookDeliveries;
  let endpoint: WebhookEndpoint;

  beforeEach(async () => {
    redis = await openTestRedis();
    nowMs = 1_800_000_000_000;
    const options = { prefix: redis.prefix, nowMs: () => nowMs };
    endpoints = new WebhookEndpoints(redis.client, options);
    deliveries = new WebhookDeliveries(redis.client, options);
    endpoint = await create();
  });
  afterEach(() => redis.close());

  async function create(): Promise<WebhookEndpoint> {
    const created = await endpoints.create(
      `whe_${randomUUID()}`,
      newWebhookEndpointSchema.parse({ url: "https://hooks.example.com/" }),
    );
    if (created === "full") throw new Error("there are too many endpoints");
    return created.endpoint;
  }

  const answer = (status: number, text = ""): DeliveryOutcome => ({
    kind: "answered",
    status,
    latencyMs: 12.5,
    answer: text,
  });

  function record(eventId: string, outcome: DeliveryOutcome, attempt = 1) {
    const verdict = afterDelivery(outcome, attempt, { random: () => 0.5, scale: 1 });
    const delivery = { endpointId: endpoint.id, eventId, type: "topup.succeeded" };
    return deliveries.record(delivery, outcome, verdict, failingLimits(1));
  }

  test("five days of only failures disable an endpoint, and not an hour less", async () => {
    expect(await record("1-0", answer(500))).toEqual({ kind: "recorded" });
    nowMs += WEBHOOK_FAILING_MS_MAX - HOUR_MS;
    expect(await record("2-0", answer(500))).toEqual({ kind: "warned", days: 3 });
    nowMs += HOUR_MS;
    expect(await record("3-0", { kind: "unanswered", code: "ECONNREFUSED", latencyMs: 1 })).toEqual({
      kind: "disabled",
    });
    expect(await endpoints.get(endpoint.id)).toMatchObject({
      state: "disabled",
      disabledReason: "failing",
      disabledAtMs: nowMs,
      failures: 3,
    });
  });

  test("an endpoint that only fails is warned of once after a day and once after three, and not an hour earlier", async () => {
    const fanOut = new FanOut(redis.client, { prefix: redis.prefix, nowMs: () => nowMs, owner: "test" });
    const failingSinceMs = nowMs;
    const steps: [afterHours: number, expected: object][] = [
      [0, { kind: "recorded" }],
      [23, { kind: "recorded" }],
      [24, { kind: "warned", days: 1 }],
      [25, { kind: "recorded" }],
      [71, { kind: "recorded" }],
      [72, { kind: "warned", days: 3 }],
      [119, { kind: "recorded" }],
      [120, { kind: "disabled" }],
    ];
    for (const [hours, expected] of steps) {
      nowMs = failingSinceMs + hours * HOUR_MS;
      expect(await record(`${hours}-0`, answer(500)), `${hours} h`).toEqual(expected);
    }
    const notices = (await fanOut.notices()).toSorted((one, other) => one.atMs - other.atMs);
    expect(notices).toMatchObject([
      { endpointId: endpoint.id, days: 1, failingSinceMs, atMs: failingSinceMs + 24 * HOUR_MS },
      { endpointId: endpoint.id, days: 3, failingSinceMs, atMs: failingSinceMs + 72 * HOUR_MS },
      { endpointId: endpoint.id, reason: "failing", atMs: failingSinceMs + 120 * HOUR_MS },
    ]);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(3);
  });

  test.each([
    ["a success", () => record("good-0", answer(200))],
    [
      "being disabled and enabled again",
      () => endpoints.disable(endpoint.id, "operator").then(() => endpoints.enable(endpoint.id)),
    ],
  ])("after %s it takes another day of only failures to be warned of", async (_, recover) => {
    await record("1-0", answer(500));
    nowMs += 24 * HOUR_MS;
    expect(await record("2-0", answer(500))).toEqual({ kind: "warned", days: 1 });
    await recover();
    expect(await record("3-0", answer(500))).toEqual({ kind: "recorded" });
    nowMs += 24 * HOUR_MS;
    expect(await record("4-0", answer(500))).toEqual({ kind: "warned", days: 1 });
  });

  test("one success starts the five days anew", async () => {
    await record("1-0", answer(500));
    nowMs += WEBHOOK_FAILING_MS_MAX - HOUR_MS;
    await record("2-0", answer(204));
    expect((await endpoints.get(endpoint.id))?.failingSinceMs).toBeUndefined();
    nowMs += 2 * HOUR_MS;
    expect(await record("3-0", answer(500))).toEqual({ kind: "recorded" });
    expect(await endpoints.get(endpoint.id)).toMatchObject({ state: "enabled", failures: 1, failingSinceMs: nowMs });
  });

  test("a rotated secret is valid until its time has come", async () => {
    const rotated = await endpoints.rotateSecret(endpoint.id, HOUR_MS);
    expect(rotated?.endpoint.oldSecretUntilMs).toBe(nowMs + HOUR_MS);
    nowMs += HOUR_MS - 1;
    expect((await endpoints.forSending(endpoint.id))?.secrets).toHaveLength(2);
    nowMs += 1;
    expect((await endpoints.forSending(endpoint.id))?.secrets).toEqual([rotated?.secret]);
  });

  test("every attempt is kept as it was, whatever stands in the answer", async () => {
    const outcomes: DeliveryOutcome[] = [
      { kind: "answered", status: 503, latencyMs: 13, answer: "a|b\n|c\u0000", retryAfterMs: 1_000 },
      { kind: "unanswered", code: "TIMEOUT", latencyMs: 15_000 },
      { kind: "refused", reason: "the URL must use port 443", latencyMs: 0 },
      { kind: "answered", status: 200, latencyMs: 7, answer: "" },
    ];
    for (const [index, outcome] of outcomes.entries()) await record("1-0", outcome, index + 1);
    const delivery = await deliveries.get(endpoint.id, "1-0");
    expect(delivery).toMatchObject({ state: "delivered", attemptCount: 4, type: "topup.succeeded" });
    expect(delivery?.attempts).toEqual(outcomes.map((outcome, index) => ({ number: index + 1, atMs: nowMs, outcome })));
  });

  test("a delivery takes less than 20 kB however often it fails, and ends after thirty days", async () => {
    for (let attempt = 1; attempt <= 40; attempt += 1) await record("1-0", answer(500, "x".repeat(1_024)), 1);
    const key = (await redis.client.keys(`*${endpoint.id}:1-0`))[0] ?? "";
    expect(await redis.client.call("MEMORY", "USAGE", key, "SAMPLES", "0")).toBeLessThan(20_000);
    expect((await deliveries.get(endpoint.id, "1-0"))?.attempts).toHaveLength(12);
    expect(await redis.client.pttl(key)).toBeLessThanOrEqual(30 * 24 * HOUR_MS);
    expect(await redis.client.pttl(key)).toBeGreaterThan(29 * 24 * HOUR_MS);
  });

  test("of an endpoint's deliveries the newest are kept, and read page by page", async () => {
    const count = DELIVERIES_MAX + 20;
    for (let start = 0; start < count; start += 1_000) {
      const length = Math.min(1_000, count - start);
      await Promise.all(
        Array.from({ length }, (_, index) => {
          nowMs += 1;
          return record(`${start + index}-0`, answer(200));
        }),
      );
    }
    expect(await redis.client.keys(`*${endpoint.id}:*`)).toHaveLength(DELIVERIES_MAX);
    const first = await deliveries.list(endpoint.id, { limit: 3 });
    expect(first.deliveries.map(({ eventId }) => eventId)).toEqual(["5019-0", "5018-0", "5017-0"]);
    const second = await deliveries.list(endpoint.id, { limit: 2, cursor: first.nextCursor ?? "" });
    expect(second.deliveries.map(({ eventId }) => eventId)).toEqual(["5016-0", "5015-0"]);
    await expect(deliveries.list(endpoint.id, { limit: 2, cursor: "nonsense" })).rejects.toThrow(RangeError);
  });

  test("there is room for a bounded number of endpoints", async () => {
    for (let count = 1; count < WEBHOOK_ENDPOINTS_MAX; count += 1) await create();
    await expect(create()).rejects.toThrow(/too many/);
    expect(await endpoints.list()).toHaveLength(WEBHOOK_ENDPOINTS_MAX);
  });

  test("a change leaves alone what it does not name, and no list shows a secret", async () => {
    const changed = await endpoints.update(endpoint.id, { eventTypes: ["topup.held"], description: "till" });
    expect(changed).toEqual({ ...endpoint, eventTypes: ["topup.held"], description: "till" });
    expect(await endpoints.update(endpoint.id, { description: "" })).toEqual({
      ...endpoint,
      eventTypes: ["topup.held"],
    });
    expect(JSON.stringify(await endpoints.list())).not.toContain("whsec_");
    expect(await endpoints.update("whe_none", { includeRecipient: true })).toBeUndefined();
  });
});
