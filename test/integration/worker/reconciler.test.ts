/**
 * The audits that workers make by themselves, with rounds of tenths of a second. What the provider has and the ledger
 * does not say must come to light without anybody asking, once, and must move nothing.
 */
import { endMove, isCampaignEvent, type TopupEvent } from "@surefill/topup";
import { LOG_START, PaymentHistory, readEvents } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LiveAudit, openLiveAudit } from "../../support/live-audit.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";
import { acceptance, claimed, nextAfterFailed } from "../../support/test-ledger.js";

const ROUNDS = { AUDIT_OPEN_INTERVAL_MS: "150", AUDIT_RECENT_INTERVAL_MS: "300" };

let pipeline: Pipeline;
let audit: LiveAudit;

beforeEach(async () => {
  pipeline = await openPipeline({ sandbox: { changeOfMindMs: 300 }, settings: ROUNDS });
  audit = await openLiveAudit(pipeline);
});

afterEach(async () => {
  await audit.close();
  await pipeline.close();
});

async function events(type: TopupEvent["type"]): Promise<TopupEvent[]> {
  const all = await readEvents(pipeline.redis.client, pipeline.redis.prefix, LOG_START, 10_000);
  return all.filter((event) => !isCampaignEvent(event)).filter((event) => event.type === type);
}

