/**
 * The drill of docs/operations.md on a Redis of its own: data is lost in mid-run under a real worker, the loss is
 * noticed, the ledger rebuilt, and the provider's own books say that everybody was paid once.
 */
import { cp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { stateDirectory } from "@surefill/runtime";
import { customIdentifierOf, QUEUES } from "@surefill/topup";
import { type Intent, LOG_START, readEvents } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readIntents } from "../../../apps/cli/src/journals.js";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { startCorruptingProxy } from "../../support/corrupting-proxy.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

import { startPrivateRedis } from "../../support/redis-server.js";
import { rebuildReport, runSurefill } from "../../support/surefill.js";

let server: PrivateRedis;
let pipeline: Pipeline;

beforeEach(async () => {
  server = await startPrivateRedis();
  pipeline = await openPipeline({
    redisUrl: server.url,
    sandbox: { latencyMs: { min: 60, max: 100 } },
    settings: { SUBMIT_CONCURRENCY: "4" },
  });
});
afterEach(async () => {
  await pipeline.close();
  await server.stop();
});

const COUNT = 24;
const references = Array.from({ length: COUNT }, (_, index) => `drill-${index}`);
const sendAll = () =>
  Promise.all(references.map((each, index) => pipeline.enqueue(topupTo(String(6_000 + index), each))));
const totals = () => pipeline.sandbox.books({ rows: false }).totals;

/** In mid-run the worker ends, and the ledger and all journals are gone. */
async function loseEverything(): Promise<void> {
  const worker = await pipeline.startWorker();
  await sendAll();
  await expect.poll(() => totals().posts, { interval: 5 }).toBeGreaterThan(5);
  await worker.close();
  await pipeline.redis.client.flushall();
  await rm(pipeline.env.STATE_DIR ?? "", { recursive: true });
}

/** The claims that the workers wrote down. */
async function intents(): Promise<Intent[]> {
  const { STATE_DIR = "", REDIS_PREFIX = "" } = pipeline.env;
  const found: Intent[] = [];
  for await (const intent of readIntents([stateDirectory({ STATE_DIR, REDIS_PREFIX })])) {
    if (intent.kind === "intent") found.push(intent);
  }
  return found;
}

async function readiness(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, text: await response.text() };
}

/** Sends all references again, as callers do after a loss, and waits until each is paid. */
async function everybodyIsPaidOnce(): Promise<void> {
  await expect.poll(() => pipeline.ledger.check().then(() => "whole", String)).toBe("whole");
  await sendAll();
  for (const reference of references) await pipeline.until(reference, "succeeded");
  expect(totals()).toMatchObject({ executions: COUNT });
  for (const reference of references) {
    const books = pipeline.sandbox.books({ customIdentifier: customIdentifierOf(reference, 1) });
    expect(books.identifiers?.[0], reference).toMatchObject({ executions: 1 });
  }
  const verified = await runSurefill(pipeline.env, "verify", "--settled");
  expect(verified, verified.printed + verified.told.join("\n")).toMatchObject({ code: 0 });
}

