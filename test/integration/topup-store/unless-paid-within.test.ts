/**
 * The recipient guard of a single top-up: what it finds, that of several at once only one passes, and that it does not
 * take what was forgotten for what never was. On real Redis, with a clock that the test sets.
 */
import { endMove, type TopupRequest } from "@surefill/topup";
import type { Accepted, NotTaken } from "@surefill/topup-store";
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

const DAY_MS = 86_400_000;

let t: TestLedger;
beforeEach(async () => {
  t = await openTestLedger();
});
afterEach(() => t.close());

/** Sends one top-up under the guard. */
async function guarded(reference: string, request: TopupRequest, days = 30): Promise<Accepted | NotTaken> {
  const [answer] = await t.ledger.acceptWithin([{ reference, request, unlessPaidWithinMs: days * DAY_MS }]);
  if (answer === undefined) throw new Error("the ledger gave no answer");
  return answer;
}

async function paid(reference: string, phone: number): Promise<void> {
  await settleAsPaid(t.ledger, await claimed(t.ledger, reference, requestFor(phone)));
}

describe("a top-up under unlessPaidWithin", () => {
  test("is not taken after another was paid within that time, which is named, and is taken afterwards", async () => {
    await paid("earlier", 1);
    const endedAtMs = t.nowMs;
    t.nowMs += 30 * DAY_MS;
    expect(await guarded("later", requestFor(1))).toEqual({
      kind: "paid-recently",
      reference: "later",
      paidBy: { reference: "earlier", state: "succeeded", acceptedAtMs: endedAtMs, endedAtMs },
    });
    expect(await t.ledger.look("later")).toBeUndefined();
    t.nowMs += 1;
    expect(await guarded("later", requestFor(1))).toMatchObject({ kind: "created" });
  });

  test("counts from the payment, not from when the other one was accepted", async () => {
    const claim = await claimed(t.ledger, "slow", requestFor(1));
    t.nowMs += 3 * DAY_MS;
    await settleAsPaid(t.ledger, claim);
    t.nowMs += 1;
    expect(await guarded("later", requestFor(1), 1)).toMatchObject({ kind: "paid-recently" });
  });

  test("is not taken while another may still be paid, however long ago that one was accepted", async () => {
    const claim = await claimed(t.ledger, "slow", requestFor(1));
    await t.ledger.move(claim, acceptance(7, t.nowMs));
    await accepted(t.ledger, "waiting", requestFor(2));
    t.nowMs += 60 * DAY_MS;
    for (const [phone, state] of [
      [1, "processing"],
      [2, "queued"],
    ] as const) {
      const answer = await guarded(`later-${phone}`, requestFor(phone), 1);
      expect(answer).toMatchObject({ kind: "paid-recently", paidBy: { state } });
      expect(answer).not.toHaveProperty("paidBy.endedAtMs");
    }
  });

  test.each(["refunded", "failed", "rejected", "cancelled"] as const)(
    "is taken after one that is %s",
    async (state) => {
      await accepted(t.ledger, "unpaid", requestFor(1));
      await t.redis.client.hset(`${t.redis.prefix}:{0}:t:unpaid`, "state", state);
      expect(await guarded("later", requestFor(1))).toMatchObject({ kind: "created" });
    },
  );

  test("is not taken after one that ended without money and turned out as paid", async () => {
    const claim = await claimed(t.ledger, "unpaid", requestFor(1));
    await t.ledger.move(claim, endMove("rejected", "refused", { code: "INVALID_RECIPIENT_PHONE" }));
    await t.ledger.contradict("unpaid", [{ attempt: 1, transactionId: 7 }]);
    expect(await guarded("later", requestFor(1))).toMatchObject({ kind: "paid-recently" });
  });

  test("finds what was sent to another number of the same line", async () => {
    const to = (number: string) => requestFor(1, { recipientPhone: { countryCode: "AR", number } });
    await accepted(t.ledger, "mobile", to("5491123456789"));
    expect(await guarded("later", to("541123456789"))).toMatchObject({ paidBy: { reference: "mobile" } });
  });

  test("that was taken is answered as it is when it is sent again", async () => {
    await guarded("once", requestFor(1));
    expect(await guarded("once", requestFor(1))).toMatchObject({ kind: "exists" });
    expect(await guarded("once", requestFor(1, { amount: "9" }))).toMatchObject({ kind: "conflict" });
  });

  test("uses nothing of its key's limit of the day when it is not taken", async () => {
    await accepted(t.ledger, "earlier", requestFor(1));
    const spend = { units: 5, unitsMax: 5 };
    const items = [1, 2].map((phone) => ({
      reference: `s-${phone}`,
      request: requestFor(phone),
      caller: "shop",
      spend,
      unlessPaidWithinMs: DAY_MS,
    }));
    const kinds = (await t.ledger.acceptWithin(items)).map(({ kind }) => kind);
    expect(kinds).toEqual(["paid-recently", "created"]);
  });
});

