/** What a campaign says about the sending of its rows: asked in the claim itself, on real Redis. */
import { formatUnits } from "@surefill/campaign";
import { endMove } from "@surefill/topup";
import { type Campaign, type CampaignFeed, Campaigns, LOG_START, readEvents } from "@surefill/topup-store";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { campaignStores, feedNext, plannedRows, referenceAt, startedCampaign } from "../../support/test-campaign.js";
import { accepted, LEASE, openTestLedger, recordOf, type TestLedger } from "../../support/test-ledger.js";

let t: TestLedger;
let campaigns: Campaigns;
let feed: CampaignFeed;
beforeEach(async () => {
  t = await openTestLedger();
  ({ campaigns, feed } = campaignStores(t, () => t.nowMs));
});
afterEach(() => t.close());

async function fedCampaign(count: number, limits = {}): Promise<Campaign> {
  const rows = plannedRows(count);
  const campaign = await startedCampaign(campaigns, rows, { limits });
  while (((await campaigns.find(campaign.id))?.fed ?? count) < count) await feedNext(feed, campaign, rows);
  return campaign;
}

const claim = (row: number) => t.ledger.claim(referenceAt(row), 1, LEASE);

describe("Pausing", () => {
  test("lets no claim through after its answer, however many are under way at that moment", async () => {
    const campaign = await fedCampaign(60);
    const others = await Promise.all(
      [1, 2, 3].map(async () => {
        const client = t.redis.client.duplicate({ lazyConnect: true });
        await client.connect();
        return { client, campaigns: new Campaigns(client, { prefix: t.redis.prefix, nowMs: () => t.nowMs }) };
      }),
    );
    try {
      let isPaused = false;
      const late: boolean[] = [];
      const claiming = Array.from({ length: 60 }, async (_, index) => {
        const askedAfter = isPaused;
        const answer = await claim(index + 1);
        if (answer.kind === "claimed") late.push(askedAfter);
        else expect(answer.kind).toBe("gated");
      });
      const paused = await Promise.all(others.map((other) => other.campaigns.pause(campaign.id, "person")));
      isPaused = true;
      const first = paused.find(({ kind }) => kind === "changed");
      if (first?.kind !== "changed") throw new Error("nobody paused it");
      await Promise.all(claiming);
      // The answer's own numbers are those that stay.
      expect(late).toHaveLength(first.tally.rows.submitting);
      expect(late).not.toContain(true);
      const after = await campaigns.progress(campaign.id);
      expect(after?.tally.rows).toMatchObject({ submitting: late.length, parked: 60 - late.length });
    } finally {
      for (const { client } of others) client.disconnect();
    }
  });

  test("says exactly what is in flight, and asking again changes nothing", async () => {
    const campaign = await fedCampaign(5);
    await claim(1);
    await claim(2);
    const paused = await campaigns.pause(campaign.id, "person", { by: "Ada" });
    expect(paused).toMatchObject({
      kind: "changed",
      campaign: { state: "paused", pause: { reason: "person", by: "Ada" } },
      tally: { rows: { submitting: 2, queued: 3 } },
    });
    expect(await campaigns.pause(campaign.id, "person")).toMatchObject({ kind: "unchanged" });
  });

  test("parks a row for two minutes at the longest, so that no wake-up is needed", async () => {
    const campaign = await fedCampaign(1);
    await campaigns.pause(campaign.id, "person");
    expect(await claim(1)).toMatchObject({
      kind: "gated",
      record: { state: "held", holdReason: `gate:campaign:${campaign.id}`, holdUntilMs: t.nowMs + 120_000 },
    });
    expect(await t.ledger.gates.parkedAt(`campaign:${campaign.id}`, 5)).toEqual([referenceAt(1)]);
    await campaigns.resume(campaign.id);
    expect((await claim(1)).kind).toBe("claimed");
    expect(await t.ledger.gates.parkedAt(`campaign:${campaign.id}`, 5)).toEqual([]);
  });

  test("does not touch a top-up that was sent alone, nor another campaign's", async () => {
    const campaign = await fedCampaign(1);
    const rows = plannedRows(1);
    const other = await startedCampaign(campaigns, rows, {
      run: "run-2",
      options: { recentlyPaid: { days: 1, action: "allow" } },
    });
    await feedNext(feed, other, rows);
    await accepted(t.ledger, "alone");
    await campaigns.pause(campaign.id, "person");
    expect((await claim(1)).kind).toBe("gated");
    expect((await t.ledger.claim("alone", 1, LEASE)).kind).toBe("claimed");
    expect((await t.ledger.claim("run-2.1", 1, LEASE)).kind).toBe("claimed");
  });
});