describe("FLUSHALL in mid-run", () => {
  test("is noticed before the next claim; after a rebuild the worker goes on by itself, and nobody is paid twice", async () => {
    const worker = await pipeline.startWorker();
    await sendAll();
    await expect.poll(() => totals().posts, { interval: 5 }).toBeGreaterThan(5);
    await pipeline.redis.client.flushall();
    const flushedAtMs = await pipeline.ledger.nowMs();
    await expect.poll(() => readiness(worker.url)).toMatchObject({ status: 503 });
    expect((await readiness(worker.url)).text).toContain("surefill rebuild");

    const dryRun = await rebuildReport(pipeline.env, "--dry-run");
    expect(dryRun).toMatchObject({ loss: "missing", epoch: null });
    expect(await pipeline.redis.client.exists(`${pipeline.redis.prefix}:{0}:meta`)).toBe(0);

    const report = await rebuildReport(pipeline.env);
    // Whoever was sent had been claimed, and written down, before the flush; everybody of them is known again.
    const written = await intents();
    const posted = totals().posts;
    expect(posted).toBeGreaterThan(5);
    expect(written.filter(({ atMs }) => atMs > flushedAtMs)).toEqual([]);
    expect(posted).toBeLessThanOrEqual(written.length);
    expect([...report.recreated.unknown, ...report.recreated.processing].toSorted()).toEqual(
      written.map(({ reference }) => reference).toSorted(),
    );

    await expect.poll(() => readiness(worker.url)).toMatchObject({ status: 200 });
    for (const { reference } of written) await pipeline.until(reference, "succeeded");
    await everybodyIsPaidOnce();
  });

  test("costs no voucher: a PIN that was paid for before is on record again", async () => {
    const before = await pipeline.startWorker();
    const recipientPhone = { countryCode: "GR", number: "+306901234567" };
    await pipeline.enqueue({ reference: "voucher", operatorId: 672, amount: "5.45", recipientPhone });
    const pin = (await pipeline.until("voucher", "succeeded")).settlement?.pin;
    expect(pin?.code).toMatch(/^\d{15}$/);
    await before.close();
    await pipeline.redis.client.flushall();
    await rm(pipeline.env.STATE_DIR ?? "", { recursive: true });

    const report = await rebuildReport(pipeline.env, "--no-journals");

    expect(report.recreated.processing).toEqual(["voucher"]);
    await pipeline.reopenLedger();
    await pipeline.startWorker();
    expect((await pipeline.until("voucher", "succeeded")).settlement?.pin).toEqual(pin);
  });

  test("says which top-ups it could not read in the report, and takes none of them for unpaid", async () => {
    const worker = await pipeline.startWorker();
    await pipeline.enqueue(topupTo("0001", "readable"));
    await pipeline.enqueue(topupTo("0100", "unreadable"));
    for (const reference of ["readable", "unreadable"]) await pipeline.until(reference, "succeeded");
    await worker.close();
    await pipeline.redis.client.flushall();
    await rm(pipeline.env.STATE_DIR ?? "", { recursive: true });
    const row = /"transactionId":\d+(?=[^}]*"customIdentifier":"unreadable")/;
    let isCorrupt = true;
    const proxy = await startCorruptingProxy(pipeline.sandbox.url, (body) =>
      isCorrupt ? body.replace(row, '"transactionId":"?"') : body,
    );

    const report = await rebuildReport({ ...pipeline.env, RELOADLY_URL: proxy.url }, "--no-journals");

    expect(report).toMatchObject({ unreadable: ["unreadable"], unreadableRows: 0, transactions: 1 });
    expect(report.recreated.processing).toEqual(["readable"]);
    // Whoever sends it again is answered by the provider, which has it.
    await pipeline.reopenLedger();
    isCorrupt = false;
    const after = await pipeline.startWorker({ RELOADLY_URL: proxy.url });
    await pipeline.enqueue(topupTo("0100", "unreadable"));
    await pipeline.until("unreadable", "succeeded");
    expect(totals().executions).toBe(2);
    await after.close();
    await proxy.close();
  });

  test("with the journals gone, too, is mended from the report, and who sends again is not paid again", async () => {
    await loseEverything();

    const refused = await runSurefill(pipeline.env, "rebuild");
    expect(refused).toMatchObject({ code: 1, printed: "" });
    expect(refused.told.join()).toContain("--no-journals");
    const report = await rebuildReport(pipeline.env, "--no-journals");
    expect(report.recreated.processing).toHaveLength(totals().executions);
    expect(report.recreated.unknown).toEqual([]);
    expect(report.unreadable).toEqual([]);

    // Processes that knew the lost ledger, and whose epoch nobody knows any more, are started anew.
    await pipeline.reopenLedger();
    await pipeline.startWorker();
    await everybodyIsPaidOnce();
  });

  test("leaves what a rebuild could not know to the workers' audit, which tells of every transaction", async () => {
    await loseEverything();
    const report = await rebuildReport(pipeline.env, "--no-journals", "--no-report");
    expect(report.recreated).toEqual({ unknown: [], processing: [] });

    await pipeline.startWorker({ AUDIT_OPEN_INTERVAL_MS: "150", AUDIT_RECENT_INTERVAL_MS: "300" });
    const { client, prefix } = pipeline.redis;
    const orphans = async () =>
      (await readEvents(client, prefix, LOG_START, 10_000)).filter(({ type }) => type === "provider.orphan");
    await expect.poll(orphans).toHaveLength(totals().executions);
  });

  test("nobody is paid twice where, with every journal lost, a person creates a ledger in place of a rebuild", async () => {
    await loseEverything();
    expect((await runSurefill(pipeline.env, "init")).code).toBe(0);
    await pipeline.reopenLedger();
    await pipeline.startWorker();
    await everybodyIsPaidOnce();
  });
});

