/** A worker that is lost between keeping a late answer and acting on it leaves enough for the next one. */
import { customIdentifierOf, QUEUES } from "@surefill/topup";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await openPipeline();
});
afterAll(() => pipeline.close());

test("a top-up whose POST turns out as accepted while it is queued for its re-POST is taken over, not sent", async () => {
  const reference = "answered-late";
  await pipeline.enqueue(topupTo("1111", reference));
  await pipeline.startWorker();
  const { transactionId } = await pipeline.until(reference, "succeeded");
  if (transactionId === undefined) throw new Error("a paid top-up has a transactionId");

  // As it was when the answer to its POST was still on the way: queued once more, with the answer kept beside it.
  const key = `${pipeline.redis.prefix}:{0}:t:${reference}`;
  await pipeline.redis.client.hdel(key, "transactionId", "op", "opResult");
  await pipeline.redis.client.hset(key, "state", "queued", "dueAt", "1");
  await pipeline.redis.client.zadd(`${pipeline.redis.prefix}:{0}:due`, 1, reference);
  await pipeline.ledger.addEvidence(reference, 1, transactionId);
  await pipeline.queue(QUEUES.submit).add(QUEUES.submit, { reference, attempt: 1 }, { jobId: "submit-again" });

  const record = await pipeline.until(reference, "succeeded");
  expect(record).toMatchObject({ attempt: 1, transactionId });
  const books = pipeline.sandbox.books({ customIdentifier: customIdentifierOf(reference, 1) });
  expect(books.identifiers?.[0]).toMatchObject({ posts: 1, executions: 1 });
});
