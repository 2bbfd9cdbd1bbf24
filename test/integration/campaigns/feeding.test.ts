/** What turns rows into top-ups, on real Redis with a clock that the test sets. */
import { endMove } from "@surefill/topup";
import type { CampaignFeed, Campaigns, Fed } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  campaignStores,
  feedNext,
  plannedRow,
  plannedRows,
  readyCampaign,
  referenceAt,
  startedCampaign,
} from "../../support/test-campaign.js";
import { acceptance, LEASE, openTestLedger, recordOf, requestFor, type TestLedger } from "../../support/test-ledger.js";

let t: TestLedger;
let campaigns: Campaigns;
let feed: CampaignFeed;
beforeEach(async () => {
  t = await openTestLedger();
  ({ campaigns, feed } = campaignStores(t, () => t.nowMs));
});
afterEach(() => t.close());

function fedOf(answer: Fed): Extract<Fed, { kind: "fed" }> {
  if (answer.kind !== "fed") throw new Error(`nothing was fed: ${answer.kind}`);
  return answer;
}

const referencesOf = (answer: Fed) => fedOf(answer).topups.map(({ reference }) => reference);

describe("A row that is fed", () => {
  test("is a top-up like any other, with its row, its campaign and what the plan says of it", async () => {
    const sender = { countryCode: "US", number: "12025550143" };
    const rows = [plannedRow(1, { sender, metadata: { wave: "3" }, useLocalAmount: true, amount: "250" })];
    const campaign = await startedCampaign(campaigns, rows);
    await feedNext(feed, campaign, rows);
    expect(await recordOf(t.ledger, referenceAt(1))).toMatchObject({
      state: "queued",
      row: 1,
      operatorId: 341,
      request: {
        amount: "250",
        useLocalAmount: true,
        recipientPhone: { countryCode: "NG", number: "2348030000001" },
        senderPhone: sender,
        metadata: { wave: "3" },
        campaign: campaign.id,
      },
    });
    const listed = await t.ledger.list({ campaign: campaign.id }, { limit: 10 });
    expect(listed.records.map(({ reference }) => reference)).toEqual([referenceAt(1)]);
  });

  test("carries the reference that the file gives it", async () => {
    const rows = [plannedRow(1, { reference: "resp-981" }), plannedRow(2)];
    const campaign = await startedCampaign(campaigns, rows);
    expect(referencesOf(await feedNext(feed, campaign, rows))).toEqual(["resp-981", referenceAt(2)]);
  });

  test("has the content of the same top-up sent through the API, so that neither is made twice", async () => {
    const rows = [plannedRow(1)];
    const campaign = await startedCampaign(campaigns, rows);
    await feedNext(feed, campaign, rows);
    const [again] = await t.ledger.accept([{ reference: referenceAt(1), request: requestFor(1) }]);
    expect(again?.kind).toBe("exists");
  });
});

describe("A reference that exists", () => {
  test("with the same content is counted as there already, and nothing is made or paid for it", async () => {
    await t.ledger.accept([{ reference: referenceAt(2), request: requestFor(2) }]);
    const rows = plannedRows(3);
    const campaign = await startedCampaign(campaigns, rows);
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ already: 1, conflict: 0 });
    const progress = await campaigns.progress(campaign.id);
    expect(progress?.tally.rows).toMatchObject({ queued: 2, already: 1, conflict: 0 });
    expect(progress).toMatchObject({ unfedRows: 0, reservedUnits: 1_000_000, campaign: { finals: 1 } });
    expect((await recordOf(t.ledger, referenceAt(2))).row).toBeUndefined();
    expect((await campaigns.rows(campaign.id, "already", { limit: 5 })).references).toEqual([referenceAt(2)]);
  });

  test("with other content is a conflict: nothing is made, and the row is not lost", async () => {
    await t.ledger.accept([{ reference: referenceAt(1), request: requestFor(1, { amount: "7" }) }]);
    const rows = plannedRows(1);
    const campaign = await startedCampaign(campaigns, rows);
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ topups: [], already: 0, conflict: 1 });
    expect(await campaigns.find(campaign.id)).toMatchObject({ state: "completed", fed: 1, finals: 1 });
    expect((await recordOf(t.ledger, referenceAt(1))).request.amount).toBe("7");
  });

  test("completes a campaign whose every row was paid before, at once", async () => {
    const rows = plannedRows(4);
    const first = await startedCampaign(campaigns, rows);
    await feedNext(feed, first, rows);
    const second = await startedCampaign(campaigns, rows);
    await feedNext(feed, second, rows);
    const progress = await campaigns.progress(second.id);
    expect(progress).toMatchObject({ campaign: { state: "completed" }, reservedUnits: 0, spentUnits: 0 });
    expect(progress?.tally.rows).toMatchObject({ already: 4, queued: 0 });
  });
});

