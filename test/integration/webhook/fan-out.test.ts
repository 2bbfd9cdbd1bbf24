/** The way from the event log into the queue: one process at a time, and nothing lost when one fails half-way. */
import { connectRedis, createLogger, systemClock } from "@surefill/runtime";
import type { WebhookJob } from "@surefill/topup";
import { FanOut, LOG_START } from "@surefill/topup-store";
import { dispatchEvents } from "@surefill/worker";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWebhookWorld, type WebhookWorld } from "../../support/webhook-world.js";

const LEASE_MS = 10_000;

let world: WebhookWorld;
let nowMs: number;
beforeEach(async () => {
  world = await openWebhookWorld();
  nowMs = 1_800_000_000_000;
});
afterEach(() => world.close());

function fanOut(owner: string): FanOut {
  const { client, prefix } = world.pipeline.redis;
  return new FanOut(client, { prefix, owner, nowMs: () => nowMs });
}

test("one process has the right to fan out until its lease ends or it gives the right back", async () => {
  const [one, other] = [fanOut("one"), fanOut("other")];
  expect(await one.take(LEASE_MS)).toBe(LOG_START);
  expect(await other.take(LEASE_MS)).toBeUndefined();
  nowMs += LEASE_MS - 1;
  expect(await one.take(LEASE_MS)).toBe(LOG_START);
  nowMs += LEASE_MS;
  expect(await other.take(LEASE_MS)).toBe(LOG_START);
  expect(await one.take(LEASE_MS)).toBeUndefined();
  await one.leave();
  expect(await one.take(LEASE_MS)).toBeUndefined();
  await other.leave();
  expect(await one.take(LEASE_MS)).toBe(LOG_START);
});

test("a process that has lost the right cannot move the cursor, and a repeated move is no second one", async () => {
  const [one, other] = [fanOut("one"), fanOut("other")];
  await one.take(LEASE_MS);
  expect(await one.advance(LOG_START, "5-0")).toBe(true);
  expect(await one.advance(LOG_START, "5-0")).toBe(true);
  nowMs += LEASE_MS;
  expect(await other.take(LEASE_MS)).toBe("5-0");
  expect(await one.advance("5-0", "9-0")).toBe(false);
  expect(await other.take(LEASE_MS)).toBe("5-0");
  expect(await other.advance("4-0", "9-0")).toBe(false);
  expect(await other.advance("5-0", "9-0")).toBe(true);
});

test("events whose deliveries could not be stored are fanned out again, each once more and none left out", async () => {
  const { url, prefix, client } = world.pipeline.redis;
  const { endpoint } = await world.subscribe("https://hooks.example.com/");
  const events = await world.emit(20);
  const stored: WebhookJob[] = [];
  let calls = 0;
  const stop = new AbortController();
  const blocking = await connectRedis({ url, role: "queue-worker", name: "test-events", onError: () => undefined });
  const dispatching = dispatchEvents({
    fanOut: new FanOut(client, { prefix, owner: "one" }),
    endpoints: world.endpoints,
    queue: {
      add: async (jobs) => {
        calls += 1;
        if (calls <= 2) throw new Error("Redis is away");
        stored.push(...jobs);
      },
    },
    blocking,
    clock: systemClock,
    log: createLogger({ name: "test", level: "silent" }),
    signal: stop.signal,
  });
  await expect.poll(() => stored.length).toBe(20);
  expect(stored).toEqual(events.map(({ id }) => ({ endpointId: endpoint.id, eventId: id, attempt: 1 })));
  stop.abort();
  await dispatching;
  // The right was given back: the next process need not wait.
  expect(await new FanOut(client, { prefix, owner: "other" }).take(LEASE_MS)).toBe(events.at(-1)?.id);
});

test("the lag is the age of the oldest event without deliveries, and nothing when all have theirs", async () => {
  const one = fanOut("one");
  expect(await one.lagMs()).toBe(0);
  const events = await world.emit(2);
  const [first, last] = [events[0], events.at(-1)];
  nowMs = Number.parseInt(first?.id ?? "", 10) + 4_000;
  expect(await one.lagMs()).toBe(4_000);
  await one.take(LEASE_MS);
  await one.advance(LOG_START, last?.id ?? "");
  expect(await one.lagMs()).toBe(0);
});
