/**
 * The sweeper on a real ledger and real queues. Its gap is between listing what is overdue and looking at it: what
 * happens there is put there by hand.
 */
import { createLogger, systemChance, systemClock } from "@surefill/runtime";
import { afterPoll, afterSubmit, DEFAULT_TIMINGS, QUEUES, type TopupRecord } from "@surefill/topup";
import type { Ledger } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Metrics } from "../../../apps/worker/src/metrics.js";
import type { Alarms } from "../../../apps/worker/src/queue/alarms.js";
import { sweep } from "../../../apps/worker/src/sweep/sweeper.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;
let rung: string[];
beforeEach(async () => {
  pipeline = await openPipeline();
  rung = [];
});
afterEach(() => pipeline.close());

const alarms: Alarms = {
  ring: async (queue, job) => void rung.push(`${queue} ${job.reference}`),
  find: async () => "gone",
  hurry: async () => undefined,
};

/** Sweeps as if these had been listed as overdue a moment ago. */
function sweepListed(...references: string[]): Promise<number> {
  const { ledger } = pipeline;
  const listed = {
    overdue: async () => references,
    look: (reference: string) => ledger.look(reference),
    ring: (record: TopupRecord, dueAtMs: number) => ledger.ring(record, dueAtMs),
    move: (...args: Parameters<Ledger["move"]>) => ledger.move(...args),
  } as unknown as Ledger;
  return sweep({
    ledger: listed,
    alarms,
    log: createLogger({ name: "test", level: "silent" }),
    clock: systemClock,
    chance: systemChance,
    timings: DEFAULT_TIMINGS,
    metrics: new Metrics(async () => ({
      topupsByState: {},
      jobs: [],
      closedGates: [],
      campaigns: [],
      oldestOverdueSeconds: 0,
      fanOutLagSeconds: 0,
      isLedgerLost: false,
      isLedgerComparing: false,
      needsPerson: [],
    })),
    lateMs: 30_000,
  });
}

/** Brings a top-up to `held` on FAILED, as a worker does. */
async function holdOnFailed(reference: string): Promise<TopupRecord> {
  const { ledger } = pipeline;
  const record = await claim(reference);
  const context = { nowMs: await ledger.nowMs(), random: () => 0, timings: DEFAULT_TIMINGS };
  await ledger.move(record, afterSubmit(record, { kind: "accepted", transactionId: 4711 }, 1, context));
  const processing = await ledger.look(reference);
  if (processing === undefined) throw new Error("it is gone");
  await ledger.move(processing.record, afterPoll(processing.record, { kind: "failed" }, 1, context));
  return (await ledger.look(reference))?.record ?? record;
}

async function claim(reference: string): Promise<TopupRecord> {
  await pipeline.enqueue(topupTo("7100", reference));
  const claimed = await pipeline.ledger.claim(reference, 1, { leaseMs: 120_000, holdJitterMs: 0 });
  if (claimed.kind !== "claimed") throw new Error(`not claimed: ${claimed.kind}`);
  return claimed.record;
}

/** Makes a record's alarm overdue, as if its job had been lost that long ago. */
async function overdueBy(reference: string, ms: number): Promise<void> {
  const dueAt = String((await pipeline.ledger.nowMs()) - ms);
  const base = `${pipeline.redis.prefix}:{0}:`;
  await pipeline.redis.client.hset(`${base}t:${reference}`, { dueAt });
  await pipeline.redis.client.zadd(`${base}due`, dueAt, reference);
}

describe("what happened since a top-up was listed as overdue", () => {
  test("a hold on FAILED that began is not cut short", async () => {
    const held = await holdOnFailed("begun-hold");
    expect(held).toMatchObject({ state: "held", holdReason: "failed" });
    expect(await sweepListed("begun-hold")).toBe(0);
    expect((await pipeline.ledger.look("begun-hold"))?.record).toEqual(held);
    expect(rung).toEqual([]);
  });

  test("a claim that was granted keeps its lease", async () => {
    const submitting = await claim("begun-lease");
    expect(await sweepListed("begun-lease")).toBe(0);
    expect((await pipeline.ledger.look("begun-lease"))?.record).toEqual(submitting);
  });
});

test("one record that cannot be read does not keep the others from their alarms", async () => {
  await pipeline.enqueue(topupTo("7101", "broken"));
  await pipeline.enqueue(topupTo("7102", "sound"));
  await overdueBy("sound", 60_000);
  await pipeline.redis.client.hset(`${pipeline.redis.prefix}:{0}:t:broken`, { state: "nonsense" });
  expect(await sweepListed("broken", "sound")).toBe(1);
  expect(rung).toEqual(["submit sound"]);
});

test("a poll that was lost long ago is made up for, however patient the sweeper is set", async () => {
  const first = await pipeline.startWorker({ SWEEP_INTERVAL_MS: "60000" });
  await pipeline.enqueue(topupTo("0002", "long-lost"));
  await pipeline.until("long-lost", "processing");
  await first.close();
  await pipeline.queue(QUEUES.poll).obliterate({ force: true });
  await overdueBy("long-lost", 60_000);
  await pipeline.startWorker({ SWEEP_LATE_MS: "30000" });
  await pipeline.until("long-lost", "succeeded");
});

test("an alarm that was set too early does not end a hold: its own end counts", async () => {
  const record = await holdOnFailed("early-alarm");
  await overdueBy("early-alarm", 60_000);
  await pipeline.startWorker();
  const queue = pipeline.queue(QUEUES.poll);
  await expect.poll(() => queue.getJobCountByTypes("completed", "delayed")).toBeGreaterThan(0);
  await expect.poll(() => queue.getJobCountByTypes("waiting", "active")).toBe(0);
  const after = (await pipeline.ledger.look("early-alarm"))?.record;
  expect(after).toMatchObject({ state: "held", attempt: 1, holdUntilMs: record.holdUntilMs, polls: record.polls });
});
