/** One campaign as the worker keeps it, turn by turn, on a real ledger whose time the test sets. */
import { createLogger } from "@surefill/runtime";
import { acceptedMove, DEFAULT_TIMINGS, endMove, nextAttemptMove } from "@surefill/topup";
import type { Campaign } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type KeepParts, keepCampaign } from "../../../apps/worker/src/campaign/keep-campaign.js";
import { PlanReader } from "../../../apps/worker/src/campaign/plan-reader.js";
import { campaignStores, feedNext, plannedRows, referenceAt, startedCampaign } from "../../support/test-campaign.js";
import { LEASE, openTestLedger, recordOf, type TestLedger } from "../../support/test-ledger.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let t: TestLedger;
beforeEach(async () => {
  t = await openTestLedger();
});
afterEach(() => t.close());

const stores = () => campaignStores(t, () => t.nowMs);
const stateOf = async (id: string): Promise<Campaign | undefined> => stores().campaigns.find(id);

/** Turns of the worker's keeper; nobody works at the queues, so that rows move when the test moves them. */
async function keep(id: string, turns = 1, { campaigns, feed }: Pick<KeepParts, "campaigns" | "feed"> = stores()) {
  const silent = () => undefined;
  const parts: KeepParts = {
    ledger: t.ledger,
    campaigns,
    feed,
    plans: new PlanReader(stores().campaigns.plans),
    alarms: {
      ring: async () => undefined,
      ringMany: async () => undefined,
      find: async () => "gone",
      hurry: async () => undefined,
    },
    metrics: { rowsFed: silent },
    log: createLogger({ name: "test", level: "silent" }),
  };
  for (let turn = 0; turn < turns; turn += 1) await keepCampaign(parts, id, await t.ledger.gates.closed());
}

const context = () => ({ nowMs: t.nowMs, random: () => 0.5, timings: DEFAULT_TIMINGS });

async function send(row: number): Promise<void> {
  const reference = referenceAt(row);
  const claimed = await t.ledger.claim(reference, (await recordOf(t.ledger, reference)).attempt, LEASE);
  if (claimed.kind !== "claimed") throw new Error(`row ${row} was not claimed: ${claimed.kind}`);
  const { record } = claimed;
  await t.ledger.move(record, acceptedMove(100 * record.attempt + row, "accepted-by-provider", context()));
}

async function succeed(row: number): Promise<void> {
  await send(row);
  const settlement = { cost: "5", costCurrency: "USD" };
  await t.ledger.move(
    await recordOf(t.ledger, referenceAt(row)),
    endMove("succeeded", "status-successful", { settlement }),
  );
}

async function fail(row: number): Promise<void> {
  await send(row);
  const record = await recordOf(t.ledger, referenceAt(row));
  await t.ledger.move(record, endMove("refunded", "status-refunded", { code: "FAILED" }));
}

describe("While money is short", () => {
  const rowsFrom = (first: number) => plannedRows(6, (row) => ({ recipient: String(2_348_030_000_000 + first + row) }));

  /** Puts a row in wait for balance, as a refusal of the provider does. */
  async function waitForBalance(reference: string): Promise<void> {
    const claimed = await t.ledger.claim(reference, 1, LEASE);
    if (claimed.kind !== "claimed") throw new Error(claimed.kind);
    const patch = { holdReason: "gate:balance", holdUntilMs: t.nowMs + HOUR_MS } as const;
    const move = { to: "held", because: "refused", patch, dueAtMs: t.nowMs + HOUR_MS } as const;
    expect((await t.ledger.move(claimed.record, move)).kind).toBe("moved");
  }

  /** Two campaigns of six rows, the second started a second later, three rows of each fed; rows of one wait for balance. */
  async function twoCampaigns(short: "earlier" | "later", waitingRows = 3) {
    const { campaigns, feed } = stores();
    const start = async (run: string, first: number) => {
      const rows = rowsFrom(first);
      const campaign = await startedCampaign(campaigns, rows, { run });
      t.nowMs += 1_000;
      await feedNext(feed, campaign, rows, { limit: 3 });
      return campaign;
    };
    const earlier = await start("earlier", 0);
    const later = await start("later", 100);
    for (let row = 1; row <= waitingRows; row += 1) await waitForBalance(`${short}.${row}`);
    return { earlier, later };
  }
  const fedOf = async ({ id }: Campaign) => (await stateOf(id))?.fed;

  test("a campaign takes up no row while an earlier one has rows that wait for balance; that one does", async () => {
    const { earlier, later } = await twoCampaigns("earlier");
    for (const { id } of [later, earlier, later]) await keep(id, 2);
    expect([await fedOf(earlier), await fedOf(later)]).toEqual([6, 3]);
    await t.ledger.move(await recordOf(t.ledger, "earlier.1"), endMove("cancelled", "withdrawn"));
    await keep(later.id);
    expect(await fedOf(later)).toBe(6);
  });

  test("one row above the balance waits alone: a later campaign is fed", async () => {
    const { later } = await twoCampaigns("earlier", 1);
    await keep(later.id);
    expect(await fedOf(later)).toBe(6);
  });

  test("a campaign that was started later does not hold up an earlier one", async () => {
    const { earlier } = await twoCampaigns("later");
    await keep(earlier.id);
    expect(await fedOf(earlier)).toBe(6);
  });

  test("a campaign that a person has paused does not hold up another", async () => {
    const { earlier, later } = await twoCampaigns("earlier");
    await stores().campaigns.pause(earlier.id, "person");
    await keep(later.id);
    expect(await fedOf(later)).toBe(6);
  });
});