describe("an older copy of Redis's files that is put back in mid-run", () => {
  const files = () => join(server.dir, "appendonlydir");
  const copy = () => join(server.dir, "older-copy");

  test("is noticed; a rebuild brings forward what was sent since, and nobody is paid twice", async () => {
    await sendAll();
    await server.kill();
    await cp(files(), copy(), { recursive: true });
    await server.start();
    // The worker knows nothing of the ledger yet, and Redis is another server: the one who wrote to it tells it so.
    await expect.poll(() => pipeline.ledger.check().then(() => "whole", String)).toBe("whole");
    const worker = await pipeline.startWorker();
    await expect.poll(() => totals().posts, { interval: 5 }).toBeGreaterThan(10);
    await server.kill();
    await rm(files(), { recursive: true });
    await cp(copy(), files(), { recursive: true });
    await server.start();

    await expect.poll(() => readiness(worker.url)).toMatchObject({ status: 503 });
    const report = await rebuildReport(pipeline.env);
    expect(report.loss).toBe("behind");
    // Each of the POSTs that were seen had been written down before.
    expect(report.recreated.unknown.length + report.recreated.processing.length).toBeGreaterThan(10);
    for (const reference of references) await pipeline.until(reference, "succeeded");
    await everybodyIsPaidOnce();
    expect(totals().posts).toBe(COUNT);
  });
});

describe("a process that starts on a Redis that has lost data", () => {
  test("sends nothing and says why, and goes on by itself once the ledger is rebuilt", async () => {
    const first = await pipeline.startWorker();
    await sendAll();
    for (const reference of references) await pipeline.until(reference, "succeeded");
    await first.close();
    await pipeline.redis.client.flushall();
    const worker = await pipeline.startWorker();
    expect((await readiness(worker.url)).text).toMatch(/^nothing is sent: .*gone from Redis.*surefill rebuild/);
    const metrics = await (await fetch(`${worker.url}/metrics`)).text();
    expect(metrics).toMatch(/^surefill_ledger_lost\{program="(worker|producer)"\} 1$/m);
    await rebuildReport(pipeline.env);
    await expect.poll(() => readiness(worker.url)).toMatchObject({ status: 200 });
    await everybodyIsPaidOnce();
    expect(totals().posts).toBe(COUNT);
  });
});

describe("a rebuild", () => {
  test("of a ledger that has lost nothing changes nothing", async () => {
    await pipeline.startWorker();
    await sendAll();
    for (const reference of references) await pipeline.until(reference, "succeeded");
    const before = await pipeline.ledger.records(references);
    const report = await rebuildReport(pipeline.env);
    expect(report).toMatchObject({ loss: null, epoch: null, intents: COUNT, transactions: COUNT, foreign: 0 });
    expect(report).toMatchObject({ recreated: { unknown: [], processing: [] }, evidence: [], unreadable: [] });
    expect(await pipeline.ledger.records(references)).toEqual(before);
    expect((await runSurefill(pipeline.env, "rebuild")).printed).toContain("Nothing was lost");
  });

  test("that is refused by the provider says so, and leaves the ledger refused", async () => {
    const worker = await pipeline.startWorker();
    await pipeline.enqueue(topupTo("1111", "drill-0"));
    await pipeline.until("drill-0", "succeeded");
    await pipeline.redis.client.flushall();
    const run = await runSurefill({ ...pipeline.env, RELOADLY_CLIENT_SECRET: "wrong" }, "rebuild");
    expect(run).toMatchObject({ code: 1, printed: "" });
    expect(run.told.join("\n")).toContain("Could not rebuild");
    const another = await runSurefill({ ...pipeline.env, RELOADLY_URL: "http://127.0.0.1:9" }, "rebuild");
    expect(another).toMatchObject({ code: 78, printed: "" });
    expect(another.told.join("\n")).toContain("belongs to local:");
    expect(await readiness(worker.url)).toMatchObject({ status: 503 });
  });
});

test("deleting every key of every queue in mid-run loses no top-up and pays none twice", async () => {
  await pipeline.startWorker();
  await sendAll();
  await expect.poll(() => totals().posts, { interval: 5 }).toBeGreaterThan(5);
  for (const queue of Object.values(QUEUES)) {
    const keys = await pipeline.redis.client.keys(`${pipeline.redis.prefix}:{0}:${queue}:*`);
    expect(keys.length).toBeGreaterThan(0);
    await pipeline.redis.client.del(...keys);
  }
  for (const reference of references) await pipeline.until(reference, "succeeded");
  expect(totals()).toMatchObject({ posts: COUNT, executions: COUNT });
});

test("what the journals hold is in files of the process's user alone, one for each process", async () => {
  const worker = await pipeline.startWorker();
  await pipeline.enqueue(topupTo("1111", "drill-0"));
  await pipeline.until("drill-0", "succeeded");
  await worker.close();
  const { STATE_DIR = "", REDIS_PREFIX = "" } = pipeline.env;
  expect(await readdir(stateDirectory({ STATE_DIR, REDIS_PREFIX }))).toEqual([
    "folder-id",
    expect.stringMatching(/^worker-[0-9a-f-]{36}\.1\.jsonl$/),
  ]);
  expect(await intents()).toMatchObject([{ reference: "drill-0", attempt: 1, customIdentifier: "drill-0", fence: 1 }]);
});