test("A row whose operator's gate is closed waits there, also while its campaign is paused", async () => {
  const campaign = await fedCampaign(1);
  await t.ledger.gates.close("operator:341", { reason: "X", untilMs: t.nowMs + 5_000 });
  await campaigns.pause(campaign.id, "person");
  expect(await claim(1)).toMatchObject({ kind: "gated", record: { holdReason: "gate:operator:341" } });
  t.nowMs += 5_000;
  expect(await claim(1)).toMatchObject({ kind: "gated", record: { holdReason: `gate:campaign:${campaign.id}` } });
});

test("No claim is granted outside the daily window", async () => {
  const { id } = await fedCampaign(2);
  const setSendTimes = async (times: { fromMs: number; untilMs: number }) => {
    const version = (await campaigns.find(id))?.version ?? 0;
    expect(await feed.setSendTimes({ id, version }, times)).toBe(true);
  };
  await setSendTimes({ fromMs: t.nowMs - 1_000, untilMs: t.nowMs + 1_000 });
  expect((await claim(1)).kind).toBe("claimed");
  t.nowMs += 1_000;
  expect((await claim(2)).kind).toBe("gated");
  await setSendTimes({ fromMs: t.nowMs + 30_000, untilMs: t.nowMs + 60_000 });
  expect(await claim(2)).toMatchObject({ kind: "gated", record: { holdUntilMs: t.nowMs + 30_000 } });
  t.nowMs += 30_000;
  expect((await claim(2)).kind).toBe("claimed");
});