describe("The canary", () => {
  test("of a campaign with daily hours goes on the next morning, and the rest after it", async () => {
    const midnightMs = Math.ceil(t.nowMs / DAY_MS) * DAY_MS;
    t.nowMs = midnightMs + 19.8 * HOUR_MS;
    const { id } = await startedCampaign(stores().campaigns, plannedRows(5), {
      limits: {
        canary: { rows: 2, release: "health", failedPercentMax: 50 },
        dailyWindow: { from: "08:00", to: "20:00", zone: "UTC" },
      },
    });
    await keep(id, 2);
    expect(await stateOf(id)).toMatchObject({ fed: 2 });
    await succeed(1);
    // The second was said to have failed; it is to be tried again when the day is over.
    await send(2);
    const holdUntilMs = t.nowMs + HOUR_MS / 2;
    const held = { holdReason: "failed", holdUntilMs, leaseUntilMs: null } as const;
    const sent = await recordOf(t.ledger, referenceAt(2));
    await t.ledger.move(sent, { to: "held", because: "status-failed", patch: held, dueAtMs: holdUntilMs });
    t.nowMs = midnightMs + 20.5 * HOUR_MS;
    await keep(id);
    const failed = await recordOf(t.ledger, referenceAt(2));
    await t.ledger.move(failed, nextAttemptMove(failed, "still-failed-after-hold", t.nowMs));
    expect(await t.ledger.claim(referenceAt(2), 2, LEASE)).toMatchObject({ kind: "gated" });

    t.nowMs = midnightMs + DAY_MS + 10 * HOUR_MS;
    await keep(id, 2);
    await succeed(2);
    await keep(id, 2);
    expect(await stateOf(id)).toMatchObject({ canaryReleased: true, fed: 5 });
  });

  test("is judged outside of the hours, too: who decides on it is told in the evening", async () => {
    const midnightMs = Math.ceil(t.nowMs / DAY_MS) * DAY_MS;
    t.nowMs = midnightMs + 19.8 * HOUR_MS;
    const { id } = await startedCampaign(stores().campaigns, plannedRows(3), {
      limits: { canary: { rows: 1 }, dailyWindow: { from: "08:00", to: "20:00", zone: "UTC" } },
    });
    await keep(id, 2);
    await succeed(1);
    t.nowMs = midnightMs + 21 * HOUR_MS;
    await keep(id);
    expect(await stateOf(id)).toMatchObject({ state: "paused", pause: { reason: "canary" } });
  });

  test("does not release itself on nothing: where none of its rows was sent a person decides", async () => {
    const { campaigns, feed } = stores();
    const first = plannedRows(2);
    await feedNext(feed, await startedCampaign(campaigns, first), first);
    const { id } = await startedCampaign(campaigns, plannedRows(4), {
      limits: { canary: { rows: 2, release: "health", failedPercentMax: 0 } },
    });
    await keep(id, 4);
    const pause = { reason: "canary", detail: "none of the first 2 was sent" };
    expect(await stateOf(id)).toMatchObject({ state: "paused", fed: 2, canaryReleased: false, pause });
  });

  test("does not release itself when every row failed, even where all may", async () => {
    const { id } = await startedCampaign(stores().campaigns, plannedRows(4), {
      limits: { canary: { rows: 2, release: "health", failedPercentMax: 100 } },
    });
    await keep(id, 2);
    await fail(1);
    await fail(2);
    await keep(id, 2);
    expect(await stateOf(id)).toMatchObject({ state: "paused", fed: 2, pause: { reason: "canary" } });
  });
});

test("Hours that are changed while they are being read are not replaced by the old ones", async () => {
  const midnightMs = Math.ceil(t.nowMs / DAY_MS) * DAY_MS;
  t.nowMs = midnightMs + 6 * HOUR_MS;
  const { campaigns, feed } = stores();
  const hours = (from: string) => ({ from, to: "20:00", zone: "UTC" });
  const { id, limits } = await startedCampaign(campaigns, plannedRows(2), { limits: { dailyWindow: hours("05:00") } });
  const afterAnEdit: KeepParts["feed"] = {
    lanes: (...args) => feed.lanes(...args),
    feed: (...args) => feed.feed(...args),
    async setSendTimes(...args) {
      await campaigns.edit(id, { limits: { ...limits, dailyWindow: hours("08:00") } }, { voidsPlan: false });
      return feed.setSendTimes(...args);
    },
  };

  await keep(id, 1, { campaigns, feed: afterAnEdit });
  expect(await stateOf(id)).toMatchObject({ fed: 0 });
  await keep(id);

  expect(await stateOf(id)).toMatchObject({ fed: 0, sendFromMs: midnightMs + 8 * HOUR_MS });
});