describe("Of two feeders", () => {
  test("one is first with every batch, and together they make each row one top-up", async () => {
    const rows = plannedRows(60, (row) => ({ operatorId: 300 + (row % 3) }));
    const campaign = await startedCampaign(campaigns, rows);
    const answers: Fed[] = [];
    const work = async () => {
      for (let turn = 0; turn < 30; turn += 1) answers.push(await feedNext(feed, campaign, rows, { limit: 7 }));
    };
    await Promise.all([work(), work(), work(), work()]);
    const fed = answers.flatMap((answer) => (answer.kind === "fed" ? referencesOf(answer) : []));
    expect(fed.toSorted()).toEqual(rows.map(({ row }) => referenceAt(row)).toSorted());
    expect(answers.map(({ kind }) => kind)).toContain("behind");
    expect((await t.ledger.counts()).queued).toBe(60);
  });

  test("the one that comes with old lanes changes nothing", async () => {
    const rows = plannedRows(10);
    const campaign = await startedCampaign(campaigns, rows);
    const lanes = [{ operatorId: 341, expected: 1, after: 6 }];
    const batch = { planVersion: 1, run: "run-1", lanes, rows: rows.slice(0, 5) };
    expect((await feed.feed(campaign.id, batch, 1_000)).kind).toBe("fed");
    expect(await feed.feed(campaign.id, batch, 1_000)).toEqual({ kind: "behind" });
    expect(await campaigns.find(campaign.id)).toMatchObject({ fed: 5 });
    expect(await feed.lanes(campaign.id)).toEqual(new Map([[341, 6]]));
  });
});

