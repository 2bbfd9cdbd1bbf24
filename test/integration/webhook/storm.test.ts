/**
 * Webhooks under everything at once, with real worker processes. `node scripts/bench-webhooks.mjs` does the same with
 * 10,000 events.
 */
import { beforeAll, expect, test } from "vitest";
import { measureNeighbours } from "../../../bench/webhooks/neighbours.mjs";
import { runStorm } from "../../../bench/webhooks/storm.mjs";
import { findRedisServer, type RedisServer } from "../../../scripts/find-redis.mjs";

let server: RedisServer;
beforeAll(async () => {
  const found = await findRedisServer();
  if (found === undefined) throw new Error("These tests start their own Redis: install redis-server 7 or newer.");
  server = found;
});

test("every event arrives, none is invented and ids tell repetitions, though workers, Redis and receiver are killed", {
  timeout: 150_000,
}, async () => {
  const report = await runStorm({ events: 600, seed: 7, deadlineMs: 120_000, server });
  expect(report).toMatchObject({ events: 600, arrived: 600, invented: 0, forged: 0, differing: 0 });
  expect(report.disruptions).toHaveLength(6);
  // Without failures and repetitions the storm would have shown nothing.
  expect(report.requests).toBeGreaterThan(650);
  expect(report.endpointState).toBe("enabled");
});

test("a healthy endpoint does not wait for a dead one beside it", { timeout: 60_000 }, async () => {
  const { alone, beside, deadRequests } = await measureNeighbours({ events: 500, perSecond: 100, server });
  console.log(`healthy alone: p99 ${alone.p99Ms} ms; beside a dead endpoint: p99 ${beside.p99Ms} ms`);
  expect(deadRequests).toBeGreaterThan(0);
  // Whoever waited for a request to the dead one would wait for three seconds. The rest is the noise of a shared machine.
  expect(beside.p99Ms).toBeLessThan(alone.p99Ms + 1_500);
});
