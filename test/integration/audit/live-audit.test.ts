/**
 * Whole audits, of a ledger that real workers wrote, against the local Reloadly. Each test plants one violation where
 * it would be in life: at the provider, or in Redis behind the back of the scripts.
 */
import type { AuditScope, FindingKind } from "@surefill/audit";
import type { TopupState } from "@surefill/topup";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startCorruptingProxy } from "../../support/corrupting-proxy.js";
import { laggingClock } from "../../support/lagging-clock.js";
import { type LiveAudit, openLiveAudit } from "../../support/live-audit.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";
import { claimed, nextAfterFailed, requestFor } from "../../support/test-ledger.js";

let pipeline: Pipeline;
let audit: LiveAudit;

beforeEach(async () => {
  pipeline = await openPipeline();
  audit = await openLiveAudit(pipeline);
});

afterEach(async () => {
  await audit.close();
  await pipeline.close();
});

const key = (name: string) => `${pipeline.redis.prefix}:{0}:${name}`;

async function found(scope: AuditScope = {}): Promise<FindingKind[]> {
  return (await audit.run(scope)).findings.map(({ kind }) => kind);
}

/** Has one top-up paid, with a worker that runs on. */
async function paid(reference: string): Promise<void> {
  await pipeline.enqueue(topupTo("0001", reference));
  await pipeline.until(reference, "succeeded");
}

/** Sends to the local Reloadly behind the pipeline's back; answers the transactionId. */
async function sendBesides(customIdentifier: string, number = "2348031230042", amount = "5"): Promise<number> {
  const request = { operatorId: 341, amount, useLocalAmount: false, customIdentifier };
  const recipientPhone = { countryCode: "NG", number };
  const options = { signal: AbortSignal.timeout(60_000) };
  return (await audit.client.sendTopupAsync({ ...request, recipientPhone }, options)).transactionId;
}

test("a day with every kind of end is found to hold, and what was gone through is counted", async () => {
  await pipeline.startWorker();
  const ends: [string, TopupState][] = [
    ["0001", "succeeded"],
    ["0003", "refunded"],
    ["0004", "succeeded"],
    ["0005", "failed"],
    ["0006", "rejected"],
    ["0007", "succeeded"],
    ["0012", "succeeded"],
    ["0026", "succeeded"],
  ];
  for (const [ending] of ends) await pipeline.enqueue(topupTo(ending, `end-${ending}`));
  await Promise.all(ends.map(([ending, state]) => pipeline.until(`end-${ending}`, state)));

  const acknowledged = ends.map(([ending]) => `END-${ending}`);
  const { findings, counts } = await audit.run({ isSettled: true, acknowledged });

  expect(findings).toEqual([]);
  const { executions } = pipeline.sandbox.books({ rows: false }).totals;
  expect(counts).toMatchObject({
    topups: 8,
    open: 0,
    transactions: executions,
    foreign: 0,
    acknowledged: 8,
    moving: 0,
    unreadable: 0,
  });
  expect(counts.events).toBeGreaterThanOrEqual(8);
});