describe("The pace", () => {
  test("is never exceeded over any interval by more than a tenth of a second's worth", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0.5, 3, 20, 150),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 15, maxLength: 30, size: "max" }),
        async (ratePerS, waits) => {
          const one = await openTestLedger();
          try {
            const stores = campaignStores(one, () => one.nowMs);
            const rows = plannedRows(40);
            const campaign = await startedCampaign(stores.campaigns, rows, { limits: { ratePerS } });
            await feedNext(stores.feed, campaign, rows);
            const granted: number[] = [];
            for (const [index, waitMs] of waits.entries()) {
              one.nowMs += waitMs;
              for (let row = 1 + (index % 3); row <= 40; row += 3) {
                const answer = await one.ledger.claim(referenceAt(row), 1, LEASE);
                if (answer.kind === "claimed") granted.push(one.nowMs);
                if (answer.kind === "paced") expect(answer.record.dueAtMs ?? 0).toBeGreaterThan(one.nowMs);
              }
            }
            for (const [first, fromMs] of granted.entries()) {
              for (const [ahead, toMs] of granted.slice(first).entries()) {
                const most = 1 + (ratePerS * (toMs - fromMs + 100)) / 1_000;
                expect(ahead + 1, `in ${toMs - fromMs} ms at ${ratePerS}/s`).toBeLessThanOrEqual(most + 1e-6);
              }
            }
            expect(granted.length).toBeGreaterThan(0);
          } finally {
            await one.close();
          }
        },
      ),
      { numRuns: 6, endOnFailure: true },
    );
  });

  test("gives each row that is too early a turn of its own, behind those that were fed", async () => {
    const campaign = await fedCampaign(6, { ratePerS: 10 });
    // Six rows, fed for now, 100 ms, … 500 ms; all of them come at once.
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(claim));
    expect(answers.map(({ kind }) => kind)).toEqual(["claimed", "claimed", "paced", "paced", "paced", "paced"]);
    const turns = answers.flatMap((answer) =>
      answer.kind === "paced" ? [(answer.record.dueAtMs ?? 0) - t.nowMs] : [],
    );
    expect(turns).toEqual([600, 700, 800, 900]);
    expect(await campaigns.progress(campaign.id)).toMatchObject({ tally: { rows: { submitting: 2, queued: 4 } } });
    for (const [index, row] of [3, 4, 5, 6].entries()) {
      const startMs = t.nowMs;
      t.nowMs = startMs + (turns[index] ?? 0) - (index === 0 ? 0 : (turns[index - 1] ?? 0));
      expect((await claim(row)).kind, `row ${row}`).toBe("claimed");
    }
  });

  test("is kept by feeding ahead: each row is due at a time of its own, and no further than the horizon", async () => {
    const rows = plannedRows(50);
    const campaign = await startedCampaign(campaigns, rows, { limits: { ratePerS: 10 } });
    const fed = await feedNext(feed, campaign, rows, { horizonMs: 1_000 });
    if (fed.kind !== "fed") throw new Error("nothing was fed");
    expect(fed.stop).toBe("pace");
    expect(fed.topups.map(({ dueAtMs }) => dueAtMs - t.nowMs)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000,
    ]);
    t.nowMs += 1_000;
    const next = await feedNext(feed, campaign, rows, { horizonMs: 1_000 });
    expect(next.kind === "fed" && next.topups.map(({ dueAtMs }) => dueAtMs - t.nowMs)).toEqual([
      100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000,
    ]);
  });

  test("keeps no row at a gate: one that has its turn is not woken again", async () => {
    const campaign = await fedCampaign(3, { ratePerS: 1 });
    await campaigns.pause(campaign.id, "person");
    for (const row of [1, 2, 3]) await claim(row);
    await campaigns.resume(campaign.id);
    expect((await Promise.all([1, 2, 3].map(claim))).map(({ kind }) => kind)).toEqual(["claimed", "paced", "paced"]);
    expect(await t.ledger.gates.parkedAt(`campaign:${campaign.id}`, 5)).toEqual([]);
  });
});

describe("Many feeders and senders racing for the last money", () => {
  test("never commit a unit more than the budget, at any moment", async () => {
    const rows = plannedRows(80, (row) => ({ reserveUnits: 10_000 + ((row * 7_919) % 90_001) }));
    const budgetUnits = 1_234_567;
    const campaign = await startedCampaign(campaigns, rows, {
      limits: { budget: formatUnits(budgetUnits), priceJumpPercent: 0, window: 9 },
    });
    const others = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const client = t.redis.client.duplicate({ lazyConnect: true });
        await client.connect();
        return client;
      }),
    );
    let isOver = false;
    try {
      const stores = others.map((client) => campaignStores(t, () => t.nowMs, client));
      const watching = stores.slice(0, 1).map(async (store) => {
        let looks = 0;
        for (; !isOver; looks += 1) {
          const seen = await store.campaigns.progress(campaign.id);
          expect((seen?.spentUnits ?? 0) + (seen?.reservedUnits ?? 0)).toBeLessThanOrEqual(budgetUnits);
        }
        return looks;
      });
      const feeding = stores.map(async (store, feeder) => {
        for (let turn = 0; turn < 60; turn += 1) {
          const fed = await feedNext(store.feed, campaign, rows, { limit: 1 + ((turn + feeder) % 6) });
          if (fed.kind === "fed") for (const { reference } of fed.topups) await end(reference, feeder + turn);
        }
      });
      await Promise.all(feeding);
      isOver = true;
      for (const looks of await Promise.all(watching)) expect(looks).toBeGreaterThan(10);
      const last = await campaigns.progress(campaign.id);
      expect(last?.campaign).toMatchObject({ state: "paused", pause: { reason: "budget" } });
      expect(last?.leftUnits).toBeLessThan(100_001);
      expect(last?.reservedUnits).toBe(0);
    } finally {
      isOver = true;
      for (const client of others) client.disconnect();
    }
  });

  async function end(reference: string, chance: number): Promise<void> {
    const answer = await t.ledger.claim(reference, 1, LEASE);
    if (answer.kind !== "claimed") return;
    const { record } = answer;
    const processing = { to: "processing", because: "accepted-by-provider", patch: {}, dueAtMs: t.nowMs } as const;
    if (chance % 5 === 0)
      return void (await t.ledger.move(record, endMove("rejected", "refused", { code: "INVALID_AMOUNT" })));
    await t.ledger.move(record, processing);
    const now = await recordOf(t.ledger, reference);
    if (chance % 5 === 1) return void (await t.ledger.move(now, endMove("refunded", "status-refunded")));
    const reserve = Number(await t.redis.client.hget(`${t.redis.prefix}:{0}:t:${reference}`, "reserve"));
    const cost = formatUnits(Math.max(1, reserve - (chance % 3) * 1_111));
    await t.ledger.move(now, endMove("succeeded", "status-successful", { settlement: { cost, costCurrency: "USD" } }));
  }
});