async function metrics(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** How many audits of one kind a worker has finished. */
async function finished(url: string, pass: "open" | "recent"): Promise<number> {
  const line = new RegExp(`surefill_audit_passes_total\\{pass="${pass}",outcome="finished"\\} (\\d+)`);
  return Number(line.exec(await metrics(url))?.[1] ?? 0);
}

/** How many audits of everything recent these workers have finished together. */
async function allFinished(workers: readonly { url: string }[]): Promise<number> {
  const counts = await Promise.all(workers.map(({ url }) => finished(url, "recent")));
  return counts.reduce((sum, count) => sum + count);
}

/** Waits until two more audits of everything recent are through, so that the second began after what is planted. */
async function audited(url: string): Promise<void> {
  const before = await finished(url, "recent");
  await expect.poll(() => finished(url, "recent")).toBeGreaterThanOrEqual(before + 2);
}

async function sendBesides(customIdentifier: string, number = "2348031230042"): Promise<number> {
  const recipientPhone = { countryCode: "NG", number };
  const request = { operatorId: 341, amount: "5", useLocalAmount: false, customIdentifier, recipientPhone };
  return (await audit.client.sendTopupAsync(request, { signal: AbortSignal.timeout(60_000) })).transactionId;
}

describe("a POST that the provider executed twice, while one id was answered", () => {
  test("is told once, over restarts and with two workers, and kept as evidence", async () => {
    const first = await pipeline.startWorker();
    await pipeline.enqueue(topupTo("0029", "twice"));
    await pipeline.until("twice", "succeeded");
    await expect.poll(() => events("topup.overpaid")).toHaveLength(1);

    await first.close();
    const later = await Promise.all([pipeline.startWorker(), pipeline.startWorker()]);
    await expect.poll(() => allFinished(later)).toBeGreaterThanOrEqual(2);
    const { transactionIds } = pipeline.sandbox.books({ customIdentifier: "twice" }).identifiers?.[0] ?? {};
    const record = (await pipeline.ledger.look("twice"))?.record;

    const [told, ...others] = await events("topup.overpaid");
    expect(others).toEqual([]);
    expect(told).toMatchObject({ reference: "twice", state: "succeeded", because: "found-by-audit" });
    expect(transactionIds).toContain(told?.transactionId);
    expect(record?.state).toBe("succeeded");
    expect(
      [record?.transactionId, ...(record?.evidence ?? []).map(({ transactionId }) => transactionId)].toSorted(),
    ).toEqual(transactionIds?.toSorted());
  });

  test("shows in the metrics as long as it stands, and counts as new once", async () => {
    const { url } = await pipeline.startWorker();
    await pipeline.enqueue(topupTo("0029", "twice"));
    await pipeline.until("twice", "succeeded");
    await audited(url);
    const text = await metrics(url);
    expect(text).toContain('surefill_audit_findings{pass="recent",invariant="S1"} 1');
    expect(text).toContain('surefill_audit_found_total{invariant="S1"} 1');
    expect(text).toMatch(/surefill_audit_looked_at\{pass="recent",what="transactions"\} 2/);
  });
});

describe("a transaction that no top-up made", () => {
  test("is told once, by its id and nothing that it calls itself", async () => {
    const { url } = await pipeline.startWorker();
    const transactionId = await sendBesides("gift-for-2348031230042");
    await expect.poll(() => events("provider.orphan")).toHaveLength(1);
    await audited(url);
    const told = await events("provider.orphan");
    expect(told).toMatchObject([
      { reference: `transaction~${transactionId}`, transactionId, version: 0, state: "unknown", attempt: 1 },
    ]);
    expect(JSON.stringify(told)).not.toContain("2348031230042");
  });

  test("is only counted where others use the account", async () => {
    const { url } = await pipeline.startWorker({ AUDIT_FOREIGN: "count" });
    await sendBesides("somebody-elses");
    await audited(url);
    expect(await metrics(url)).toMatch(/surefill_audit_looked_at\{pass="recent",what="foreign"\} 1/);
    expect(await events("provider.orphan")).toEqual([]);
  });
});

test("a refund that comes after the end is told, and the end stays", async () => {
  await pipeline.startWorker();
  await pipeline.enqueue(topupTo("0028", "changed"));
  await pipeline.until("changed", "succeeded");
  await expect
    .poll(() => events("topup.contradicted"))
    .toMatchObject([{ reference: "changed", state: "succeeded", because: "found-by-audit", code: "REFUNDED" }]);
  expect((await pipeline.ledger.look("changed"))?.record.state).toBe("succeeded");
});

test("a top-up that waits to be sent although it was paid is not sent again", async () => {
  await pipeline.ledger.accept([{ reference: "paid-already", request: requestTo("2348031230042") }]);
  await sendBesides("paid-already");
  // A worker that rings for nothing, so that the audit sees it before anybody sends it.
  await pipeline.startWorker({ SWEEP_LATE_MS: "3600000" });
  await expect.poll(() => events("topup.contradicted")).not.toEqual([]);
  await pipeline.startWorker();
  await pipeline.until("paid-already", "succeeded", "review", "processing");
  expect(pipeline.sandbox.books({ customIdentifier: "paid-already" }).identifiers).toMatchObject([{ posts: 1 }]);
});

test("a next attempt that waits is not sent once the FAILED transaction before it turns out as paid", async () => {
  const claim = await claimed(pipeline.ledger, "turned", requestTo("2348031230042"));
  const transactionId = await sendBesides("turned");
  await nextAfterFailed(pipeline.ledger, claim, transactionId);
  // A worker that rings for nothing, so that the audit sees it before anybody sends it.
  await pipeline.startWorker({ SWEEP_LATE_MS: "3600000" });
  await expect.poll(() => events("topup.contradicted")).toMatchObject([{ reference: "turned", transactionId }]);
  await pipeline.startWorker();
  const record = await pipeline.until("turned", "succeeded", "review", "processing");
  expect(record).toMatchObject({ state: "review", attempt: 2, evidence: [{ attempt: 1, transactionId }] });
  expect(pipeline.sandbox.books({ customIdentifier: "turned~2" }).identifiers).toEqual([]);
});

test("the last attempt does not end as failed while another transaction of it may be paid", async () => {
  const claim = await claimed(pipeline.ledger, "pair", requestTo("2348031230005"));
  const failed = await sendBesides("pair", "2348031230005");
  await pipeline.ledger.move(claim, acceptance(failed, await pipeline.ledger.nowMs()));
  // As the audit does when it sees that one POST was executed twice.
  await pipeline.ledger.addEvidence("pair", 1, failed + 1);
  await pipeline.startWorker({ SUBMIT_ATTEMPTS_MAX: "1" });
  const record = await pipeline.until("pair", "review", "failed");
  expect(record).toMatchObject({ state: "review", transactionId: failed, code: "SEVERAL_TRANSACTION_IDS" });
  const told = (await pipeline.events("pair")).map(({ type }) => type);
  expect(told).toEqual(["topup.contradicted", "topup.held", "topup.review"]);
});

test("a top-up that failed, and whose own transaction was paid after all, counts as paid from then on", async () => {
  await pipeline.ledger.accept([{ reference: "given-up", request: requestTo("2348031230042") }]);
  const claimed = await pipeline.ledger.claim("given-up", 1, { leaseMs: 60_000, holdJitterMs: 0 });
  if (claimed.kind !== "claimed") throw new Error(`the claim was answered ${claimed.kind}`);
  const transactionId = await sendBesides("given-up");
  await pipeline.ledger.move(claimed.record, endMove("failed", "refused", { transactionId }));
  const { client, prefix } = pipeline.redis;
  const history = new PaymentHistory(client, { prefix });
  const hash = pipeline.ledger.recipientHash("2348031230042");
  expect(await history.recentPayments([hash], 0)).toEqual([undefined]);
  await pipeline.startWorker();
  await expect
    .poll(() => history.recentPayments([hash], 0))
    .toMatchObject([{ reference: "given-up", state: "failed" }]);
  expect((await pipeline.ledger.look("given-up"))?.record).not.toHaveProperty("evidence");
});

test("a day on which nothing is wrong raises nothing", async () => {
  const { url } = await pipeline.startWorker();
  const endings = ["0001", "0003", "0004", "0006", "0007", "0012"];
  for (const ending of endings) await pipeline.enqueue(topupTo(ending, `end-${ending}`));
  await Promise.all(endings.map((ending) => pipeline.until(`end-${ending}`, "succeeded", "refunded", "rejected")));
  await audited(url);
  const text = await metrics(url);
  expect(text).toMatch(/surefill_audit_looked_at\{pass="recent",what="topups"\} 6/);
  expect(text).not.toMatch(/surefill_audit_found_total\{/);
  for (const type of ["topup.overpaid", "provider.orphan", "topup.contradicted"] as const) {
    expect(await events(type)).toEqual([]);
  }
});

test("two workers audit by turns, and stop in good order while they do", async () => {
  const workers = [await pipeline.startWorker(), await pipeline.startWorker()];
  const startedMs = Date.now();
  const before = await allFinished(workers);
  await expect.poll(() => allFinished(workers)).toBeGreaterThanOrEqual(before + 4);
  // One that was under way, and as many as there were turns since.
  const turns = (Date.now() - startedMs) / (Number(ROUNDS.AUDIT_RECENT_INTERVAL_MS) * 0.85);
  expect(await allFinished(workers)).toBeLessThanOrEqual(before + 2 + turns);
  expect(await Promise.all(workers.map((worker) => worker.close()))).toEqual([true, true]);
});

function requestTo(number: string) {
  return { operatorId: 341, amount: "5", useLocalAmount: false, recipientPhone: { countryCode: "NG", number } };
}
