/** The hold on FAILED with the shipped times: what stands in Redis is what counts, nobody waits half an hour. */
import { DEFAULT_TIMINGS, QUEUES } from "@surefill/topup";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline({
    settings: {
      FAILED_HOLD_MS: String(DEFAULT_TIMINGS.FAILED_HOLD_MS),
      FAILED_HOLD_JITTER_MS: String(DEFAULT_TIMINGS.FAILED_HOLD_JITTER_MS),
    },
  });
  await pipeline.startWorker();
});
afterAll(() => pipeline.close());

test("FAILED puts a job delayed by 30 to 31 minutes into the poll queue, and no completion goes out", async () => {
  await pipeline.enqueue(topupTo("0005", "hold-1"));
  const record = await pipeline.until("hold-1", "held");
  expect(record).toMatchObject({ holdReason: "failed", attempt: 1 });

  const heldAtMs = record.enteredAtMs;
  const jobs = await pipeline.queue(QUEUES.poll).getDelayed();
  const mine = jobs.filter(({ data }) => data.reference === "hold-1");
  expect(mine).toHaveLength(1);
  const key = `${pipeline.redis.prefix}:{0}:poll:delayed`;
  // BullMQ keeps the due time in the upper bits of the score.
  const score = Number(await pipeline.redis.client.zscore(key, mine[0]?.id ?? ""));
  const delayMs = Math.floor(score / 0x1000) - heldAtMs;
  expect(delayMs).toBeGreaterThanOrEqual(1_800_000 - 100);
  expect(delayMs).toBeLessThanOrEqual(1_860_000 + 1_000);
  expect(record.holdUntilMs ?? 0).toBeGreaterThanOrEqual(heldAtMs + 1_800_000 - 100);

  expect((await pipeline.events("hold-1")).map(({ type }) => type)).toEqual(["topup.held"]);
});

test("a job that rings before the hold ends asks nothing and waits for the end", async () => {
  const recipientPhone = { countryCode: "NG", number: "+2348031250005" };
  await pipeline.enqueue(topupTo("0005", "hold-0", { recipientPhone }));
  const held = await pipeline.until("hold-0", "held");
  expect(held.holdReason).toBe("failed");
  const early = { jobId: "poll-hold-0-early" };
  await pipeline.queue(QUEUES.poll).add(QUEUES.poll, { reference: "hold-0", attempt: 1 }, early);
  await expect.poll(async () => await pipeline.queue(QUEUES.poll).getJobState(early.jobId)).toBe("delayed");
  expect((await pipeline.ledger.look("hold-0"))?.record.version).toBe(held.version);
});

test("while a product is held for a number, another top-up of it is parked and nothing is sent", async () => {
  await pipeline.enqueue(
    topupTo("0005", "hold-2", { recipientPhone: { countryCode: "NG", number: "+2348031240005" } }),
  );
  await pipeline.until("hold-2", "held");
  await pipeline.enqueue(
    topupTo("0005", "hold-3", { recipientPhone: { countryCode: "NG", number: "+2348031240005" } }),
  );
  const parked = await pipeline.until("hold-3", "held");
  expect(parked.holdReason).toMatch(/^gate:product:/);
  expect(pipeline.sandbox.books({ customIdentifier: "hold-3" }).identifiers).toEqual([]);
});
