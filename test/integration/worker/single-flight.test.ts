/** However often the queue rings, and whoever hears it, one attempt is one POST. */
import { QUEUES, type TopupRecord } from "@surefill/topup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker();
  await pipeline.startWorker();
});
afterAll(() => pipeline.close());

function booksOf(customIdentifier: string) {
  return pipeline.sandbox.books({ customIdentifier }).identifiers?.[0];
}

/** Everything that Redis knew of a top-up is gone, as after a total loss. */
async function loseEverythingOf({ reference, transactionId }: TopupRecord): Promise<void> {
  const base = `${pipeline.redis.prefix}:{0}:`;
  await pipeline.redis.client.del(`${base}t:${reference}`, `${base}x:${transactionId}`);
  await pipeline.redis.client.zrem(`${base}s:succeeded`, reference);
  const jobs = await pipeline.queue(QUEUES.submit).getJobs(["completed"]);
  await Promise.all(jobs.filter(({ data }) => data.reference === reference).map((job) => job.remove()));
}

describe("one attempt is one POST", () => {
  test("two workers given twenty jobs for one top-up send it once", async () => {
    const reference = "twice-rung";
    await pipeline.enqueue(topupTo("1111", reference));
    const jobs = Array.from({ length: 20 }, (_, index) => ({
      name: QUEUES.submit,
      data: { reference, attempt: 1 },
      opts: { jobId: `submit-${reference}-extra-${index}` },
    }));
    await pipeline.queue(QUEUES.submit).addBulk(jobs);
    await pipeline.until(reference, "succeeded");
    await expect.poll(async () => await pipeline.queue(QUEUES.submit).getJobCountByTypes("waiting", "active")).toBe(0);
    expect(booksOf(reference)).toMatchObject({ posts: 1, executions: 1 });
  });

  test("poll jobs that ring twice complete a top-up once", async () => {
    const reference = "twice-polled";
    await pipeline.enqueue(topupTo("0002", reference));
    await pipeline.until(reference, "processing");
    await pipeline.queue(QUEUES.poll).addBulk(
      Array.from({ length: 10 }, (_, index) => ({
        name: QUEUES.poll,
        data: { reference, attempt: 1 },
        opts: { jobId: `poll-${reference}-extra-${index}` },
      })),
    );
    await pipeline.until(reference, "succeeded");
    await expect.poll(() => pipeline.queue(QUEUES.poll).getJobCountByTypes("waiting", "active", "delayed")).toBe(0);
    expect((await pipeline.events(reference)).map(({ type }) => type)).toEqual(["topup.succeeded"]);
  });

  test("a reference that the provider already knows is adopted, not paid again, when the ledger has lost it", async () => {
    const reference = "known-there";
    await pipeline.enqueue(topupTo("1112", reference));
    const first = await pipeline.until(reference, "succeeded");
    await loseEverythingOf(first);

    await pipeline.enqueue(topupTo("1112", reference));
    const again = await pipeline.until(reference, "succeeded");
    expect(again.transactionId).toBe(first.transactionId);
    expect(booksOf(reference)).toMatchObject({ posts: 2, executions: 1 });
  });
});

describe("evidence that no rule can weigh goes to a person", () => {
  test("two provider rows for one identifier", async () => {
    const reference = "two-rows";
    const match = { customIdentifier: reference };
    pipeline.sandbox.setFaultPlan({
      rules: [
        { match, times: 1, fault: { kind: "executed-twice" } },
        { match, times: 1, fault: { kind: "reset-after-commit" } },
      ],
    });
    await pipeline.enqueue(topupTo("1113", reference));
    const record = await pipeline.until(reference, "review");
    const books = booksOf(reference);
    expect(books).toMatchObject({ posts: 1, executions: 2 });
    expect(record.evidence?.map(({ transactionId }) => transactionId)).toEqual(books?.transactionIds);
    const events = await pipeline.events(reference);
    expect(events.map(({ type, because }) => [type, because])).toEqual([["topup.review", "several-provider-rows"]]);
  });

  test("a provider row that buys something else under our identifier", async () => {
    const reference = "other-row";
    await pipeline.enqueue(topupTo("1114", reference));
    const first = await pipeline.until(reference, "succeeded");
    await loseEverythingOf(first);

    await pipeline.enqueue(topupTo("1114", reference, { amount: "7" }));
    await pipeline.until(reference, "review");
    expect(booksOf(reference)).toMatchObject({ executions: 1 });
  });
});
