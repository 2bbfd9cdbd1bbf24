/** Jobs that are lost, wallets that run dry, workers that stop: the ledger alone brings every top-up to its end. */
import { QUEUES } from "@surefill/topup";
import { ledgerKeys } from "@surefill/topup-store";
import { afterEach, expect, test } from "vitest";
import { openLiveAudit } from "../../support/live-audit.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;
afterEach(() => pipeline.close());

async function deleteEveryJob(): Promise<void> {
  const { client, prefix } = pipeline.redis;
  for (const queue of Object.values(QUEUES)) {
    for await (const keys of client.scanStream({ match: `${prefix}:{0}:${queue}:*`, count: 1_000 })) {
      if (keys.length > 0) await client.unlink(...keys);
    }
  }
}

test("losing every job of both queues loses no top-up and pays none twice", async () => {
  pipeline = await openPipeline({ sandbox: { processingMs: { min: 300, max: 600 } } });
  const references = Array.from({ length: 30 }, (_, index) => `lost-${index}`);
  for (const [index, reference] of references.entries())
    await pipeline.enqueue(topupTo(String(2000 + index), reference));
  await pipeline.startWorker();
  await pipeline.until("lost-0", "processing", "succeeded");
  await deleteEveryJob();
  for (const reference of references) await pipeline.until(reference, "succeeded");
  for (const reference of references) {
    const [row] = pipeline.sandbox.books({ customIdentifier: reference }).identifiers ?? [];
    expect(row, reference).toMatchObject({ posts: 1, executions: 1 });
  }
});

test("an empty wallet parks what cannot be paid, and it goes on by itself when money is paid in", async () => {
  pipeline = await openPipeline({ sandbox: { initialBalance: "12" } });
  // The gate would stay closed for a minute: only the balance can open it earlier.
  await pipeline.startWorker({ GATE_FIRST_MS: "60000", GATE_DELAY_MS_MAX: "60000" });
  const references = Array.from({ length: 8 }, (_, index) => `dry-${index}`);
  for (const [index, reference] of references.entries())
    await pipeline.enqueue(topupTo(String(3000 + index), reference));
  await expect.poll(async () => (await pipeline.ledger.counts()).held).toBeGreaterThan(4);
  expect((await pipeline.ledger.gates.closed()).map(({ name, reason }) => [name, reason])).toEqual([
    ["account", "INSUFFICIENT_BALANCE"],
  ]);
  pipeline.sandbox.topUpWallet("100");
  for (const reference of references) await pipeline.until(reference, "succeeded");
  const { totals } = pipeline.sandbox.books({ rows: false });
  expect(totals).toMatchObject({ executions: 8, identifiersWithSeveralExecutions: 0 });
});

test("a worker that stops in mid-flight finishes what it sent; nothing is sent twice and no attempt is used up", async () => {
  pipeline = await openPipeline({ sandbox: { latencyMs: { min: 150, max: 300 } } });
  const references = Array.from({ length: 20 }, (_, index) => `drain-${index}`);
  for (const [index, reference] of references.entries())
    await pipeline.enqueue(topupTo(String(4000 + index), reference));
  const first = await pipeline.startWorker({ SUBMIT_CONCURRENCY: "5" });
  await expect.poll(() => pipeline.sandbox.books({ rows: false }).totals.posts, { interval: 5 }).toBeGreaterThan(0);
  expect(await first.close()).toBe(true);
  expect((await pipeline.ledger.counts()).submitting).toBe(0);
  await pipeline.startWorker();
  for (const reference of references) {
    const record = await pipeline.until(reference, "succeeded");
    expect(record).toMatchObject({ attempt: 1, interruptions: 0 });
  }
  expect(pipeline.sandbox.books({ rows: false }).totals).toMatchObject({ posts: 20, executions: 20 });
});

test("a claim whose worker was lost becomes unknown after its lease, is looked up, and is paid once", async () => {
  pipeline = await openPipeline();
  await pipeline.enqueue(topupTo("5000", "orphan"));
  // What a worker leaves that is killed between its claim and its POST.
  const claimed = await pipeline.ledger.claim("orphan", 1, { leaseMs: 300, holdJitterMs: 0 });
  expect(claimed.kind).toBe("claimed");
  await pipeline.startWorker();
  const record = await pipeline.until("orphan", "succeeded");
  expect(record).toMatchObject({ attempt: 1, interruptions: 1, rounds: 1, submits: 2 });
  expect(pipeline.sandbox.books({ customIdentifier: "orphan" }).identifiers?.[0]).toMatchObject({
    posts: 1,
    executions: 1,
  });
});

