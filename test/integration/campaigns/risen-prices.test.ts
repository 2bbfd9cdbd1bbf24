/** The budget of a campaign whose prices rise while it runs, on real Redis with a clock that the test sets. */
import { endMove } from "@surefill/topup";
import type { Campaign, CampaignFeed, Campaigns } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type CampaignChoice,
  campaignStores,
  feedNext,
  plannedRow,
  plannedRows,
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

const claim = (row: number) => t.ledger.claim(referenceAt(row), 1, LEASE);
const reserveOf = async (row: number) => (await recordOf(t.ledger, referenceAt(row))).reserveUnits;

/** A campaign of which the first rows are fed, and no more. */
async function fedCampaign(rows: ReturnType<typeof plannedRows>, limits: CampaignChoice["limits"], limit: number) {
  const campaign = await startedCampaign(campaigns, rows, { limits: { ...limits } });
  await feedNext(feed, campaign, rows, { limit });
  return campaign;
}

async function sent(row: number): Promise<void> {
  const answer = await claim(row);
  if (answer.kind !== "claimed") throw new Error(`not claimed: ${answer.kind}`);
  const accepted = { because: "accepted-by-provider", patch: { transactionId: row }, dueAtMs: t.nowMs } as const;
  await t.ledger.move(answer.record, { to: "processing", ...accepted });
}

async function debited(row: number, cost: string): Promise<void> {
  const settlement = { cost, costCurrency: "USD" };
  const end = endMove("succeeded", "status-successful", { settlement });
  expect((await t.ledger.move(await recordOf(t.ledger, referenceAt(row)), end)).kind).toBe("moved");
}

/** A person resumes, at the prices of now. */
async function agree({ id }: Campaign): Promise<string> {
  const found = await campaigns.find(id);
  return (await campaigns.resume(id, { repricedVersion: found?.repriced?.version })).kind;
}

describe("A price above what was held back", () => {
  test("is held back from then on for every row of its operator that is open, in the same step", async () => {
    const rows = plannedRows(8, (row) => ({ operatorId: row === 4 ? 400 : 341, reserveUnits: row * 100_000 }));
    const campaign = await fedCampaign(rows, {}, 7);
    for (const row of [1, 2, 3]) await sent(row);
    await debited(1, "2");
    expect(await Promise.all([2, 3, 4, 5].map(reserveOf))).toEqual([400_000, 600_000, 400_000, 1_000_000]);
    const progress = await campaigns.progress(campaign.id);
    expect(progress?.tally.money).toMatchObject({ processing: 1_000_000, queued: 400_000 + 1_800_000 * 2 });
    expect(progress?.campaign).toMatchObject({
      state: "paused",
      pause: { reason: "price", detail: referenceAt(1) },
      repriced: {
        version: 1,
        agreedVersion: 0,
        lanes: [{ operatorId: 341, useLocalAmount: false, millionths: 2_000_000 }],
      },
    });
  });

  test("is held back for rows that are fed afterwards, and changes nothing of amounts in another currency", async () => {
    const rows = [plannedRow(1), plannedRow(2), plannedRow(3, { useLocalAmount: true, amount: "900" })];
    const campaign = await fedCampaign(rows, {}, 1);
    await sent(1);
    await debited(1, "7.5");
    expect(await agree(campaign)).toBe("changed");
    await feedNext(feed, campaign, rows);
    expect(await Promise.all([2, 3].map(reserveOf))).toEqual([750_000, 500_000]);
  });

  test("of a local amount keeps the margin, because its rate moves again", async () => {
    const rows = plannedRows(3, () => ({ useLocalAmount: true }));
    const campaign = await fedCampaign(rows, { priceMarginPercent: 10 }, 2);
    for (const row of [1, 2]) await sent(row);
    await debited(1, "10");
    expect(await reserveOf(2)).toBe(1_100_000);
    await agree(campaign);
    await debited(2, "10.9");
    expect(await campaigns.find(campaign.id)).toMatchObject({ state: "running", repriced: { version: 1 } });
  });

  test("that falls again is not followed: a row that settles late may show one of yesterday", async () => {
    const campaign = await fedCampaign(plannedRows(3), {}, 3);
    for (const row of [1, 2]) await sent(row);
    await debited(1, "10");
    await agree(campaign);
    await debited(2, "5");
    expect(await reserveOf(3)).toBe(1_000_000);
  });

  test("stops a campaign that waits for the balance, too: it does not go on by itself", async () => {
    const campaign = await fedCampaign(plannedRows(3), {}, 3);
    await sent(1);
    await campaigns.pause(campaign.id, "balance");
    await debited(1, "10");
    expect((await campaigns.find(campaign.id))?.pause?.reason).toBe("price");
    expect(await campaigns.resume(campaign.id, { onlyFrom: "balance" })).toMatchObject({ kind: "refused" });
  });
});

