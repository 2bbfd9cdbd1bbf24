/** A campaign that a person cancelled, and what a person accepted, stand when Redis loses its data and is rebuilt. */
import { openStateLog, systemClock, systemIds } from "@surefill/runtime";
import { endMove } from "@surefill/topup";
import { type Campaign, CampaignFeed, Campaigns, intentLine } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copyOfRedis } from "../../support/copy-of-redis.js";
import { rebuildReport, runSurefill } from "../../support/surefill.js";
import { feedNext, plannedRows, referenceAt, startedCampaign } from "../../support/test-campaign.js";
import { LEASE, recordOf } from "../../support/test-ledger.js";
import { waitFor } from "../../support/wait-for.js";
import { type CampaignWorld, openCampaignWorld } from "../campaigns/campaign-world.js";

let world: CampaignWorld;
beforeEach(async () => {
  world = await openCampaignWorld({ sandbox: { recordPosts: true } });
});
afterEach(() => world.close());

const posts = () => world.pipeline.sandbox.books({ rows: false }).totals.posts;

async function loseEverything(): Promise<void> {
  const { client, prefix } = world.pipeline.redis;
  await client.del(...(await client.keys(`${prefix}*`)));
}

async function rebuild() {
  const report = await rebuildReport(world.pipeline.env);
  await world.pipeline.reopenLedger();
  return report;
}

/** A campaign of three rows, of which two are fed. */
async function campaignUnderWay(): Promise<Campaign> {
  const { ledger, redis } = world.pipeline;
  const options = { prefix: redis.prefix, witness: ledger.witness };
  const campaigns = new Campaigns(redis.client, options);
  const rows = plannedRows(3);
  const campaign = await startedCampaign(campaigns, rows);
  await feedNext(new CampaignFeed(redis.client, ledger, options), campaign, rows, { limit: 2 });
  return campaign;
}

/** Claims the first row and writes it down, as a worker does that dies before a byte has left. */
async function claimedAndGone(): Promise<void> {
  const { ledger, env } = world.pipeline;
  const claim = await ledger.claim(referenceAt(1), 1, LEASE);
  if (claim.kind !== "claimed") throw new Error(claim.kind);
  const state = await openStateLog(
    { STATE_DIR: env.STATE_DIR ?? "", REDIS_PREFIX: env.REDIS_PREFIX ?? "", JOURNAL_DAYS: 90 },
    { process: "worker", clock: systemClock, ids: systemIds },
  );
  await state.log.append(intentLine(claim.record, ledger.witness));
  await state.log.close();
}

async function cancel({ id }: Campaign): Promise<void> {
  const answer = await world.call("POST", `/v1/campaigns/${id}/cancel`);
  expect(answer.status, answer.text).toBe(200);
}

/** A worker runs on what was rebuilt until the campaign is cancelled; nobody may be paid. */
async function expectNobodyPaid({ id }: Campaign, withdrawn: readonly number[]): Promise<void> {
  await world.startWorker({ CAMPAIGN_INTERVAL_MS: "100" });
  await world.until(id, "cancelled");
  for (const row of withdrawn) {
    expect(await recordOf(world.pipeline.ledger, referenceAt(row))).toMatchObject({
      state: "cancelled",
      commandKey: "test",
    });
  }
  expect(posts()).toBe(0);
  expect(await world.get(id)).toMatchObject({ rows: { fed: withdrawn.length, final: withdrawn.length } });
}

describe("a cancelled campaign", () => {
  test("whose data are all lost is cancelled again, and its rows are withdrawn", async () => {
    const campaign = await campaignUnderWay();
    await claimedAndGone();
    await cancel(campaign);
    await loseEverything();
    expect((await rebuild()).cancelledCampaigns).toEqual([campaign.id]);
    await expectNobodyPaid(campaign, [1]);
  });

  test("that comes back as running is cancelled again: what waits is withdrawn, and nothing more is fed", async () => {
    const campaign = await campaignUnderWay();
    const goBack = await copyOfRedis(world.pipeline.redis);
    await claimedAndGone();
    await cancel(campaign);
    await goBack();
    expect((await rebuild()).cancelledCampaigns).toEqual([campaign.id]);
    await expectNobodyPaid(campaign, [1, 2]);
  });

  test("that comes back as it was before a row was fed takes its row back, and withdraws it", async () => {
    const { ledger, redis } = world.pipeline;
    const options = { prefix: redis.prefix, witness: ledger.witness };
    const rows = plannedRows(3);
    const campaign = await startedCampaign(new Campaigns(redis.client, options), rows);
    const goBack = await copyOfRedis(redis);
    await feedNext(new CampaignFeed(redis.client, ledger, options), campaign, rows, { limit: 2 });
    await claimedAndGone();
    await cancel(campaign);
    await goBack();
    await rebuild();
    await expectNobodyPaid(campaign, [1]);
  });

  test("that was over before the command came is not cancelled by a rebuild that knows it as running", async () => {
    const { ledger, redis } = world.pipeline;
    const options = { prefix: redis.prefix, witness: ledger.witness };
    const rows = plannedRows(1);
    const campaign = await startedCampaign(new Campaigns(redis.client, options), rows);
    await feedNext(new CampaignFeed(redis.client, ledger, options), campaign, rows);
    const goBack = await copyOfRedis(redis);
    await ledger.move(await recordOf(ledger, referenceAt(1)), endMove("cancelled", "withdrawn", {}));
    await world.until(campaign.id, "completed");
    expect((await world.call("POST", `/v1/campaigns/${campaign.id}/cancel`)).status).toBe(409);
    await goBack();
    expect((await rebuild()).cancelledCampaigns).toEqual([]);
    await world.until(campaign.id, "paused");
  });
});

test("what a person accepted of a top-up paid twice is accepted still, and verify agrees", async () => {
  const worker = await world.startWorker({ AUDIT_OPEN_INTERVAL_MS: "150", AUDIT_RECENT_INTERVAL_MS: "300" });
  const recipientPhone = { countryCode: "NG", number: "+2348031230029" };
  await world.call("POST", "/v1/topups", {
    json: { reference: "twice-1", operatorId: 341, amount: "5", recipientPhone },
  });
  const counts = async () => (await world.call("GET", "/v1/attention")).json["counts"];
  await waitFor(async () => expect(await counts()).toMatchObject({ paidTwice: 1 }), { interval: 50 });
  const acceptance = { reason: "Reloadly keeps it, ticket 4711", by: "Ada Obi" };
  const answer = await world.call("POST", "/v1/topups/twice-1/accept-contradiction", { json: acceptance });
  expect(answer.status, answer.text).toBe(200);
  const before = await recordOf(world.pipeline.ledger, "twice-1");
  await worker.close();

  await loseEverything();
  expect(await rebuild()).toMatchObject({ ended: ["twice-1"], accepted: ["twice-1"], toConfirm: [] });
  const { accepted, extraDebits, settlement, transactionId } = before;
  const { cost, costCurrency } = settlement ?? {};
  expect(await recordOf(world.pipeline.ledger, "twice-1")).toMatchObject({
    state: "succeeded",
    transactionId,
    accepted,
    extraDebits,
    settlement: { cost, costCurrency },
  });
  await waitFor(async () => expect(await counts()).toEqual({ paidTwice: 0, contradicted: 0, review: 0 }));
  const run = await runSurefill(world.pipeline.env, "verify", "--settled", "--books");
  expect(run.printed).toContain("accepted by Ada Obi");
  expect(run.code, run.printed + run.told.join("")).toBe(0);
  expect(posts()).toBe(1);
});