describe("Nothing is fed", () => {
  test.each(["draft", "ready", "scheduled", "paused", "cancelling"] as const)(
    "while a campaign is %s",
    async (state) => {
      const rows = plannedRows(5);
      const campaign = await readyCampaign(campaigns, rows);
      const start = { planHash: campaign.plan?.hash ?? "" };
      if (state === "scheduled") await campaigns.start(campaign.id, { ...start, startAtMs: t.nowMs + 60_000 });
      if (state === "paused" || state === "cancelling") {
        await campaigns.start(campaign.id, start);
        await feedNext(feed, campaign, rows, { limit: 1 });
        if (state === "paused") await campaigns.pause(campaign.id, "person");
        else await campaigns.cancel(campaign.id);
      }
      if (state === "draft") await campaigns.edit(campaign.id, { name: "other" }, { voidsPlan: true });
      expect((await campaigns.find(campaign.id))?.state).toBe(state);
      expect(await feedNext(feed, campaign, rows)).toEqual({ kind: "closed" });
    },
  );

  test("from a plan that is not the campaign's any more", async () => {
    const rows = plannedRows(5);
    const campaign = await startedCampaign(campaigns, rows);
    const batch = { planVersion: 0, run: "run-1", lanes: [{ operatorId: 341, expected: 1, after: 6 }], rows };
    expect(await feed.feed(campaign.id, batch, 1_000)).toEqual({ kind: "closed" });
  });

  test("outside the daily window, nor before anybody has said when it is", async () => {
    const rows = plannedRows(5);
    const dailyWindow = { from: "08:00", to: "20:00", zone: "Africa/Nairobi" };
    const campaign = await startedCampaign(campaigns, rows, { limits: { dailyWindow } });
    expect(await feedNext(feed, campaign, rows)).toEqual({ kind: "closed" });
    await feed.setSendTimes(campaign, { fromMs: t.nowMs + 1_000, untilMs: t.nowMs + 2_000 });
    expect(await feedNext(feed, campaign, rows)).toEqual({ kind: "closed" });
    t.nowMs += 1_000;
    expect(referencesOf(await feedNext(feed, campaign, rows, { limit: 2 }))).toHaveLength(2);
    t.nowMs += 1_000;
    expect(await feedNext(feed, campaign, rows)).toEqual({ kind: "closed" });
  });

  test("beyond the window, which parked rows do not fill", async () => {
    const rows = plannedRows(10);
    const campaign = await startedCampaign(campaigns, rows, { limits: { window: 3 } });
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ stop: "window", topups: { length: 3 } });
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ stop: "window", topups: [] });
    await t.ledger.gates.close("operator:341", { reason: "X", untilMs: t.nowMs + 60_000 });
    expect((await t.ledger.claim(referenceAt(1), 1, LEASE)).kind).toBe("gated");
    expect(referencesOf(await feedNext(feed, campaign, rows))).toEqual([referenceAt(4)]);
  });

  test("beyond the canary, until it is released", async () => {
    const rows = plannedRows(10);
    const campaign = await startedCampaign(campaigns, rows, { limits: { canary: { rows: 4 } } });
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ stop: "canary", topups: { length: 4 } });
    await campaigns.releaseCanary(campaign.id);
    expect(referencesOf(await feedNext(feed, campaign, rows))).toHaveLength(6);
  });
});

describe("A window that is full of rows which only wait", () => {
  /** Sends a row, so that it is unknown, or held on FAILED. */
  async function waits(row: number, state: "unknown" | "held") {
    // Outcomes that stay unknown in a row close these gates, and this is about the window.
    for (const gate of ["account", "operator:341"]) await t.ledger.gates.open(gate);
    const claim = await t.ledger.claim(referenceAt(row), 1, LEASE);
    if (claim.kind !== "claimed") throw new Error(claim.kind);
    const unknown = { to: "unknown", because: "outcome-unknown", patch: {}, dueAtMs: t.nowMs } as const;
    await t.ledger.move(claim.record, state === "unknown" ? unknown : acceptance(row, t.nowMs));
    if (state === "unknown") return;
    const dueAtMs = t.nowMs + 60_000;
    const patch = { holdReason: "failed", holdUntilMs: dueAtMs, code: "FAILED" } as const;
    const held = { to: state, because: "status-failed", patch, dueAtMs } as const;
    await t.ledger.move(await recordOf(t.ledger, referenceAt(row)), held);
  }

  test.each(["unknown", "held"] as const)("leaves it to others, as %s ones do", async (state) => {
    const rows = plannedRows(9);
    const campaign = await startedCampaign(campaigns, rows, { limits: { window: 3 } });
    expect(referencesOf(await feedNext(feed, campaign, rows))).toEqual([1, 2, 3].map(referenceAt));
    for (const row of [1, 2, 3]) await waits(row, state);
    expect((await campaigns.progress(campaign.id))?.tally.rows[state]).toBe(3);
    expect(referencesOf(await feedNext(feed, campaign, rows))).toEqual([4, 5, 6].map(referenceAt));
    for (const row of [4, 5, 6]) await waits(row, state);
    expect(referencesOf(await feedNext(feed, campaign, rows))).toEqual([7, 8, 9].map(referenceAt));
  });

  test("is bounded by the budget: their money is held back", async () => {
    const rows = plannedRows(9);
    const campaign = await startedCampaign(campaigns, rows, {
      limits: { window: 3, budget: "22", priceJumpPercent: 0 },
    });
    await feedNext(feed, campaign, rows);
    for (const row of [1, 2, 3]) await waits(row, "unknown");
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ stop: "budget", topups: { length: 1 } });
  });
});

