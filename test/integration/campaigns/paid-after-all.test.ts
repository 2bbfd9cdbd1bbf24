/**
 * Rows that ended without money and were paid after all, as the ledger learns it later: a retry must not send them again,
 * and a check must take their recipients for paid.
 */
import { checkOptionsSchema, type ReadRow } from "@surefill/campaign";
import { DEFAULT_TIMINGS, endMove, nextAttemptMove, unknownMove } from "@surefill/topup";
import { type Campaign, type Campaigns, PaymentHistory } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRetrySelection } from "../../../apps/producer/src/campaigns/check/retry-selection.js";
import { readOutcomes } from "../../../apps/producer/src/campaigns/rows/planned-file.js";
import { campaignStores, feedNext, plannedRows, referenceAt, startedCampaign } from "../../support/test-campaign.js";
import { acceptance, LEASE, openTestLedger, recordOf, type TestLedger } from "../../support/test-ledger.js";

const DAY_MS = 86_400_000;
const ROWS = plannedRows(2);

let t: TestLedger;
let campaigns: Campaigns;
let history: PaymentHistory;
let campaign: Campaign;

beforeEach(async () => {
  t = await openTestLedger();
  const stores = campaignStores(t, () => t.nowMs);
  campaigns = stores.campaigns;
  history = new PaymentHistory(t.redis.client, { prefix: t.redis.prefix });
  campaign = await startedCampaign(campaigns, ROWS);
  await feedNext(stores.feed, campaign, ROWS);
});
afterEach(() => t.close());

async function claim(row: number) {
  const { attempt } = await recordOf(t.ledger, referenceAt(row));
  const answer = await t.ledger.claim(referenceAt(row), attempt, LEASE);
  if (answer.kind !== "claimed") throw new Error(`the claim was answered ${answer.kind}`);
  return answer.record;
}

/** The answer of the first POST is lost; the second is refused. */
async function rejectedAfterLostAnswer(row: number): Promise<void> {
  const first = await claim(row);
  const context = { nowMs: t.nowMs, random: () => 0.5, timings: DEFAULT_TIMINGS };
  await t.ledger.move(first, unknownMove(first, "lease-expired", "WORKER_LOST", context));
  const again = { to: "queued", because: "not-found-after-quiet-period", patch: {}, dueAtMs: t.nowMs } as const;
  await t.ledger.move(await recordOf(t.ledger, referenceAt(row)), again);
  await t.ledger.move(await claim(row), endMove("rejected", "refused", { code: "INVALID_RECIPIENT_PHONE" }));
}

/** Accepted, FAILED at the provider, and given up by a person. */
async function failedAfterAcceptance(row: number, transactionId: number): Promise<void> {
  await t.ledger.move(await claim(row), acceptance(transactionId, t.nowMs));
  await t.ledger.move(await recordOf(t.ledger, referenceAt(row)), endMove("review", "status-failed"));
  await t.ledger.move(await recordOf(t.ledger, referenceAt(row)), endMove("failed", "resolved-by-operator"));
}

/** Debited by the provider, and given back. */
async function refunded(row: number, transactionId: number): Promise<void> {
  await t.ledger.move(await claim(row), acceptance(transactionId, t.nowMs));
  const code = "TRANSACTION_FAILED_ON_OPERATOR";
  await t.ledger.move(await recordOf(t.ledger, referenceAt(row)), endMove("refunded", "status-refunded", { code }));
}

const readOf = (row: number): ReadRow => ({ row, line: row, problems: [], assumptions: [], toleranceUnits: 0 });

const FAILURES = ["recipient", "amount", "operator", "account", "provider", "request"];

/** How a retry of these classes takes each row: `sent`, the problem that refuses it, or `left out`. */
async function retried(classes: readonly string[] = FAILURES): Promise<string[]> {
  const select = await createRetrySelection(
    { campaigns, ledger: t.ledger, history },
    {
      retryOf: { campaign: campaign.id, classes },
      options: checkOptionsSchema.parse({ run: "run-1-r1" }),
    },
  );
  const selected = await select?.(0);
  return ROWS.map(({ row }) =>
    selected?.has(row) ? (selected.prepare(readOf(row)).problems[0]?.code ?? "sent") : "left out",
  );
}

const paidLately = async (row: number) =>
  (await history.recentPayments([t.ledger.recipientHash(ROWS[row - 1]?.recipient ?? "")], 0))[0]?.reference;