describe("of several to one recipient at once one is taken", () => {
  test("a hundred single ones, and twenty in one batch", async () => {
    const single = await Promise.all(Array.from({ length: 100 }, (_, index) => guarded(`s-${index}`, requestFor(1))));
    const batch = await t.ledger.acceptWithin(
      Array.from({ length: 20 }, (_, index) => ({
        reference: `b-${index}`,
        request: requestFor(2),
        unlessPaidWithinMs: DAY_MS,
      })),
    );
    for (const answers of [single, batch]) expect(answers.filter(({ kind }) => kind === "created")).toHaveLength(1);
  });

  test("a campaign's rows and single ones, in either order and mixed", async () => {
    const { campaigns, feed } = campaignStores(t, () => t.nowMs);
    const rows = plannedRows(40);
    const campaign = await startedCampaign(campaigns, rows);
    // Some rows are fed before, some singles come before their rows, the others meet.
    await feedNext(feed, campaign, rows, { limit: 10 });
    const single = (row: number) => guarded(`single-${row}`, requestFor(row));
    const steps = rows.map(({ row }, index) =>
      index % 2 === 0 ? [single(row), feedNext(feed, campaign, rows, { limit: 4 })] : [single(row)],
    );
    await Promise.all(steps.flat());
    await feedNext(feed, campaign, rows);

    const recipients = await Promise.all(
      rows.map(async ({ recipient }) => (await t.ledger.list({ phone: recipient }, { limit: 10 })).records.length),
    );
    expect(recipients).toEqual(rows.map(() => 1));
    const { tally } = (await campaigns.progress(campaign.id)) ?? {};
    expect((tally?.rows.queued ?? 0) + (tally?.rows["paid-recently"] ?? 0)).toBe(40);
  });
});

describe("what retention has shrunk", () => {
  async function shrunk(): Promise<void> {
    await paid("old", 1);
    t.nowMs += 2 * DAY_MS;
    expect(await t.ledger.shrinkOld(DAY_MS, 10)).toBe(1);
  }

  test("is not taken for what never was: a guard that reaches back to it is refused, a shorter one is not", async () => {
    await shrunk();
    expect(await guarded("beyond", requestFor(1), 30)).toEqual({
      kind: "forgotten",
      reference: "beyond",
      forgottenUntilMs: t.nowMs - 2 * DAY_MS,
    });
    expect(await guarded("within", requestFor(1), 1)).toMatchObject({ kind: "created" });
  });

  test("does not matter where it had paid nothing", async () => {
    await t.ledger.move(await accepted(t.ledger, "gone", requestFor(1)), endMove("cancelled", "withdrawn"));
    t.nowMs += 2 * DAY_MS;
    expect(await t.ledger.shrinkOld(DAY_MS, 10)).toBe(1);
    expect(await guarded("later", requestFor(1), 30)).toMatchObject({ kind: "created" });
  });

  test("pauses a campaign whose recentlyPaid reaches back to it, before it pays anybody", async () => {
    await shrunk();
    const { campaigns, feed } = campaignStores(t, () => t.nowMs);
    const rows = plannedRows(2);
    const campaign = await startedCampaign(campaigns, rows, { options: { recentlyPaid: { days: 30 } } });
    expect(await feedNext(feed, campaign, rows)).toMatchObject({ kind: "closed" });
    expect((await campaigns.progress(campaign.id))?.campaign).toMatchObject({
      state: "paused",
      pause: { reason: "retention" },
      fed: 0,
    });
    const shorter = await startedCampaign(campaigns, rows, { run: "shorter", options: { recentlyPaid: { days: 1 } } });
    expect(await feedNext(feed, shorter, rows)).toMatchObject({ topups: { length: 2 } });
  });
});
