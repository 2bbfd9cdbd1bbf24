/**
 * Webhooks under everything at once, with real worker processes. `node scripts/bench-webhooks.mjs` does the same with
 * 10,000 events.
 */
import { beforeAll, expect, test } from "vitest";
import { deliverBesideDead } from "../../../bench/webhooks/neighbours.mjs";
import { runStorm } from "../../../bench/webhooks/storm.mjs";
import { findRedisServer, type RedisServer } from "../../../scripts/find-redis.mjs";

let server: RedisServer;
beforeAll(async () => {
  const found = await findRedisServer();
  if (found === undefined) throw new Error("These tests start their own Redis: install redis-server 7 or newer.");
  server = found;
});

test("every event arrives, none is invented and ids tell repetitions, though workers, Redis and receiver are killed", async () => {
  const report = await runStorm({ events: 600, seed: 7, deadlineMs: 250_000, server });
  expect(report).toMatchObject({ events: 600, arrived: 600, invented: 0, forged: 0, differing: 0 });
  expect(report.disruptions).toHaveLength(6);
  // Without failures and repetitions the storm would have shown nothing.
  expect(report.requests).toBeGreaterThan(650);
  expect(report.endpointState).toBe("enabled");
});

/** What one process opens to one endpoint at a time. A slot that such a request holds is free after its timeout only. */
const OPEN_TO_DEAD_MAX = 10;

test("a healthy endpoint has all its events before a single request to the dead one beside it is over", async () => {
  const { arrived, deadRequests } = await deliverBesideDead({ events: 150, server });
  expect(arrived).toBe(150);
  expect(deadRequests).toBeGreaterThan(0);
  expect(deadRequests).toBeLessThanOrEqual(OPEN_TO_DEAD_MAX);
});