describe("Resuming after a price that rose", () => {
  test("needs the prices of now: without them, or with older ones, it is refused", async () => {
    const campaign = await fedCampaign(plannedRows(4), {}, 4);
    for (const row of [1, 2]) await sent(row);
    await debited(1, "10");
    await debited(2, "20");
    const refused = { kind: "refused", because: "prices" };
    expect(await campaigns.resume(campaign.id)).toMatchObject(refused);
    expect(await campaigns.resume(campaign.id, { repricedVersion: 1 })).toMatchObject(refused);
    expect(await campaigns.resume(campaign.id, { repricedVersion: 2 })).toMatchObject({ kind: "changed" });
    await campaigns.pause(campaign.id, "person");
    expect(await campaigns.resume(campaign.id)).toMatchObject({ kind: "changed" });
  });

  test("needs them also when a person has paused it since", async () => {
    const campaign = await fedCampaign(plannedRows(4), {}, 4);
    await sent(1);
    await debited(1, "10");
    await campaigns.pause(campaign.id, "person");
    expect(await campaigns.resume(campaign.id)).toMatchObject({ kind: "refused", because: "prices" });
  });
});

describe("What is kept back of the budget", () => {
  test("is as much again as open rows may cost, so that a price which doubles is paid out of it", async () => {
    const rows = plannedRows(9);
    const campaign = await fedCampaign(rows, { budget: "32" }, 9);
    const progress = await campaigns.progress(campaign.id);
    expect(progress).toMatchObject({ reservedUnits: 1_500_000, keptBackUnits: 1_500_000, leftUnits: 1_700_000 });
    for (const row of [1, 2, 3]) await sent(row);
    for (const row of [1, 2, 3]) await debited(row, "10");
    expect(await campaigns.progress(campaign.id)).toMatchObject({ spentUnits: 3_000_000 });
  });

  test("is asked for before a row is sent that was fed at an older price", async () => {
    const campaign = await fedCampaign(plannedRows(3), { budget: "32" }, 3);
    await sent(1);
    await debited(1, "10");
    await agree(campaign);
    // 10 are debited: another one may cost 20 by now, a second one has to wait for what it really cost.
    await sent(2);
    expect((await claim(3)).kind).toBe("gated");
    expect((await campaigns.find(campaign.id))?.state).toBe("completing");
    await debited(2, "10");
    expect((await claim(3)).kind).toBe("gated");
    expect(await campaigns.find(campaign.id)).toMatchObject({ state: "paused", pause: { reason: "budget" } });
  });

  test("follows the limit: without it the last of the budget is spent at the prices of the plan", async () => {
    const campaign = await fedCampaign(plannedRows(3), { budget: "15", priceJumpPercent: 0 }, 3);
    for (const row of [1, 2, 3]) {
      await sent(row);
      await debited(row, "5");
    }
    expect(await campaigns.find(campaign.id)).toMatchObject({ state: "completed" });
  });
});

describe("A budget of 300, with racing workers and a person who resumes each time", () => {
  test.each([[[5]], [[5, 10]], [[5, 10, 20, 40]], [[5, 7, 10, 11, 20]]])(
    "is not exceeded while one top-up comes to cost %j",
    async (prices) => {
      const rows = plannedRows(80, (row) => ({ operatorId: row % 4 === 0 ? 400 : 341 }));
      const campaign = await startedCampaign(campaigns, rows, { limits: { budget: "300", window: 10 } });
      let posts = 0;
      let debitedUnits = 0;
      // The provider's price moves on after every fifteen POSTs, whoever makes them.
      const priceNow = () => prices[Math.min(Math.floor(posts / 15), prices.length - 1)] ?? 0;
      const work = async (worker: number) => {
        for (let turn = 0; turn < 30; turn += 1) {
          await feedNext(feed, campaign, rows, { limit: 4 });
          for (let row = 1 + ((turn + worker) % 7); row <= rows.length; row += 7) {
            const looked = await t.ledger.look(referenceAt(row));
            if (looked === undefined) continue;
            const answer = await t.ledger.claim(referenceAt(row), 1, LEASE);
            if (answer.kind !== "claimed") continue;
            posts += 1;
            const cost = priceNow();
            debitedUnits += cost * 100_000;
            expect(debitedUnits).toBeLessThanOrEqual(30_000_000);
            await t.ledger.move(answer.record, {
              to: "processing",
              because: "accepted-by-provider",
              patch: {},
              dueAtMs: 0,
            });
            await debited(row, String(cost));
          }
          await agree(campaign);
          t.nowMs += 200_000;
        }
      };
      await Promise.all([0, 1, 2, 3, 4].map(work));
      const progress = await campaigns.progress(campaign.id);
      expect(progress).toMatchObject({ spentUnits: debitedUnits, reservedUnits: expect.any(Number) });
      // What is left does not suffice for another row whose price might double.
      const last = (prices.at(-1) ?? 0) * 100_000;
      expect(debitedUnits).toBeGreaterThan(30_000_000 - 2 * last);
    },
  );
});
