/** Rows of campaigns that a rebuild brings forward or makes anew: budget, pause and numbers hold for them, too. */
import { acceptedMove, DEFAULT_TIMINGS, endMove } from "@surefill/topup";
import {
  type CampaignFeed,
  type Campaigns,
  intentLine,
  type Ledger,
  LedgerRebuild,
  type Recreation,
  readJournalLine,
} from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copyOfRedis } from "../../support/copy-of-redis.js";
import {
  campaignStores,
  feedNext,
  plannedRows,
  readyCampaign,
  recount,
  referenceAt,
  startedCampaign,
} from "../../support/test-campaign.js";
import { LEASE, openTestLedger, recordOf, type TestLedger } from "../../support/test-ledger.js";

let t: TestLedger;
let campaigns: Campaigns;
let feed: CampaignFeed;
beforeEach(async () => {
  t = await openTestLedger();
  ({ campaigns, feed } = campaignStores(t, () => t.nowMs));
});
afterEach(() => t.close());

const ROW_UNITS = 500_000;

function openRebuild(): Promise<LedgerRebuild> {
  const { epoch, sequence } = t.ledger.witness;
  return LedgerRebuild.open(t.redis.client, {
    prefix: t.redis.prefix,
    known: [{ epoch, sequence }],
    nowMs: () => t.nowMs,
  });
}

/** Claims a row and answers what a rebuild makes of the line that the journal has of it. */
async function claimedAndJournalled(row: number): Promise<Recreation> {
  const claim = await t.ledger.claim(referenceAt(row), 1, LEASE);
  if (claim.kind !== "claimed") throw new Error(claim.kind);
  const line = readJournalLine(intentLine(claim.record, t.ledger.witness));
  if (line?.kind !== "intent") throw new Error("the journal's line cannot be read");
  const { reference, attempt, fence, acceptedAtMs, operatorId, request } = line;
  const grantedAtMs = line.atMs;
  return {
    reference,
    attempt,
    fence,
    grantedAtMs,
    acceptedAtMs,
    operatorId,
    request,
    content: "known",
    needsConfirmation: false,
    state: "unknown",
  };
}

async function settle(ledger: Ledger, row: number, transactionId: number): Promise<void> {
  const record = await recordOf(ledger, referenceAt(row));
  const context = { nowMs: t.nowMs, random: () => 0.5, timings: DEFAULT_TIMINGS };
  await ledger.move(record, acceptedMove(transactionId, "accepted-by-provider", context));
  const settlement = { cost: "4.5", costCurrency: "USD" };
  await ledger.move(
    await recordOf(ledger, referenceAt(row)),
    endMove("succeeded", "status-successful", { settlement }),
  );
}

async function expectCounted(id: string, rows: number): Promise<void> {
  const references = plannedRows(rows).map(({ row }) => referenceAt(row));
  const progress = await campaigns.progress(id);
  const counted = await recount(t.ledger, references, () => ROW_UNITS);
  expect(progress?.tally).toEqual({
    rows: { ...counted.rows, already: 0, conflict: 0, "paid-recently": 0 },
    money: counted.money,
    paidTwiceRows: 0,
    extraUnits: 0,
  });
  expect(progress?.campaign.finals).toBe(counted.finals);
}

/** The first `fed` of so many rows are fed, those of `claimed` journalled, and all of it is lost but the journal. */
async function rebuiltCampaign(total: number, fed: number, claimed: readonly number[], budget = "100") {
  const rows = plannedRows(total);
  const campaign = await startedCampaign(campaigns, rows, { limits: { budget, priceJumpPercent: 0 } });
  const goBack = await copyOfRedis(t.redis);
  await feedNext(feed, campaign, rows, { limit: fed });
  const wanted: Recreation[] = [];
  for (const row of claimed) wanted.push(await claimedAndJournalled(row));
  await goBack();
  const rebuild = await openRebuild();
  for (const each of wanted) expect(await rebuild.recreate(each)).toBe("recreated");
  await rebuild.begin();
  expect(await campaigns.find(campaign.id)).toMatchObject({ state: "paused", pause: { reason: "loss" } });
  await campaigns.resume(campaign.id);
  const ledger = await t.another();
  const stores = campaignStores({ ...t, ledger }, () => t.nowMs);
  return { ledger, rows, campaign, feed: stores.feed };
}

describe("a row that a rebuild brings forward", () => {
  test("is counted where it is now", async () => {
    const rows = plannedRows(3);
    const campaign = await startedCampaign(campaigns, rows, { limits: { window: 1 } });
    await feedNext(feed, campaign, rows);
    const { version, request: _, ...record } = await recordOf(t.ledger, referenceAt(1));
    const goBack = await copyOfRedis(t.redis);
    const wanted = await claimedAndJournalled(1);
    await goBack();
    const rebuild = await openRebuild();
    expect(record.state).toBe("queued");
    expect(await rebuild.recreate({ ...wanted, ifVersion: version })).toBe("recreated");
    await expectCounted(campaign.id, 3);
    expect((await campaigns.rows(campaign.id, "unknown", { limit: 5 })).rows).toEqual([1]);
  });
});

