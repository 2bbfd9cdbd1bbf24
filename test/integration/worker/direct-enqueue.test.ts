/** Another service, in any language, may add a whole top-up to the submit queue with a plain BullMQ client. */
import { QUEUES } from "@surefill/topup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker();
});
afterAll(() => pipeline.close());

async function failedReason(jobId: string): Promise<string> {
  return expect
    .poll(async () => (await pipeline.queue(QUEUES.submit).getJob(jobId))?.failedReason)
    .toBeTruthy()
    .then(async () => (await pipeline.queue(QUEUES.submit).getJob(jobId))?.failedReason ?? "");
}

describe("a job that another service added", () => {
  test("is paid once and leaves no phone number in the queue", async () => {
    const topup = topupTo("1115", "direct-1");
    await pipeline.queue(QUEUES.submit).add("topup", topup, { jobId: "direct-1" });
    await pipeline.until("direct-1", "succeeded");
    const job = await pipeline.queue(QUEUES.submit).getJob("direct-1");
    expect(job?.data).toEqual({ reference: "direct-1", attempt: 1 });
    expect(pipeline.sandbox.books({ customIdentifier: "direct-1" }).identifiers?.[0]).toMatchObject({ executions: 1 });
    expect((await pipeline.ledger.look("direct-1"))?.record).not.toHaveProperty("caller");
  });

  const invalid: [why: string, data: object, says: RegExp][] = [
    ["no reference", { ...topupTo("1116", "x"), reference: undefined }, /\/reference is needed/],
    ["an amount with an exponent", topupTo("1116", "bad-2", { amount: "1e9" }), /\/amount must be a plain decimal/],
    ["an unknown field", topupTo("1116", "bad-3", { amonut: "1" }), /\/amonut is not a known field/],
    ["a key's name of its own", { ...topupTo("1116", "bad-5"), caller: "billing" }, /\/caller is not a known field/],
    [
      "a number of another country",
      topupTo("1116", "bad-4", { recipientPhone: { countryCode: "KE", number: "+2348031231116" } }),
      /\/recipientPhone\/number/,
    ],
    ["nothing of ours", { hello: "world" }, /not a valid top-up/],
  ];

  test.for(invalid)(
    "with %s stays visible as failed, says what is wrong, and is never sent",
    async ([why, data, says]) => {
      const postsBefore = pipeline.sandbox.books({ rows: false }).totals.posts;
      const jobId = `invalid-${why.replaceAll(" ", "-")}`;
      await pipeline.queue(QUEUES.submit).add("topup", data, { jobId });
      const reason = await failedReason(jobId);
      expect(reason).toMatch(says);
      expect(reason).not.toContain("8031231116");
      expect(pipeline.sandbox.books({ rows: false }).totals.posts).toBe(postsBefore);
    },
  );

  test("under a reference that exists with other content is refused and nothing more is paid", async () => {
    await pipeline.queue(QUEUES.submit).add("topup", topupTo("1117", "direct-2"), { jobId: "direct-2" });
    await pipeline.until("direct-2", "succeeded");
    await pipeline
      .queue(QUEUES.submit)
      .add("topup", topupTo("1117", "direct-2", { amount: "9" }), { jobId: "again-2" });
    expect(await failedReason("again-2")).toMatch(/direct-2 exists with other content/);
    expect(pipeline.sandbox.books({ customIdentifier: "direct-2" }).identifiers?.[0]).toMatchObject({ posts: 1 });
  });

  test("whose recipient was paid within unlessPaidWithin is refused, names the other, and is never sent", async () => {
    const first = topupTo("1120", "direct-4", { unlessPaidWithin: "P1D" });
    await pipeline.queue(QUEUES.submit).add("topup", first, { jobId: "direct-4" });
    await pipeline.until("direct-4", "succeeded");
    const second = topupTo("1120", "direct-5", { unlessPaidWithin: "P1D" });
    await pipeline.queue(QUEUES.submit).add("topup", second, { jobId: "direct-5" });
    expect(await failedReason("direct-5")).toMatch(/recipient was paid by direct-4/);
    expect(await pipeline.ledger.look("direct-5")).toBeUndefined();
  });

  test('with operator "auto" is sent to the detected operator', async () => {
    await pipeline
      .queue(QUEUES.submit)
      .add("topup", topupTo("1118", "direct-3", { operatorId: "auto" }), { jobId: "d3" });
    const record = await pipeline.until("direct-3", "succeeded");
    expect(record.operatorId).toBe(341);
  });
});