describe("at the provider", () => {
  beforeEach(() => pipeline.startWorker());

  test("one POST that was executed twice is found, whichever of the two answered", async () => {
    await pipeline.enqueue(topupTo("0029", "twice"));
    await pipeline.until("twice", "succeeded");
    await expect.poll(() => found()).toEqual(["paid-more-than-once"]);
  });

  test("a row of the report that cannot be read is counted, and costs no other top-up its judgement", async () => {
    await paid("bad-row");
    await sendBesides("somebody-elses");
    const withoutId = (body: string, path: string) =>
      path.includes("/reports/")
        ? body.replace(/"transactionId":\d+(?=[^}]*"customIdentifier":"bad-row")/, '"transactionId":"?"')
        : body;
    const proxy = await startCorruptingProxy(pipeline.sandbox.url, withoutId);
    const beside = await openLiveAudit({ ...pipeline, sandbox: { url: proxy.url } });
    try {
      const { findings, counts } = await beside.run();
      expect(findings.map(({ kind }) => kind)).toEqual(["orphan-transaction"]);
      // Once in the report, and once when the provider was asked about its end.
      expect(counts).toMatchObject({ topups: 1, transactions: 1, unreadable: 2 });
    } finally {
      await beside.close();
      await proxy.close();
    }
  });

  test("a transaction that no top-up made is found, unless others use the account", async () => {
    await paid("ours");
    await sendBesides("somebody-elses");
    expect(await found()).toEqual(["orphan-transaction"]);
    expect(await found({ foreign: "count" })).toEqual([]);
    expect(await found({ foreignSinceMs: Date.now() + 60_000 })).toEqual([]);
  });

  test("a transaction of an attempt that was never made is found, even where others use the account", async () => {
    await paid("ours");
    await sendBesides("ours~2");
    const kinds = await found({ foreign: "count" });
    expect(kinds).toContain("attempt-never-made");
  });

  test("an attempt that went to another number is found", async () => {
    await pipeline.ledger.accept([{ reference: "wrong", request: requestFor(77) }]);
    await sendBesides("wrong", "2348031230043");
    expect((await found()).toSorted()).toEqual(["not-granted", "paid-but-open", "transaction-differs"]);
  });

  test("a refund that comes after the end is found", async () => {
    await pipeline.sandbox.close();
    await audit.close();
    await pipeline.close();
    pipeline = await openPipeline({ sandbox: { changeOfMindMs: 3_000 } });
    audit = await openLiveAudit(pipeline);
    await pipeline.startWorker();
    await pipeline.enqueue(topupTo("0028", "changed"));
    await pipeline.until("changed", "succeeded");
    await expect.poll(() => found()).toEqual(["success-not-confirmed"]);
  });
});

test("a reference that is sent again after a rebuild may adopt what the lost record had sent, and no other may", async () => {
  await audit.close();
  await pipeline.close();
  const { clock, catchUp } = laggingClock();
  pipeline = await openPipeline({ sandbox: { clock } });
  audit = await openLiveAudit(pipeline);
  await sendBesides("again", "2348031230001");
  catchUp();
  const rebuiltAtS = Math.floor((await pipeline.ledger.nowMs()) / 1_000);
  await pipeline.redis.client.hset(key("meta"), "fenceFloor", String(rebuiltAtS * 1_000_000));
  await pipeline.startWorker();
  await paid("again");
  expect(await found()).toEqual([]);

  await pipeline.redis.client.hset(key("t:again"), "acceptedAt", String((rebuiltAtS - 1) * 1_000));
  expect(await found()).toEqual(["not-granted"]);
});

test("what the report shows is looked into, however many there are of which nobody knows the outcome", async () => {
  await sendBesides("turned", requestFor(77).recipientPhone?.number);
  await pipeline.ledger.accept([{ reference: "turned", request: requestFor(77) }]);
  for (const [index, reference] of ["lost-1", "lost-2", "lost-3", "lost-4"].entries()) {
    const claim = await claimed(pipeline.ledger, reference, requestFor(index));
    await pipeline.ledger.move(claim, {
      to: "unknown",
      because: "lease-expired",
      patch: {},
      dueAtMs: claim.dueAtMs ?? 0,
    });
  }
  const { findings, counts } = await audit.run({ looksMax: 4 });
  expect(findings.map(({ kind }) => kind)).toContain("paid-but-open");
  expect(counts).toMatchObject({ looks: 3, unresolved: 2 });
});

test("a transaction that turned out as paid after FAILED is found while the next attempt waits, however old it is", async () => {
  const claim = await claimed(pipeline.ledger, "turned", requestFor(77));
  await nextAfterFailed(pipeline.ledger, claim, await sendBesides("turned", requestFor(77).recipientPhone?.number));
  const newOnly = { withEnded: false, sinceMs: Date.now() + 7_200_000 };
  await expect.poll(() => found(newOnly)).toEqual(["paid-but-open"]);
});

