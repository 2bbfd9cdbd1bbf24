/** What a person ended, and what nobody can know the end of, is not sent again by a rebuild. */
import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { loadProducerConfig, type RunningProducer, startProducer } from "@surefill/producer";
import { createLogger, openStateLog, systemClock, systemIds } from "@surefill/runtime";
import type { TopupRecord } from "@surefill/topup";
import { intentLine } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";
import { startPrivateRedis } from "../../support/redis-server.js";
import { rebuildReport, runSurefill } from "../../support/surefill.js";
import { LEASE, recordOf, requestFor } from "../../support/test-ledger.js";

const KEY = "a-key-of-the-test";
const REFERENCE = "ended-1";
const WHO = { by: "Ada Obi", reason: "paid under another reference" };

let server: PrivateRedis;
let pipeline: Pipeline;
let producer: RunningProducer;

beforeEach(async () => {
  server = await startPrivateRedis();
  pipeline = await openPipeline({ redisUrl: server.url });
  const config = loadProducerConfig({
    ...pipeline.env,
    PRODUCER_PORT: "0",
    API_KEYS: `test:${createHash("sha256").update(KEY).digest("hex")}`,
  });
  producer = await startProducer(config, { log: createLogger({ name: "producer", level: "silent" }) });
});
afterEach(async () => {
  await producer.close();
  await pipeline.close();
  await server.stop();
});

const posts = () => pipeline.sandbox.books({ rows: false }).totals.posts;

async function command(path: string, body?: object): Promise<number> {
  const response = await fetch(`${producer.url}/v1/topups/${REFERENCE}/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.status;
}

/** Claimed and written down as a worker does that dies before a byte has left. */
async function claimedAndGone(reference = REFERENCE): Promise<TopupRecord> {
  const { ledger, env } = pipeline;
  await ledger.accept([{ reference, request: requestFor(1) }]);
  const claim = await ledger.claim(reference, 1, LEASE);
  if (claim.kind !== "claimed") throw new Error(`${reference} was not claimed: ${claim.kind}`);
  const state = await openStateLog(
    { STATE_DIR: env.STATE_DIR ?? "", REDIS_PREFIX: env.REDIS_PREFIX ?? "", JOURNAL_DAYS: 90 },
    { process: "worker", clock: systemClock, ids: systemIds },
  );
  await state.log.append(intentLine(claim.record, ledger.witness));
  await state.log.close();
  return claim.record;
}

/** Everything in Redis is lost and rebuilt, and a worker runs on what was made. */
async function loseAndRebuild() {
  await pipeline.redis.client.flushall();
  const report = await rebuildReport(pipeline.env);
  await pipeline.reopenLedger();
  await pipeline.startWorker();
  return report;
}

describe("after Redis was lost and rebuilt", () => {
  test("a withdrawn top-up is withdrawn still, also for the caller that sends everything again", async () => {
    await pipeline.ledger.accept([{ reference: REFERENCE, request: requestFor(1) }]);
    expect(await command("cancel")).toBe(200);
    expect((await loseAndRebuild()).ended).toEqual([REFERENCE]);
    const [again] = await pipeline.ledger.accept([{ reference: REFERENCE, request: requestFor(1) }]);
    expect(again).toMatchObject({ kind: "exists", record: { state: "cancelled", commandKey: "test" } });
    // The producer follows the rebuilt ledger within a second.
    await expect.poll(() => command("cancel")).toBe(200);
    expect(posts()).toBe(0);
  });

  test("a verdict stands: what a person called failed is neither looked up nor sent", async () => {
    const claim = await claimedAndGone();
    await pipeline.ledger.move(claim, { to: "review", because: "unknown-too-often", patch: {} });
    // Only when what was sent a moment ago has had its time does absence prove anything.
    await expect.poll(() => command("resolve", { verdict: "failed", ...WHO })).toBe(200);
    expect(await loseAndRebuild()).toMatchObject({ ended: [REFERENCE], recreated: { unknown: [] }, toConfirm: [] });
    expect(await recordOf(pipeline.ledger, REFERENCE)).toMatchObject({
      state: "failed",
      resolvedBy: WHO.by,
      resolvedReason: WHO.reason,
    });
    const events = await pipeline.events(REFERENCE);
    expect(events.map(({ type }) => type)).toEqual(["topup.failed"]);
    expect(posts()).toBe(0);
  });

  test("what the report does not show is not sent before a person confirms, once for all, the number that was shown", async () => {
    await claimedAndGone();
    expect((await loseAndRebuild()).toConfirm).toEqual([REFERENCE]);
    await expect.poll(async () => (await recordOf(pipeline.ledger, REFERENCE)).holdReason).toBe("gate:recreated");
    expect(posts()).toBe(0);
    expect(await pipeline.ledger.gates.closed()).toMatchObject([{ name: "recreated", reason: "RECREATED" }]);

    const shown = await runSurefill(pipeline.env, "recreated");
    expect(shown).toMatchObject({ code: 1, printed: expect.stringContaining(`${REFERENCE}  held  5`) });
    const confirm = (count: string) =>
      runSurefill(pipeline.env, "recreated", "--confirm", count, "--by", WHO.by, "--reason", WHO.reason);
    expect(await confirm("2")).toMatchObject({ code: 1, told: [expect.stringContaining("1 wait by now, not 2")] });
    expect(posts()).toBe(0);
    expect(await confirm("1")).toMatchObject({ code: 0 });
    await pipeline.until(REFERENCE, "succeeded");
    expect(posts()).toBe(1);
    expect((await runSurefill(pipeline.env, "recreated")).code).toBe(0);
    const { changes } = JSON.parse((await runSurefill(pipeline.env, "changes", "--json")).printed);
    expect(changes).toMatchObject([
      { change: "rebuilt", by: "os-user" },
      { change: "confirmed", by: WHO.by, reason: WHO.reason, about: "1 top-ups" },
    ]);
  });

  test("what waits for the confirmation can be withdrawn instead", async () => {
    await claimedAndGone();
    await loseAndRebuild();
    await expect.poll(async () => (await recordOf(pipeline.ledger, REFERENCE)).holdReason).toBe("gate:recreated");
    expect(await command("cancel")).toBe(200);
    await runSurefill(pipeline.env, "recreated", "--confirm", "1", "--by", WHO.by, "--reason", WHO.reason);
    expect(await recordOf(pipeline.ledger, REFERENCE)).toMatchObject({ state: "cancelled" });
    expect(posts()).toBe(0);
  });
});

test("a decision that cannot be written down is refused, and nothing is moved", async () => {
  await pipeline.enqueue(topupTo("0001", REFERENCE));
  await rm(pipeline.env.STATE_DIR ?? "", { recursive: true });
  await writeFile(pipeline.env.STATE_DIR ?? "", ""); // Or the journal makes its folder again, and may write there.
  expect(await command("cancel")).toBe(503);
  expect(await recordOf(pipeline.ledger, REFERENCE)).toMatchObject({ state: "queued" });
});
