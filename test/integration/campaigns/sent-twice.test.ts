/** A Redis client may send a script twice when its reply is lost. What it does to a campaign is done once. */
import { endMove } from "@surefill/topup";
import { type Campaign, CampaignFeed, Campaigns, Ledger } from "@surefill/topup-store";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LossyLine, openLossyLine } from "../../support/lossy-line.js";
import {
  campaignStores,
  feedNext,
  plannedRows,
  readyCampaign,
  referenceAt,
  startedCampaign,
} from "../../support/test-campaign.js";
import { LEASE, openTestLedger, recordOf, type TestLedger } from "../../support/test-ledger.js";

const ROWS = plannedRows(5);

let t: TestLedger;
let line: LossyLine;
let client: Redis;
let ledger: Ledger;
let campaigns: Campaigns;
let feed: CampaignFeed;
beforeEach(async () => {
  t = await openTestLedger();
  line = await openLossyLine(t.redis.url);
  client = new Redis(line.url, {
    lazyConnect: true,
    retryStrategy: () => 5,
    autoResendUnfulfilledCommands: true,
    maxRetriesPerRequest: 5,
    commandTimeout: 5_000,
  });
  client.on("error", () => undefined);
  await client.connect();
  const options = { prefix: t.redis.prefix, nowMs: () => t.nowMs };
  ledger = await Ledger.open(client, { ...options, processId: "over-line" });
  campaigns = new Campaigns(client, options);
  feed = new CampaignFeed(client, ledger, options);
  // Redis knows every script from here on, so that the lost reply is that of the script and not of its text.
  const warm = await startedCampaign(campaigns, plannedRows(2), { run: "warm" });
  await feedNext(feed, warm, plannedRows(2), { limit: 1 });
  await ledger.claim("warm.1", 1, LEASE);
  await ledger.move(await recordOf(ledger, "warm.1"), endMove("rejected", "refused", { code: "X" }));
});
afterEach(async () => {
  client.disconnect();
  await line.close();
  await t.close();
});

const numbersOf = async ({ id }: Campaign) => (await campaignStores(t, () => t.nowMs).campaigns.progress(id)) ?? {};

describe("A script whose reply is lost and which is sent again", () => {
  test("feeds its rows once; that they are not rung for is the sweeper's to mend", async () => {
    const campaign = await startedCampaign(campaigns, ROWS);
    // Asked for before the reply is lost: reading the lanes is no script.
    const lanes = [{ operatorId: 341, expected: 1, after: 5 }];
    line.loseNextReply();
    const answer = await feed.feed(campaign.id, { planVersion: 1, run: "run-1", lanes, rows: ROWS.slice(0, 4) }, 1_000);
    expect(answer).toEqual({ kind: "behind" });
    expect(await numbersOf(campaign)).toMatchObject({ tally: { rows: { queued: 4 } }, reservedUnits: 2_000_000 });
    t.nowMs += 1_000;
    expect(await t.ledger.overdue(0, 10)).toEqual([1, 2, 3, 4].map(referenceAt));
  });

  test("counts a claim and an end once", async () => {
    const campaign = await startedCampaign(campaigns, ROWS);
    await feedNext(feed, campaign, ROWS);
    line.loseNextReply();
    const claimed = await ledger.claim(referenceAt(1), 1, LEASE);
    expect(await numbersOf(campaign)).toMatchObject({ tally: { rows: { submitting: 1, queued: 4 } } });
    if (claimed.kind !== "claimed") throw new Error(claimed.kind);
    line.loseNextReply();
    await ledger.move(claimed.record, endMove("rejected", "refused", { code: "INVALID_AMOUNT" }));
    expect(await numbersOf(campaign)).toMatchObject({
      campaign: { finals: 1 },
      tally: { rows: { submitting: 0, rejected: 1 }, money: { submitting: 0, rejected: 500_000 } },
      failures: [{ code: "INVALID_AMOUNT", rows: 1 }],
    });
  });

  test("changes a campaign once, and its caller hears that it was changed", async () => {
    const { id, version } = await readyCampaign(campaigns, ROWS);
    line.loseNextReply();
    expect(await campaigns.edit(id, { name: "new" }, { voidsPlan: false, ifVersion: version })).toMatchObject({
      kind: "changed",
      campaign: { name: "new", version: version + 1 },
    });
    line.loseNextReply();
    expect(await campaigns.beginCheck(id)).toMatchObject({ kind: "changed", campaign: { check: { planVersion: 2 } } });
  });

  test("pauses once, with the numbers of the moment", async () => {
    const campaign = await startedCampaign(campaigns, ROWS);
    await feedNext(feed, campaign, ROWS);
    await ledger.claim(referenceAt(1), 1, LEASE);
    line.loseNextReply();
    expect(await campaigns.pause(campaign.id, "person")).toMatchObject({
      kind: "changed",
      campaign: { state: "paused" },
      tally: { rows: { submitting: 1, queued: 4 } },
    });
  });
});