test("a POST whose worker was killed is found and adopted long before its lease ends", async () => {
  pipeline = await openPipeline();
  const { request } = await pipeline.enqueue(topupTo("5003", "open-post"));
  const claimed = await pipeline.ledger.claim("open-post", 1, { leaseMs: 3_600_000, holdJitterMs: 0 });
  expect(claimed.kind).toBe("claimed");
  // The POST is executed, and its worker is not there to hear the answer.
  const { client, close } = await openLiveAudit(pipeline);
  const { operatorId, amount, recipientPhone } = request;
  if (operatorId === "auto" || recipientPhone === undefined) throw new Error("bad test data");
  await client.sendTopupAsync(
    { operatorId, amount, recipientPhone, useLocalAmount: false, customIdentifier: "open-post" },
    { signal: AbortSignal.timeout(60_000) },
  );
  await close();
  await pipeline.startWorker();
  const record = await pipeline.until("open-post", "succeeded");
  expect(record).toMatchObject({ attempt: 1, interruptions: 1, rounds: 0, submits: 1 });
  const identifiers = pipeline.sandbox.books({ customIdentifier: "open-post" }).identifiers;
  expect(identifiers?.[0]).toMatchObject({ posts: 1, executions: 1 });
});

test("a provider that no worker reaches closes the account's gate, and sending resumes when it is back", async () => {
  pipeline = await openPipeline();
  const long = { GATE_FIRST_MS: "6000000", GATE_DELAY_MS_MAX: "6000000" };
  const away = await pipeline.startWorker({ RELOADLY_CLIENT_SECRET: "wrong-secret", ...long });
  await pipeline.enqueue(topupTo("5001", "away"));
  await expect
    .poll(async () => (await pipeline.ledger.gates.closed()).map(({ name, reason }) => [name, reason]))
    .toEqual([["account", "INVALID_CREDENTIALS"]]);
  const readiness = async () => {
    const ready = await fetch(`${away.url}/readyz`);
    return [ready.status, await ready.text()];
  };
  await expect.poll(readiness).toEqual([503, expect.stringContaining("does not reach Reloadly")]);
  expect((await pipeline.ledger.look("away"))?.record.submits).toBe(0);
  await away.close();
  await pipeline.startWorker({ SWEEP_LATE_MS: "50" });
  await pipeline.until("away", "succeeded");
});

test("a worker that alone does not reach the provider leaves the jobs to the others", async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker({ RELOADLY_CLIENT_SECRET: "wrong-secret" });
  await pipeline.startWorker();
  const { client, prefix } = pipeline.redis;
  await expect.poll(() => client.zcard(ledgerKeys(prefix).workers)).toBe(2);
  const references = Array.from({ length: 30 }, (_, index) => `reached-${index}`);
  for (const [index, reference] of references.entries())
    await pipeline.enqueue(topupTo(String(7000 + index), reference));
  for (const reference of references) await pipeline.until(reference, "succeeded");
  expect(await pipeline.ledger.gates.closed()).toEqual([]);
  expect(pipeline.sandbox.books({ rows: false }).totals).toMatchObject({ posts: 30, executions: 30 });
});

test("one top-up that costs more than the wallet holds waits alone, and is sent when there is money", async () => {
  pipeline = await openPipeline({ sandbox: { initialBalance: "40" } });
  await pipeline.startWorker({ GATE_FIRST_MS: "60000", GATE_DELAY_MS_MAX: "60000" });
  await pipeline.enqueue(topupTo("7100", "dear", { amount: "45" }));
  const dear = await pipeline.until("dear", "held");
  expect(dear).toMatchObject({ holdReason: "gate:balance", code: "INSUFFICIENT_BALANCE" });
  const cheap = Array.from({ length: 10 }, (_, index) => `cheap-${index}`);
  for (const [index, reference] of cheap.entries())
    await pipeline.enqueue(topupTo(String(7200 + index), reference, { amount: "3" }));
  for (const reference of cheap) await pipeline.until(reference, "succeeded");
  expect(await pipeline.ledger.gates.closed()).toEqual([]);
  pipeline.sandbox.topUpWallet("200");
  await pipeline.until("dear", "succeeded");
});

test("a replacement alarm that ended without doing its work is replaced too", async () => {
  pipeline = await openPipeline();
  const { reference } = await pipeline.enqueue(topupTo("5002", "replaced"));
  const queue = pipeline.queue(QUEUES.submit);
  await queue.remove(`submit-${reference}-1-0`);
  // What is left when the replacement's worker could do nothing with it, ten times over.
  const ended = await queue.add(QUEUES.submit, { reference, attempt: 1 }, { jobId: `submit-${reference}-1-0-s1` });
  const { client, prefix } = pipeline.redis;
  await client.lrem(`${prefix}:{0}:submit:wait`, 1, ended.id ?? "");
  await client.zadd(`${prefix}:{0}:submit:failed`, Date.now(), ended.id ?? "");
  await client.hset(`${prefix}:{0}:submit:${ended.id}`, { finishedOn: Date.now(), failedReason: "a defect" });
  await pipeline.startWorker();
  await pipeline.until(reference, "succeeded");
});