describe("a retry", () => {
  test("sends a rejected row again, and not once its first POST turns out as accepted", async () => {
    await rejectedAfterLostAnswer(1);
    await rejectedAfterLostAnswer(2);
    expect(await retried()).toEqual(["sent", "sent"]);
    await t.ledger.addEvidence(referenceAt(1), 1, 777);
    expect(await retried()).toEqual(["EARLIER_MAY_BE_PAID", "sent"]);
  });

  test("leaves a row to a person whose lost answer comes while its second POST is being refused", async () => {
    const first = await claim(1);
    await t.ledger.addEvidence(referenceAt(1), 1, 777);
    const refused = endMove("rejected", "refused", { code: "INVALID_RECIPIENT_PHONE" });
    expect((await t.ledger.move(first, refused)).kind).toBe("contradicted");
    await t.ledger.move(first, endMove("review", "accepted-by-provider"));
    expect(await retried()).toEqual(["left out", "left out"]);
  });

  test("refuses a failed row whose own transaction turned out as paid", async () => {
    await failedAfterAcceptance(1, 7);
    await failedAfterAcceptance(2, 8);
    await t.ledger.contradict(referenceAt(2), [{ attempt: 1, transactionId: 8 }]);
    expect(await retried()).toEqual(["sent", "EARLIER_MAY_BE_PAID"]);
  });

  test("sends a refunded row again by the class of its code, and not once it turns out as paid", async () => {
    await refunded(1, 7);
    await refunded(2, 8);
    await t.ledger.contradict(referenceAt(2), [{ attempt: 1, transactionId: 8 }]);
    expect(await retried(["operator"])).toEqual(["sent", "EARLIER_MAY_BE_PAID"]);
    expect(await retried(["provider"])).toEqual(["left out", "left out"]);
  });

  test("sends a withdrawn row only when asked for the cancelled ones, and not once it turns out as paid", async () => {
    for (const row of [1, 2]) {
      await t.ledger.move(await recordOf(t.ledger, referenceAt(row)), endMove("cancelled", "withdrawn"));
    }
    await t.ledger.addEvidence(referenceAt(2), 1, 777);
    expect(await retried()).toEqual(["left out", "left out"]);
    expect(await retried(["cancelled"])).toEqual(["sent", "EARLIER_MAY_BE_PAID"]);
  });

  test("goes on refusing it when retention has shrunk it", async () => {
    await rejectedAfterLostAnswer(1);
    await t.ledger.addEvidence(referenceAt(1), 1, 777);
    t.nowMs += 91 * DAY_MS;
    expect(await t.ledger.shrinkOld(90 * DAY_MS, 100)).toBe(1);
    expect(await retried()).toEqual(["EARLIER_MAY_BE_PAID", "left out"]);
  });

  test("takes the FAILED transaction of an earlier attempt for what it is", async () => {
    await t.ledger.move(await claim(1), acceptance(7, t.nowMs));
    const processing = await recordOf(t.ledger, referenceAt(1));
    const hold = { holdReason: "failed", holdUntilMs: t.nowMs } as const;
    await t.ledger.move(processing, { to: "held", because: "status-failed", patch: hold, dueAtMs: t.nowMs });
    const held = await recordOf(t.ledger, referenceAt(1));
    await t.ledger.move(held, nextAttemptMove(held, "still-failed-after-hold", t.nowMs));
    await t.ledger.move(await claim(1), endMove("rejected", "refused", { code: "INVALID_RECIPIENT_PHONE" }));
    await t.ledger.addEvidence(referenceAt(1), 1, 7);
    expect(await retried()).toEqual(["sent", "left out"]);
  });
});

describe("a recipient", () => {
  test("counts as paid lately when the top-up that was rejected is contradicted", async () => {
    await rejectedAfterLostAnswer(1);
    expect(await paidLately(1)).toBeUndefined();
    await t.ledger.addEvidence(referenceAt(1), 1, 777);
    expect(await paidLately(1)).toBe(referenceAt(1));
  });

  test("counts as paid lately when its failed top-up's own transaction turned out as paid", async () => {
    await failedAfterAcceptance(1, 7);
    expect(await paidLately(1)).toBeUndefined();
    await t.ledger.contradict(referenceAt(1), [{ attempt: 1, transactionId: 7 }]);
    expect(await paidLately(1)).toBe(referenceAt(1));
  });
});

test("A top-up that ended without money is marked as contradicted by its own transaction, once", async () => {
  await failedAfterAcceptance(1, 7);
  await t.ledger.move(await claim(2), acceptance(8, t.nowMs));
  const before = await recordOf(t.ledger, referenceAt(1));
  const open = await recordOf(t.ledger, referenceAt(2));
  for (const row of [1, 1, 2]) await t.ledger.contradict(referenceAt(row), [{ attempt: 1, transactionId: row + 6 }]);
  await t.ledger.contradict("nobody", []);
  expect(await recordOf(t.ledger, referenceAt(1))).toEqual({ ...before, version: before.version + 1 });
  expect(await recordOf(t.ledger, referenceAt(2))).toEqual(open);
  expect(await history.contradicted([referenceAt(1), referenceAt(2), "nobody"])).toEqual(new Set([referenceAt(1)]));
});

test("The result of a row that retention has shrunk before its campaign still tells that it was paid", async () => {
  await t.ledger.move(await claim(1), acceptance(7, t.nowMs));
  const settlement = { cost: "4.85", costCurrency: "USD" };
  const processing = await recordOf(t.ledger, referenceAt(1));
  await t.ledger.move(processing, endMove("succeeded", "status-successful", { settlement }));
  t.nowMs += 91 * DAY_MS;
  expect(await t.ledger.shrinkOld(90 * DAY_MS, 100)).toBe(1);
  const found = await campaigns.find(campaign.id);
  if (found?.plan === undefined) throw new Error("the campaign is gone");
  const [first, second] = await readOutcomes(
    { campaigns, ledger: t.ledger },
    { campaign: found, plan: found.plan },
    ROWS,
  );
  expect(first?.outcome).toMatchObject({ state: "succeeded", transactionId: 7, settlement });
  expect(second?.outcome.state).toBe("queued");
});
