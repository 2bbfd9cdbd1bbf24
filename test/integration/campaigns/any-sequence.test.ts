/**
 * Whatever happens to a campaign and its rows, in any order: its numbers are those that its records add up to, and what
 * is debited stays within the budget, also when prices rise by as much as the campaign keeps back for that. Costs,
 * reserves and ends are chosen at random.
 */
import {
  type CampaignState,
  canCampaignMove,
  formatUnits,
  isCampaignOver,
  type PlannedRow,
  ROW_STATES,
} from "@surefill/campaign";
import { canMove, endMove, isFinal, type Move, type TopupRecord } from "@surefill/topup";
import {
  type Campaign,
  type CampaignFeed,
  type CampaignProgress,
  type Campaigns,
  isEventId,
  LOG_START,
  readEvents,
} from "@surefill/topup-store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  campaignStores,
  feedNext,
  plannedRows,
  recount,
  referenceAt,
  rowStateOf,
  startedCampaign,
} from "../../support/test-campaign.js";
import { LEASE, openTestLedger, type TestLedger } from "../../support/test-ledger.js";

const ROWS = 4;
const BUDGET_UNITS = 1_500_000;
/** The most that a row's price rises in one step. */
const PRICE_JUMP_PERCENT = 50;

const MOVES_TRIED = [
  "processing",
  "unknown",
  "held",
  "parked",
  "review",
  "queued",
  ...(["succeeded", "refunded", "failed", "rejected", "cancelled"] as const),
] as const;

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("feed" as const), limit: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("claim" as const), row: fc.integer({ min: 1, max: ROWS }) }) },
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant("move" as const),
        row: fc.integer({ min: 1, max: ROWS }),
        to: fc.constantFrom(...MOVES_TRIED),
        // Of the reserve, in thousandths; what is above it is a price that has risen.
        share: fc.oneof(
          { weight: 5, arbitrary: fc.integer({ min: 0, max: 1_000 }) },
          { weight: 1, arbitrary: fc.integer({ min: 1_001, max: 1_500 }) },
        ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("pause", "resume") }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 200_000 }) }) },
  ),
  { minLength: 60, maxLength: 150, size: "max" },
);
type Step = (typeof steps extends fc.Arbitrary<infer T> ? T : never)[number];

type World = {
  t: TestLedger;
  campaigns: Campaigns;
  feed: CampaignFeed;
  campaign: Campaign;
  rows: PlannedRow[];
  state: CampaignState;
  /** States and pauses that were met. */
  met: Set<string>;
};

function moveOf(to: (typeof MOVES_TRIED)[number], record: TopupRecord, cost: string, nowMs: number): Move {
  switch (to) {
    case "succeeded":
      return endMove(to, "status-successful", { settlement: { cost, costCurrency: "USD" } });
    case "refunded":
    case "failed":
    case "rejected":
      return endMove(to, "refused", { code: "INVALID_AMOUNT" });
    case "cancelled":
    case "review":
      return endMove(to, "withdrawn");
    case "held":
      return { to, because: "status-failed", patch: { holdReason: "failed", holdUntilMs: nowMs }, dueAtMs: nowMs };
    case "parked":
      return {
        to: "held",
        because: "refused",
        patch: {},
        dueAtMs: nowMs,
        gate: { kind: "phone", reason: "X", untilMs: nowMs + 1_000 },
      };
    case "queued":
      return { to, because: "not-sent", patch: { attempt: record.attempt + 1 }, dueAtMs: nowMs };
    default:
      return { to, because: "outcome-unknown", patch: {}, dueAtMs: nowMs };
  }
}

async function take(world: World, step: Step): Promise<void> {
  const { t, campaigns, feed, campaign, rows } = world;
  switch (step.do) {
    case "feed":
      await feedNext(feed, campaign, rows, { limit: step.limit });
      return;
    case "pause":
      await campaigns.pause(campaign.id, "person");
      return;
    case "resume":
      await campaigns.resume(campaign.id, {
        repricedVersion: (await campaigns.find(campaign.id))?.repriced?.version,
      });
      return;
    case "wait":
      t.nowMs += step.ms;
      return;
  }
  const looked = await t.ledger.look(referenceAt(step.row));
  if (looked === undefined) return;
  if (step.do === "claim") {
    await t.ledger.claim(looked.record.reference, looked.record.attempt, LEASE);
    return;
  }
  const to = step.to === "parked" ? "held" : step.to;
  if (!canMove(looked.record.state, to)) return;
  const reserve = looked.record.reserveUnits ?? 0;
  const units = Math.floor((reserve * step.share) / 1_000);
  await t.ledger.move(looked.record, moveOf(step.to, looked.record, formatUnits(units), t.nowMs));
}