describe("A lane", () => {
  test("of a closed operator stays where it is, and its rows follow in order when it opens", async () => {
    const rows = plannedRows(6, (row) => ({ operatorId: row % 2 === 0 ? 400 : 341 }));
    const campaign = await startedCampaign(campaigns, rows);
    const lanes = [{ operatorId: 341, expected: 1, after: 7 }];
    const open = rows.filter(({ operatorId }) => operatorId === 341);
    await feed.feed(campaign.id, { planVersion: 1, run: "run-1", lanes, rows: open }, 1_000_000);
    expect(await feed.lanes(campaign.id)).toEqual(new Map([[341, 7]]));
    expect(referencesOf(await feedNext(feed, campaign, rows))).toEqual([2, 4, 6].map(referenceAt));
    expect(await campaigns.find(campaign.id)).toMatchObject({ state: "completing", fed: 6 });
  });

  test("that was cut short goes on behind its last row that was taken", async () => {
    const rows = plannedRows(8, (row) => ({ operatorId: row <= 4 ? 341 : 400 }));
    const campaign = await startedCampaign(campaigns, rows, { limits: { window: 3 } });
    await feedNext(feed, campaign, rows);
    expect(await feed.lanes(campaign.id)).toEqual(new Map([[341, 4]]));
    for (const row of [1, 2, 3]) {
      await t.ledger.move(await recordOf(t.ledger, referenceAt(row)), endMove("cancelled", "withdrawn"));
    }
    expect(referencesOf(await feedNext(feed, campaign, rows))).toEqual([4, 5, 6].map(referenceAt));
  });
});

describe("The budget", () => {
  const budget = { limits: { budget: "12", priceJumpPercent: 0 } };

  test("stops the row that does not fit, and pauses when no money can come free any more", async () => {
    const rows = plannedRows(5);
    const campaign = await startedCampaign(campaigns, rows, budget);
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ stop: "budget", topups: { length: 2 } });
    expect((await campaigns.find(campaign.id))?.state).toBe("running");
    for (const row of [1, 2]) await succeed(row, "5");
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ stop: "budget", topups: [] });
    expect(await campaigns.find(campaign.id)).toMatchObject({ state: "paused", pause: { reason: "budget" } });
    expect(await campaigns.progress(campaign.id)).toMatchObject({ spentUnits: 1_000_000, leftUnits: 200_000 });
  });

  test("takes back what a row did not cost", async () => {
    const rows = plannedRows(5);
    const campaign = await startedCampaign(campaigns, rows, budget);
    await feedNext(feed, campaign, rows);
    await succeed(1, "3.5");
    await succeed(2, "3.49999");
    expect(referencesOf(await feedNext(feed, campaign, rows))).toEqual([referenceAt(3)]);
    expect(await campaigns.progress(campaign.id)).toMatchObject({ spentUnits: 699_999, reservedUnits: 500_000 });
  });

  test("takes a row that fits to the last unit, and none that is one unit dearer", async () => {
    const rows = [
      plannedRow(1, { reserveUnits: 1_199_999 }),
      plannedRow(2, { reserveUnits: 1 }),
      plannedRow(3, { reserveUnits: 1 }),
    ];
    const campaign = await startedCampaign(campaigns, rows, budget);
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ stop: "budget", topups: { length: 2 } });
  });
});

async function succeed(row: number, cost: string): Promise<void> {
  const claim = await t.ledger.claim(referenceAt(row), 1, LEASE);
  if (claim.kind !== "claimed") throw new Error(`not claimed: ${claim.kind}`);
  const accepted = {
    to: "processing",
    because: "accepted-by-provider",
    patch: { transactionId: row },
    dueAtMs: t.nowMs,
  } as const;
  await t.ledger.move(claim.record, accepted);
  const settlement = { cost, costCurrency: "USD" };
  const moved = await t.ledger.move(
    await recordOf(t.ledger, referenceAt(row)),
    endMove("succeeded", "status-successful", { settlement }),
  );
  expect(moved.kind).toBe("moved");
}