describe("What a row costs", () => {
  test.each([
    { cost: "4.2", currency: "USD", units: 420_000 },
    { cost: "4.123456", currency: "USD", units: 412_346 },
    { cost: "4.12345000001", currency: "USD", units: 412_346 },
    { cost: "0", currency: "USD", units: 0 },
    { cost: "1e-3", currency: "USD", units: 100 },
    { cost: "4.2E0", currency: "USD", units: 420_000 },
    { cost: "0.000000009", currency: "USD", units: 1 },
    // What cannot be counted in the account's currency counts as all that was reserved.
    { cost: "1900", currency: "NGN", units: 500_000 },
    { cost: "n/a", currency: "USD", units: 500_000 },
    { cost: undefined, currency: "USD", units: 500_000 },
  ])("$cost $currency counts as $units units", async ({ cost, currency, units }) => {
    const campaign = await fedCampaign(2);
    const answer = await claim(1);
    if (answer.kind !== "claimed") throw new Error(answer.kind);
    await t.ledger.move(answer.record, { to: "processing", because: "accepted-by-provider", patch: {}, dueAtMs: 1 });
    const settlement = { costCurrency: currency, ...(cost !== undefined && { cost }) };
    await t.ledger.move(
      await recordOf(t.ledger, referenceAt(1)),
      endMove("succeeded", "status-successful", { settlement }),
    );
    expect(await campaigns.progress(campaign.id)).toMatchObject({ spentUnits: units, reservedUnits: 500_000 });
  });

  test("above what was reserved for it pauses the campaign, and names the row", async () => {
    const campaign = await fedCampaign(3);
    const answer = await claim(2);
    if (answer.kind !== "claimed") throw new Error(answer.kind);
    await t.ledger.move(answer.record, { to: "processing", because: "accepted-by-provider", patch: {}, dueAtMs: 1 });
    const settlement = { cost: "5.00001", costCurrency: "USD" };
    await t.ledger.move(
      await recordOf(t.ledger, referenceAt(2)),
      endMove("succeeded", "status-successful", { settlement }),
    );
    expect(await campaigns.find(campaign.id)).toMatchObject({
      state: "paused",
      pause: { reason: "price", detail: referenceAt(2) },
    });
    expect((await claim(1)).kind).toBe("gated");
    const events = await readEvents(t.redis.client, t.redis.prefix, LOG_START, 100);
    expect(events.filter(({ type }) => type === "campaign.paused")).toMatchObject([
      { campaign: campaign.id, state: "paused", reason: "price", detail: referenceAt(2) },
    ]);
  });
});
