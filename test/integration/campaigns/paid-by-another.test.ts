/** Two plans that were checked before either sent anything: what is asked once more when a row is taken up. */
import { endMove } from "@surefill/topup";
import type { CampaignFeed, Campaigns } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { campaignStores, feedNext, plannedRows, startedCampaign } from "../../support/test-campaign.js";
import {
  acceptance,
  accepted,
  claimed,
  openTestLedger,
  requestFor,
  settleAsPaid,
  type TestLedger,
} from "../../support/test-ledger.js";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld, rowsOf } from "./campaign-world.js";

const DAY_MS = 86_400_000;

describe("a row whose recipient another top-up pays since the check", () => {
  let t: TestLedger;
  let campaigns: Campaigns;
  let feed: CampaignFeed;
  beforeEach(async () => {
    t = await openTestLedger();
    ({ campaigns, feed } = campaignStores(t, () => t.nowMs));
  });
  afterEach(() => t.close());

  test("is not taken while that one may still pay, and the campaign is over without it", async () => {
    const rows = plannedRows(3);
    const first = await startedCampaign(campaigns, rows);
    const second = await startedCampaign(campaigns, rows, { run: "saved-again" });
    await feedNext(feed, first, rows.slice(0, 2));
    expect(await feedNext(feed, second, rows)).toMatchObject({
      topups: [{}],
      already: 0,
      conflict: 0,
      paidRecently: 2,
    });
    const progress = await campaigns.progress(second.id);
    expect(progress?.tally.rows).toMatchObject({ "paid-recently": 2, queued: 1 });
    expect(progress).toMatchObject({ reservedUnits: 500_000, unfedRows: 0, campaign: { fed: 3, finals: 2 } });
    expect((await campaigns.rows(second.id, "paid-recently", { limit: 5 })).rows).toEqual([1, 2]);
    expect(await campaigns.untaken(second.id, ["saved-again.1", "saved-again.3"])).toEqual([
      "paid-recently",
      undefined,
    ]);
  });

  test("is not taken after a single top-up either, unless that one certainly paid nothing", async () => {
    const paid = await claimed(t.ledger, "single-1", requestFor(1));
    await t.ledger.move(paid, acceptance(9, t.nowMs));
    const refused = await claimed(t.ledger, "single-2", requestFor(2));
    await t.ledger.move(refused, endMove("rejected", "refused", { code: "INVALID_RECIPIENT_PHONE" }));
    const rows = plannedRows(2);
    const campaign = await startedCampaign(campaigns, rows);
    expect(await feedNext(feed, campaign, rows)).toMatchObject({
      paidRecently: 1,
      topups: [{ reference: "run-1.2" }],
    });
  });

  test("is taken when that was longer ago than the campaign's options say, or they do not mind", async () => {
    const rows = plannedRows(1);
    await settleAsPaid(t.ledger, await claimed(t.ledger, "single", requestFor(1)));
    t.nowMs += 2 * DAY_MS;
    const taken = async (run: string, recentlyPaid: { days: number; action?: "allow" }) => {
      const answer = await feedNext(
        feed,
        await startedCampaign(campaigns, rows, { run, options: { recentlyPaid } }),
        rows,
      );
      return answer.kind === "fed" && answer.topups.length === 1;
    };
    expect(await taken("longer", { days: 3 })).toBe(false);
    expect(await taken("shorter", { days: 1 })).toBe(true);
    expect(await taken("never-mind", { days: 30, action: "allow" })).toBe(true);
  });

  test("is taken when only the campaign itself pays that recipient, however often", async () => {
    const rows = plannedRows(60, () => ({ recipient: "2348030000001" }));
    const campaign = await startedCampaign(campaigns, rows);
    await feedNext(feed, campaign, rows.slice(0, 50));
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ topups: { length: 10 }, paidRecently: 0 });
  });

  test("is not taken when that top-up stands behind many of the campaign's own", async () => {
    const rows = plannedRows(60, () => ({ recipient: "2348030000001" }));
    const campaign = await startedCampaign(campaigns, rows);
    await feedNext(feed, campaign, rows, { limit: 50 });
    // Of the same millisecond: by its reference it is the last that is looked at.
    await accepted(t.ledger, "a-single-one", requestFor(1));
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ topups: [], paidRecently: 10 });
  });
});

describe("the same list, saved twice and checked twice before either is sent", () => {
  let world: CampaignWorld | undefined;
  afterEach(() => world?.close());

  test("is paid once, and the results of the second say why nothing was sent", async () => {
    world = await openCampaignWorld();
    await world.startWorker({ CAMPAIGN_INTERVAL_MS: "50" });
    const csv = fileOf(endingsOf(3));
    const first = await world.draft(csv);
    const second = await world.draft(`${csv}\n`);
    const plans = [await world.check(first), await world.check(second)];
    expect(plans.map(({ plan }) => plan?.rows.planned)).toEqual([3, 3]);
    for (const [index, id] of [first, second].entries()) {
      await world.call("POST", `/v1/campaigns/${id}/start`, { json: { planHash: plans[index]?.planHash } });
      await world.until(id, "completed");
    }
    const { progress } = await world.get(second);
    expect(progress?.rows).toMatchObject({ "paid-recently": 3, succeeded: 0, final: 3 });
    const results = await world.call("GET", `/v1/campaigns/${second}/results.csv`);
    expect(rowsOf(results.text).map(({ state }) => state)).toEqual(Array.from({ length: 3 }, () => "paid-recently"));
    const listed = await world.call("GET", `/v1/campaigns/${second}/rows?state=paid-recently`);
    expect(listed.json["data"]).toHaveLength(3);
    const { identifiers = [] } = world.pipeline.sandbox.books({ rows: true });
    const paid = identifiers.filter(({ statuses }) => statuses.includes("SUCCESSFUL"));
    expect(new Set(paid.map(({ recipient }) => recipient)).size).toBe(3);
    expect(paid).toHaveLength(3);
  });
});
