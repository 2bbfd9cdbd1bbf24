/**
 * The local Reloadly's own webhooks against a whole pipeline: a hint saves waiting, and whatever becomes of the hints,
 * every top-up ends as the provider decided, executed once.
 */
import { DEFAULT_TIMINGS, jobIdOf, POLL_DELAYS_MS, POLL_JITTER_RATIO, QUEUES, type TopupState } from "@surefill/topup";
import type { RunningWorker } from "@surefill/worker";
import { afterEach, describe, expect, test } from "vitest";
import { topupTo } from "../../support/pipeline.js";
import { type HintedPipeline, openHintedPipeline } from "./hinted-pipeline.js";
import { announcement, deliver, hintCounts, signed } from "./signed-message.js";

let hinted: HintedPipeline;
afterEach(() => hinted.close());

const counts = () => hintCounts(hinted.producer.url, hinted.producer.key);

/** The polls that a worker has counted, over all answers. */
async function pollsOf(worker: RunningWorker): Promise<number> {
  const text = await (await fetch(`${worker.url}/metrics`, { signal: AbortSignal.timeout(60_000) })).text();
  const lines = [...text.matchAll(/^surefill_polls_total\{answer="\w+"\} (\d+)$/gm)];
  return lines.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** The schedule as shipped, so that the first poll comes after 2.4 s at the earliest, and no sweeper before that. */
const UNHURRIED = { SCHEDULE_SCALE: "1", SWEEP_LATE_MS: "30000" };
const FIRST_POLL_MS_MIN = (POLL_DELAYS_MS[0] ?? 0) * (1 - POLL_JITTER_RATIO);

describe("with the provider's webhooks", () => {
  test.each(["envelope", "transaction"] as const)(
    "a top-up settles before its first poll is due, by one question (%s)",
    async (dataShape) => {
      hinted = await openHintedPipeline({ webhooks: { dataShape }, settings: UNHURRIED });
      const { pipeline } = hinted;
      const worker = await pipeline.startWorker();
      await pipeline.enqueue(topupTo("7001", "hurried"));
      const record = await pipeline.until("hurried", "succeeded");

      expect(record.enteredAtMs).toBeLessThan((record.processingSinceMs ?? 0) + FIRST_POLL_MS_MIN);
      expect(await pollsOf(worker)).toBe(1);
      expect(await counts()).toEqual({ woken: 1 });
      await expect
        .poll(() => pipeline.queue(QUEUES.poll).getJobCounts("delayed", "waiting", "active"))
        .toEqual({
          delayed: 0,
          waiting: 0,
          active: 0,
        });
    },
  );

  test("a top-up whose POST was never answered is looked up before its first look-up is due", async () => {
    // The end of the quiet period is a look-up too: far away, so that the first one comes after 15 s.
    const settings = { ...UNHURRIED, QUIET_MS: "60000" };
    hinted = await openHintedPipeline({ webhooks: { mode: "lost" }, settings });
    const { pipeline } = hinted;
    await pipeline.startWorker();
    await pipeline.enqueue(topupTo("0007", "unanswered"));
    const unknown = await pipeline.until("unanswered", "unknown");
    const hint = JSON.stringify({ type: "airtime_transaction.status", data: { customIdentifier: "unanswered" } });
    await deliver(hinted.producer.url, signed(hint));
    // The provider may be at work on it still, when it is found.
    await pipeline.until("unanswered", "processing", "succeeded");

    const found = (await pipeline.ledger.history("unanswered")).find(({ from }) => from === "unknown");
    expect(found).toMatchObject({ because: "found-in-report" });
    expect(found?.atMs).toBeLessThan(unknown.dueAtMs ?? 0);
    expect(pipeline.sandbox.books({ customIdentifier: "unanswered" }).identifiers).toMatchObject([{ executions: 1 }]);
  });

  test("a hint during the hold after FAILED does not shorten it, whatever the hint says", async () => {
    const { FAILED_HOLD_MS, FAILED_HOLD_JITTER_MS } = DEFAULT_TIMINGS;
    hinted = await openHintedPipeline({
      webhooks: { mode: "lost" },
      settings: { FAILED_HOLD_MS: String(FAILED_HOLD_MS), FAILED_HOLD_JITTER_MS: String(FAILED_HOLD_JITTER_MS) },
    });
    const { pipeline, producer } = hinted;
    const worker = await pipeline.startWorker();
    await pipeline.enqueue(topupTo("0005", "on-hold"));
    const held = await pipeline.until("on-hold", "held");
    const pollKey = `${pipeline.redis.prefix}:{0}:poll:delayed`;
    const jobId = jobIdOf(QUEUES.poll, {
      reference: "on-hold",
      attempt: 1,
      fence: held.fence,
      mark: { hold: held.version },
    });
    const inRedis = async () => ({
      job: await pipeline.redis.client.zscore(pollKey, jobId),
      due: await pipeline.redis.client.zscore(`${pipeline.redis.prefix}:{0}:due`, "on-hold"),
      record: await pipeline.redis.client.hgetall(`${pipeline.redis.prefix}:{0}:t:on-hold`),
      jobs: await pipeline.queue(QUEUES.poll).getJobCounts("delayed", "waiting", "active"),
    });
    // The job goes to the delayed jobs a moment after the record says "held".
    await expect.poll(async () => (await inRedis()).job).not.toBeNull();
    const [before, polls] = [await inRedis(), await pollsOf(worker)];

    for (const status of ["SUCCESSFUL", "REFUNDED", "FAILED"]) {
      await deliver(producer.url, signed(announcement(held.transactionId ?? 0, status)));
    }
    await expect.poll(async () => (await counts()).settled).toBe(3);

    expect(await inRedis()).toEqual(before);
    expect(Number(before.due) - held.enteredAtMs).toBeGreaterThanOrEqual(FAILED_HOLD_MS - 100);
    expect(await pollsOf(worker)).toBe(polls);
  });
});

/** What endings lead to, whatever the webhooks do. */
const ENDS: Readonly<Record<string, TopupState>> = {
  "7101": "succeeded",
  "0002": "succeeded",
  "0003": "refunded",
  "0004": "succeeded",
  "0005": "failed",
  "0006": "rejected",
  "0007": "succeeded",
  "7102": "succeeded",
};

const MODES = [
  { mode: "lost" },
  { mode: "normal" },
  { mode: "duplicate" },
  { mode: "late", lateMs: 300 },
  { mode: "shuffled", lateMs: 300 },
] as const;

test.each(MODES)("webhooks that are $mode change no outcome and no payment", async (webhooks) => {
  hinted = await openHintedPipeline({ webhooks });
  const { pipeline } = hinted;
  await pipeline.startWorker();
  for (const ending of Object.keys(ENDS)) await pipeline.enqueue(topupTo(ending, `ends-${ending}`));
  for (const [ending, state] of Object.entries(ENDS)) {
    expect((await pipeline.until(`ends-${ending}`, "succeeded", "refunded", "failed", "rejected")).state).toBe(state);
  }

  const { totals } = pipeline.sandbox.books({ rows: false });
  // Eight orders: one is refused, one takes two attempts and one takes three.
  expect(totals).toMatchObject({ executions: 10, identifiersWithSeveralExecutions: 0, postsWithoutIdentifier: 0 });
  if (webhooks.mode === "lost") expect(totals.webhooks).toEqual({ sent: 0, failed: 0, withheld: 10 });
  else await expect.poll(() => pipeline.sandbox.books({ rows: false }).totals.webhooks.sent).toBeGreaterThanOrEqual(10);
  for (const ending of Object.keys(ENDS)) {
    const ends = (await pipeline.events(`ends-${ending}`)).filter(({ type }) => type !== "topup.held");
    expect(
      ends.map(({ type }) => type),
      ending,
    ).toEqual([`topup.${ENDS[ending]}`]);
  }
});