describe("in the ledger", () => {
  test("an end that the provider never told is found in a report that shows everything else", async () => {
    await pipeline.startWorker();
    await paid("true");
    await paid("false");
    await pipeline.redis.client.hset(key("t:false"), "transactionId", "999999999");
    await pipeline.redis.client.set(key("x:999999999"), "false");
    const { findings, counts } = await audit.run({ isSettled: true });
    expect(findings.map(({ kind, reference }) => `${kind} ${reference}`)).toEqual(["success-not-confirmed false"]);
    // Only the one that the report did not tell was asked for.
    expect(counts.looks).toBe(1);
  });

  test("a top-up that was acknowledged and is gone is found, by its event and by whoever was told", async () => {
    await pipeline.startWorker();
    await paid("kept");
    await paid("lost");
    await pipeline.redis.client.del(key("t:lost"));
    const { findings } = await audit.run({ acknowledged: ["kept", "lost"] });
    expect(findings.map(({ kind, reference }) => `${kind} ${reference}`).toSorted()).toEqual([
      "acknowledged-but-missing lost",
      "acknowledged-but-missing lost",
      "listed-wrongly lost",
      "orphan-transaction null",
    ]);
  });

  test("an alarm that nobody needs and one that is missing are found", async () => {
    await pipeline.ledger.accept([{ reference: "silent", request: requestFor(1) }]);
    await pipeline.redis.client.zrem(key("due"), "silent");
    await pipeline.redis.client.zadd(key("due"), 1, "nobody");
    const { findings } = await audit.run();
    expect(findings.map(({ kind, reference }) => `${kind} ${reference}`)).toEqual([
      "alarm-missing silent",
      "listed-wrongly nobody",
    ]);
  });

  test("content that was changed behind the ledger's back is found", async () => {
    await pipeline.ledger.accept([{ reference: "changed", request: requestFor(1) }]);
    await pipeline.redis.client.hset(key("t:changed"), "amount", "500");
    expect(await found()).toEqual(["content-changed"]);
  });
});

describe("in the event log", () => {
  beforeEach(async () => {
    await pipeline.startWorker();
    await paid("told");
  });

  const entries = () => pipeline.redis.client.xrange(key("events"), "-", "+");

  test("a move without its event is found", async () => {
    for (const [id] of await entries()) await pipeline.redis.client.xdel(key("events"), id);
    expect(await found()).toEqual(["event-missing"]);
  });

  test("a move that is told twice is found", async () => {
    const [[, fields] = ["", []]] = await entries();
    await pipeline.redis.client.xadd(key("events"), "*", ...fields);
    expect(await found()).toEqual(expect.arrayContaining(["event-repeated"]));
  });

  test("an event of a move that was never made is found", async () => {
    const [[, fields] = ["", []]] = await entries();
    const changed = fields.map((field, index) => (fields[index - 1] === "atMs" ? String(Number(field) - 1) : field));
    await pipeline.redis.client.xadd(key("events"), "*", ...changed);
    expect(await found()).toEqual(expect.arrayContaining(["event-without-move"]));
  });
});

test("a ledger and a report of many pages are gone through whole, in whatever part is asked for", async () => {
  const topups = Array.from({ length: 1_050 }, (_, index) => ({
    reference: `many-${index}`,
    request: requestFor(index),
  }));
  await pipeline.ledger.accept(topups);
  const options = { signal: AbortSignal.timeout(60_000) };
  await audit.client.prepare(options);
  await Promise.all(
    Array.from({ length: 620 }, (_, index) => sendBesides(`theirs-${index}`, String(2_348_041_000_050 + index * 100))),
  );

  const whole = await audit.run({ foreign: "count", acknowledged: topups.map(({ reference }) => reference) });
  expect(whole.findings).toEqual([]);
  expect(whole.counts).toMatchObject({
    topups: 1_050,
    open: 1_050,
    transactions: 620,
    foreign: 620,
    acknowledged: 1_050,
  });

  const recent = await audit.run({ foreign: "count", sinceMs: Date.now() - 60_000 });
  expect(recent.counts).toMatchObject({ topups: 1_050, transactions: 620 });
  const later = await audit.run({ foreign: "count", sinceMs: Date.now() + 2 * 3_600_000 });
  expect(later.counts).toMatchObject({ topups: 1_050, transactions: 0 });
});