describe("a row that a rebuild makes anew", () => {
  test("is the campaign's own when the campaign comes upon it, in whatever state it is by then", async () => {
    const { ledger, rows, campaign, feed: after } = await rebuiltCampaign(5, 4, [1, 3]);
    await settle(ledger, 1, 11);
    expect((await campaigns.progress(campaign.id))?.tally.rows).toMatchObject({ unknown: 0, succeeded: 0 });
    expect(await feedNext(after, campaign, rows)).toMatchObject({ already: 0, conflict: 0, topups: { length: 3 } });
    await expectCounted(campaign.id, 5);
    expect(await campaigns.find(campaign.id)).toMatchObject({ fed: 5, finals: 1, state: "completing" });
    await settle(ledger, 3, 13);
    await expectCounted(campaign.id, 5);
    expect((await campaigns.progress(campaign.id))?.spentUnits).toBe(900_000);
  });

  test("has its money held back before the campaign comes upon it", async () => {
    const { rows, campaign, feed: after } = await rebuiltCampaign(5, 3, [3], "15");
    const fed = await feedNext(after, campaign, rows);
    expect(fed).toMatchObject({
      stop: "budget",
      topups: [{ reference: referenceAt(1) }, { reference: referenceAt(2) }],
    });
    expect((await campaigns.progress(campaign.id))?.reservedUnits).toBe(3 * ROW_UNITS);
    await expectCounted(campaign.id, 5);
  });

  test("is not sent again while its campaign is paused", async () => {
    const { ledger, campaign } = await rebuiltCampaign(3, 1, [1]);
    await campaigns.pause(campaign.id, "person");
    const record = await recordOf(ledger, referenceAt(1));
    await ledger.move(record, { to: "queued", because: "not-found-after-quiet-period", patch: {}, dueAtMs: t.nowMs });
    expect((await ledger.claim(referenceAt(1), 1, LEASE)).kind).toBe("gated");
  });

  test("is a top-up like any other when its campaign is gone as well", async () => {
    const campaign = await startedCampaign(campaigns, plannedRows(1));
    await feedNext(feed, campaign, plannedRows(1));
    const wanted = await claimedAndJournalled(1);
    const { client, prefix } = t.redis;
    await client.del(...(await client.keys(`${prefix}*`)));
    const rebuild = await openRebuild();
    expect(await rebuild.recreate(wanted)).toBe("recreated");
    await rebuild.begin();
    const ledger = await t.another();
    expect((await recordOf(ledger, referenceAt(1))).row).toBeUndefined();
    await ledger.move(await recordOf(ledger, referenceAt(1)), {
      to: "queued",
      because: "not-found-after-quiet-period",
      patch: {},
      dueAtMs: t.nowMs,
    });
    expect((await ledger.claim(referenceAt(1), 1, LEASE)).kind).toBe("claimed");
  });
});

describe("when a rebuild is over", () => {
  test("no campaign goes on until a person says so, and each then goes on where it was", async () => {
    const rows = plannedRows(2);
    const running = await startedCampaign(campaigns, rows);
    const completing = await startedCampaign(campaigns, rows, { run: "all-fed" });
    await feedNext(feed, completing, rows);
    const lacking = await startedCampaign(campaigns, rows, { run: "no-money" });
    await campaigns.pause(lacking.id, "balance");
    const scheduled = await readyCampaign(campaigns, rows, { run: "later" });
    const startAtMs = t.nowMs + 60_000;
    await campaigns.start(scheduled.id, { planHash: scheduled.plan?.hash ?? "", startAtMs });
    const looked = await startedCampaign(campaigns, rows, { run: "looked-at" });
    await campaigns.pause(looked.id, "person", { by: "ops" });
    const draft = await readyCampaign(campaigns, rows, { run: "not-started" });

    await (await openRebuild()).begin();
    for (const { id } of [running, completing, lacking, scheduled]) {
      expect(await campaigns.find(id)).toMatchObject({ state: "paused", pause: { reason: "loss" } });
    }
    expect(await campaigns.find(looked.id)).toMatchObject({ state: "paused", pause: { reason: "person", by: "ops" } });
    expect(await campaigns.find(draft.id)).toMatchObject({ state: "ready" });
    expect((await campaigns.resume(lacking.id, { onlyFrom: "balance" })).kind).toBe("refused");
    expect(await feedNext(feed, running, rows)).toEqual({ kind: "closed" });

    const resumed: unknown[] = [];
    for (const { id } of [running, completing, lacking, scheduled]) {
      const answer = await campaigns.resume(id);
      resumed.push(answer.kind === "changed" && answer.campaign.state);
    }
    expect(resumed).toEqual(["running", "completing", "running", "scheduled"]);
  });
});
