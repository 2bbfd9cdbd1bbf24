/**
 * The connections of redis.ts against a real server that is killed, stopped and started again. Times are bounds on
 * what the caller waits, taken from the promise to the API's callers: an answer within a second on a machine that is free.
 */
import { connectRedis, type RedisRole } from "@surefill/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { startPrivateRedis } from "../../support/redis-server.js";
import { waitFor } from "../../support/wait-for.js";

const FAIL_FAST_ROLES = ["api", "ledger", "queue-producer"] as const satisfies readonly RedisRole[];
/** They take a fraction of a second. A connection that waits for Redis to come back would wait for the whole test. */
const ANSWER_MS_MAX = 30_000;

let server: PrivateRedis;
const closing: Array<() => void> = [];

beforeEach(async () => {
  server = await startPrivateRedis();
});

afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await server.stop();
});

async function open(role: RedisRole) {
  const errors: Error[] = [];
  const client = await connectRedis({
    url: server.url,
    role,
    name: `test-${role}`,
    onError: (error) => errors.push(error),
  });
  closing.push(() => client.disconnect());
  return { client, errors };
}

/** How `work` ended, and after how long. */
async function timed(work: () => Promise<unknown>): Promise<{ failed: boolean; tookMs: number }> {
  const startedAtMs = performance.now();
  const failed = await work().then(
    () => false,
    () => true,
  );
  return { failed, tookMs: performance.now() - startedAtMs };
}

describe.each(FAIL_FAST_ROLES)("a %s connection", (role) => {
  test("answers at once that Redis is down, and works again when Redis is back", async () => {
    const { client, errors } = await open(role);
    await client.set("kept", "1");
    await server.kill();
    const whileDown = await timed(() => client.incr("never"));
    expect(whileDown.failed).toBe(true);
    expect(whileDown.tookMs).toBeLessThan(ANSWER_MS_MAX);
    await waitFor(() => expect(errors.length).toBeGreaterThan(0));
    await server.start();
    await waitFor(async () => expect(await client.get("kept")).toBe("1"));
  });

  test("a command whose reply is lost is rejected, and neither it nor a refused one runs later", async () => {
    const { client } = await open(role);
    process.kill(server.pid ?? 0, "SIGSTOP");
    const lost = timed(() => client.incr("lost"));
    // Written to the socket before the kill: the next turn of the event loop sends it.
    await new Promise((resolve) => setImmediate(resolve));
    await server.kill();
    expect((await lost).failed).toBe(true);
    await waitFor(() => expect(client.status).not.toBe("ready"));
    // Refused at once, not queued: a queued command runs after the reconnection, when its caller has long given up.
    let refused = false;
    client.incr("refused").catch(() => {
      refused = true;
    });
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(refused).toBe(true);
    await server.start();
    await waitFor(() => client.ping());
    expect(await client.mget("lost", "refused")).toEqual([null, null]);
  });
});

test("the API's connection answers soon when Redis hangs, also behind a command in flight", async () => {
  const { client } = await open("api");
  process.kill(server.pid ?? 0, "SIGSTOP");
  const first = timed(() => client.get("a"));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const second = timed(() => client.get("b"));
  const results = await Promise.all([first, second]);
  process.kill(server.pid ?? 0, "SIGCONT");
  expect(results.map(({ failed }) => failed)).toEqual([true, true]);
  for (const { tookMs } of results) expect(tookMs).toBeLessThan(ANSWER_MS_MAX);
});

test("a queue worker's connection waits for Redis to come back and then runs its command", async () => {
  const { client } = await open("queue-worker");
  await server.kill();
  const waiting = client.incr("later");
  await server.start();
  expect(await waiting).toBe(1);
});

test("no Redis at the address: the error names host and port and never the password", async () => {
  const { port } = server;
  await server.kill();
  const attempt = connectRedis({
    url: `redis://somebody:canary-password@127.0.0.1:${port}/2`,
    role: "api",
    name: "test",
    onError: () => undefined,
  });
  const error: unknown = await attempt.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toContain(`127.0.0.1:${port}`);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("canary-password");
});
