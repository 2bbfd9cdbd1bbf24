/** A result pack sums its rows up to what the campaign counted, also for rows whose cost nobody could tell. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debitedUnits, formatUnits, RESULT_COLUMNS } from "@surefill/campaign";
import { endMove, type Settlement } from "@surefill/topup";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readPackResults } from "../../../apps/cli/src/campaign/pack-results.js";
import { readOutcomes } from "../../../apps/producer/src/campaigns/rows/planned-file.js";
import { campaignStores, feedNext, plannedRows, referenceAt, startedCampaign } from "../../support/test-campaign.js";
import { LEASE, openTestLedger, recordOf, type TestLedger } from "../../support/test-ledger.js";

let t: TestLedger;
let folder: string;
beforeEach(async () => {
  t = await openTestLedger();
  folder = await mkdtemp(join(tmpdir(), "surefill-counted-"));
});
afterEach(async () => {
  await t.close();
  await rm(folder, { recursive: true });
});

const SETTLEMENTS: Settlement[] = [
  { cost: "4.85000", costCurrency: "USD" },
  { cost: "4.8500001", costCurrency: "USD" },
  { cost: "485e-2", costCurrency: "USD" },
  { cost: "1e-9", costCurrency: "USD" },
  { cost: "-0.000001", costCurrency: "USD" },
  { cost: "much", costCurrency: "USD" },
  { cost: "99999999999999999", costCurrency: "USD" },
  { cost: "900", costCurrency: "NGN" },
  { cost: "4" },
  {},
];

test("What the rows count is what the campaign counted, forced verdicts without a settlement included", async () => {
  const { campaigns, feed } = campaignStores(t, () => t.nowMs);
  const rows = plannedRows(SETTLEMENTS.length, (row) => ({ reserveUnits: 500_000 + row }));
  const started = await startedCampaign(campaigns, rows);
  await feedNext(feed, started, rows);
  for (const [index, settlement] of SETTLEMENTS.entries()) {
    const reference = referenceAt(index + 1);
    const claimed = await t.ledger.claim(reference, 1, LEASE);
    if (claimed.kind !== "claimed") throw new Error(`the claim was answered ${claimed.kind}`);
    await t.ledger.move(claimed.record, endMove("review", "unknown-too-often"));
    const verdict = endMove("succeeded", "forced-by-operator", { transactionId: index + 1, settlement });
    await t.ledger.move(await recordOf(t.ledger, reference), verdict);
  }
  const { campaign, spentUnits } = (await campaigns.progress(started.id)) ?? {};
  if (campaign?.plan === undefined || spentUnits === undefined) throw new Error("the campaign is gone");
  const { currency } = campaign.plan;
  const outcomes = await readOutcomes({ campaigns, ledger: t.ledger }, { campaign, plan: campaign.plan }, rows);
  const lines = outcomes.map(({ reference, planned, outcome }) => {
    const { state, settlement = {} } = outcome;
    const counted = formatUnits(debitedUnits(settlement, { currency, reserveUnits: planned.reserveUnits }));
    const cells: Record<string, string> = {
      reference,
      state,
      counted,
      cost: settlement.cost ?? "",
      costCurrency: settlement.costCurrency ?? "",
    };
    return ["x", ...RESULT_COLUMNS.map((column) => cells[column] ?? "")].join(",");
  });
  const path = join(folder, "results.csv");
  await writeFile(path, `${[["number", ...RESULT_COLUMNS].join(","), ...lines].join("\n")}\n`);
  const pack = await readPackResults(path, currency);
  expect(pack.byState.get("succeeded")).toBe(SETTLEMENTS.length);
  expect(pack.debited).toBe(formatUnits(spentUnits));
  expect(pack.currencies.toSorted()).toEqual(["NGN", "USD"]);
});

test("A claim that is given back without a POST is not counted as sent", async () => {
  const { campaigns, feed } = campaignStores(t, () => t.nowMs);
  const rows = plannedRows(1);
  const started = await startedCampaign(campaigns, rows);
  await feedNext(feed, started, rows);
  const claim = async () => {
    const claimed = await t.ledger.claim(referenceAt(1), 1, LEASE);
    if (claimed.kind !== "claimed") throw new Error(`the claim was answered ${claimed.kind}`);
    return claimed.record;
  };
  const sent = async () => (await campaigns.minutes(started.id)).map((minute) => minute.sent);
  for (let round = 0; round < 3; round += 1) {
    const givenBack = { to: "queued", because: "not-sent", patch: { leaseUntilMs: null }, dueAtMs: t.nowMs } as const;
    await t.ledger.move(await claim(), givenBack);
    t.nowMs += 1;
  }
  expect(await sent()).toEqual([0]);

  await claim();
  expect(await sent()).toEqual([1]);
});