/** What must hold at every moment, read in one step. */
async function expectWithinBudget(world: World): Promise<CampaignProgress> {
  const { campaigns, campaign, met } = world;
  const progress = await campaigns.progress(campaign.id);
  if (progress === undefined) throw new Error("the campaign is gone");
  const { pause, state } = progress.campaign;
  met.add(pause?.reason ?? state);
  if (state !== world.state) expect([world.state, state, canCampaignMove(world.state, state)]).toContain(true);
  world.state = state;
  const { spentUnits, reservedUnits, leftUnits } = progress;
  expect(spentUnits).toBeLessThanOrEqual(BUDGET_UNITS);
  expect(leftUnits).toBe(BUDGET_UNITS - spentUnits - reservedUnits);
  return progress;
}

async function expectAgreement(world: World): Promise<void> {
  const progress = await expectWithinBudget(world);
  const { t, campaigns, campaign, rows } = world;
  const { tally, unfedRows } = progress;
  const references = rows.map(({ row }) => referenceAt(row));
  const reserves = new Map((await t.ledger.records(references)).map((one) => [one.reference, one.reserveUnits ?? 0]));
  for (const [index, { reserveUnits }] of rows.entries()) {
    expect(reserves.get(references[index] ?? "") ?? reserveUnits).toBeGreaterThanOrEqual(reserveUnits);
  }
  const counted = await recount(t.ledger, references, (reference) => reserves.get(reference) ?? 0);
  expect(tally.rows).toEqual({ ...counted.rows, already: 0, conflict: 0, "paid-recently": 0 });
  expect(tally.money).toEqual(counted.money);
  const fed = ROW_STATES.reduce((sum, state) => sum + counted.rows[state], 0);
  expect(progress.campaign).toMatchObject({ fed, finals: counted.finals });
  expect(unfedRows).toBe(rows.length - fed);
  expect(isCampaignOver(progress.campaign.state)).toBe(counted.finals === rows.length);

  const records = await t.ledger.records(references);
  const listed = await Promise.all(ROW_STATES.map((state) => campaigns.rows(campaign.id, state, { limit: ROWS })));
  for (const [index, state] of ROW_STATES.entries()) {
    const inState = records.filter((record) => rowStateOf(record) === state).map(({ reference }) => reference);
    expect(listed[index]?.references).toEqual(inState);
  }
  const ended = records.filter(({ state }) => isFinal(state) && state !== "succeeded" && state !== "cancelled").length;
  expect(progress.failures.reduce((sum, failure) => sum + failure.rows, 0)).toBe(ended);
}

/** Every fifth of the rows is told once, in order, and the end once. */
async function expectEvents({ t, campaigns, campaign }: World): Promise<void> {
  const found = await campaigns.find(campaign.id);
  const events = await readEvents(t.redis.client, t.redis.prefix, LOG_START, 10_000);
  expect(events.every(({ id }) => isEventId(id))).toBe(true);
  const told = events.flatMap((event) => (event.type === "campaign.progress" ? [event.percent] : []));
  const reached = Math.floor(((found?.finals ?? 0) * 5) / ROWS);
  expect(told).toEqual([20, 40, 60, 80, 100].slice(0, reached));
  const ends = events.filter(({ type }) => type === "campaign.completed").length;
  expect(ends).toBe(found?.state === "completed" ? 1 : 0);
}

describe("Any sequence of feeding, claims, moves, pauses and prices", () => {
  test("leaves numbers that the records add up to, within the budget at every step", async () => {
    const met = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: ROWS, maxLength: ROWS }),
        async (taken, reserves) => {
          const t = await openTestLedger();
          try {
            const rows = plannedRows(ROWS, (row) => ({
              operatorId: row % 3 === 0 ? 400 : 341,
              reserveUnits: reserves[row - 1] ?? 1,
            }));
            const stores = campaignStores(t, () => t.nowMs);
            const campaign = await startedCampaign(stores.campaigns, rows, {
              limits: { budget: formatUnits(BUDGET_UNITS), priceJumpPercent: PRICE_JUMP_PERCENT },
            });
            const world: World = { t, ...stores, campaign, rows, state: campaign.state, met };
            for (const step of taken) {
              await take(world, step);
              await expectAgreement(world);
            }
            await expectEvents(world);
          } finally {
            await t.close();
          }
        },
      ),
      // A fixed seed, because what is met at the end must not be left to luck.
      { numRuns: 10, seed: 20_261_123, endOnFailure: true },
    );
    expect([...met], "the sequences are no empty ones").toEqual(
      expect.arrayContaining(["running", "completing", "completed", "person", "price"]),
    );
  });
});
