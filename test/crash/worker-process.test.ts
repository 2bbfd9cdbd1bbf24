/**
 * Real worker processes, stopped, killed and frozen with signals while the local Reloadly counts what they sent. The
 * worker is the compiled one, as it runs in production.
 */
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { type StartedProcess, startProcess } from "../../scripts/processes.mjs";
import { openHoldingLine } from "../support/holding-line.js";
import { openPipeline, type Pipeline, topupTo } from "../support/pipeline.js";
import { startPrivateRedis } from "../support/redis-server.js";
import { waitFor } from "../support/wait-for.js";

const script = fileURLToPath(new URL("../../apps/worker/dist/main.js", import.meta.url));

let pipeline: Pipeline;
/** Undone newest first: workers before their Redis. */
const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (let next = cleanUps.pop(); next !== undefined; next = cleanUps.pop()) await next();
});

async function open(options: Parameters<typeof openPipeline>[0] = {}): Promise<void> {
  pipeline = await openPipeline(options);
  cleanUps.push(() => pipeline.close());
}

async function privateRedis(settings: Record<string, string> = {}) {
  const redis = await startPrivateRedis(settings);
  cleanUps.push(() => redis.stop());
  return redis;
}

async function startWorkerProcess(settings: Record<string, string> = {}): Promise<StartedProcess> {
  const env = { ...process.env, ...pipeline.env, ...settings };
  const started = await startProcess({ name: "worker", script, env });
  cleanUps.push(() => started.stop());
  return started;
}

function posts(): number {
  return pipeline.sandbox.books({ rows: false }).totals.posts;
}

function booksOf(customIdentifier: string) {
  return pipeline.sandbox.books({ customIdentifier }).identifiers?.[0];
}

async function enqueueMany(name: string, count: number): Promise<string[]> {
  const references = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  for (const [index, reference] of references.entries()) {
    await pipeline.enqueue(topupTo(String(6000 + index), reference));
  }
  return references;
}

describe("a worker that is told to stop in mid-flight", () => {
  test("ends cleanly within its deadline, with nothing half-done and nothing sent twice", async () => {
    await open({ sandbox: { latencyMs: { min: 200, max: 400 } } });
    const references = await enqueueMany("sigterm", 30);
    const first = await startWorkerProcess({ SUBMIT_CONCURRENCY: "6" });
    await expect.poll(posts, { interval: 5 }).toBeGreaterThan(0);
    process.kill(first.pid, "SIGTERM");
    expect(await first.exited).toBe(0);
    const counts = await pipeline.ledger.counts();
    expect(counts.submitting).toBe(0);
    expect(counts.queued).toBeGreaterThan(0);

    await startWorkerProcess();
    for (const reference of references) {
      expect(await pipeline.until(reference, "succeeded")).toMatchObject({ attempt: 1, interruptions: 0 });
    }
    expect(pipeline.sandbox.books({ rows: false }).totals).toMatchObject({ posts: 30, executions: 30 });
  });
});

describe("a worker that is killed in mid-POST", () => {
  test("leaves a top-up that the next worker finds at the provider and adopts, without a second POST", async () => {
    await open({ sandbox: { latencyMs: { min: 500, max: 500 } } });
    const first = await startWorkerProcess();
    await pipeline.enqueue(topupTo("6100", "killed"));
    await pipeline.until("killed", "submitting");
    process.kill(first.pid, "SIGKILL");
    await startWorkerProcess();
    const record = await pipeline.until("killed", "succeeded");
    expect(record).toMatchObject({ attempt: 1, interruptions: 1 });
    expect(booksOf("killed")?.executions).toBe(1);
  });
});

describe("a worker that freezes beyond its lease and wakes up", () => {
  test("sends nothing, and its late answer changes nothing", async () => {
    await open({ sandbox: { latencyMs: { min: 600, max: 600 } } });
    const zombie = await startWorkerProcess();
    await pipeline.enqueue(topupTo("6200", "frozen"));
    await pipeline.until("frozen", "submitting");
    process.kill(zombie.pid, "SIGSTOP");
    await startWorkerProcess();
    const record = await pipeline.until("frozen", "succeeded");
    expect(record).toMatchObject({ attempt: 1, interruptions: 1 });

    process.kill(zombie.pid, "SIGCONT");
    await pipeline.enqueue(topupTo("6201", "after-thaw"));
    await pipeline.until("after-thaw", "succeeded");
    expect(booksOf("frozen")?.executions).toBe(1);
    const completions = (await pipeline.events("frozen")).map(({ type }) => type);
    expect(completions).toEqual(["topup.succeeded"]);
  });
});

describe("a worker that is stopped between its claim and the POST", () => {
  test.for([
    ["longer than a command to Redis may take", 4_000],
    ["longer than the lock of its job lasts", 10_000],
  ] as const)("%s has sent nothing, and gives the claim back when it wakes up", async ([, stoppedMs], { expect }) => {
    await open({ settings: { SUBMIT_LEASE_MS: "60000", QUIET_MS: "60000" } });
    const line = await openHoldingLine(pipeline.redis.url);
    cleanUps.push(() => line.close());
    const worker = await startWorkerProcess({ REDIS_URL: line.url });
    const held = line.holdNextReply("claimed");
    await pipeline.enqueue(topupTo("6300", "stopped"));
    const release = await held;
    process.kill(worker.pid, "SIGSTOP");
    const { grantedAtMs = 0 } = await pipeline.until("stopped", "submitting");
    await waitFor(async () => expect(await pipeline.ledger.nowMs()).toBeGreaterThan(grantedAtMs + stoppedMs));
    release();
    process.kill(worker.pid, "SIGCONT");

    expect(await pipeline.until("stopped", "succeeded")).toMatchObject({ attempt: 1, rounds: 0, interruptions: 0 });
    const moves = (await pipeline.ledger.history("stopped")).map(({ because }) => because);
    expect(moves.slice(0, 4)).toEqual(["claimed", "not-sent", "claimed", "accepted-by-provider"]);
    expect(booksOf("stopped")).toMatchObject({ posts: 1, executions: 1 });
  });
});

describe("Redis", () => {
  test("killed and restarted under load loses no accepted top-up, and nobody is paid twice", async () => {
    const redis = await privateRedis();
    await open({ redisUrl: redis.url });
    await startWorkerProcess();
    const references = await enqueueMany("redis-kill", 40);
    await redis.kill();
    await redis.start();
    for (const reference of references) await pipeline.until(reference, "succeeded");
    expect(pipeline.sandbox.books({ rows: false }).totals).toMatchObject({
      executions: 40,
      identifiersWithSeveralExecutions: 0,
    });
  });

  test.for([
    ["evicts keys", { "maxmemory-policy": "allkeys-lru" }, /maxmemory-policy.*noeviction/s],
    ["keeps no append-only file", { appendonly: "no" }, /appendonly/],
  ] as const)("that %s is refused at start, with the reason and the cure", async ([, settings, says]) => {
    const redis = await privateRedis(settings);
    await open();
    const started = startWorkerProcess({ REDIS_URL: redis.url });
    await expect(started).rejects.toThrow(says);
    await expect(started).rejects.toThrow(/ended with code 78/);
  });
});
