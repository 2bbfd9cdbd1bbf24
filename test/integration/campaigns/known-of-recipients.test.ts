/** What a check asks the ledger about recipients, references and operators, many at a time; on real Redis. */
import { type CatalogueOperator, catalogueOperatorSchema } from "@surefill/campaign";
import { endMove } from "@surefill/topup";
import { OperatorMemory, PaymentHistory } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  accepted,
  claimed,
  openTestLedger,
  recordOf,
  requestFor,
  settleAsPaid,
  type TestLedger,
} from "../../support/test-ledger.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let t: TestLedger;
let history: PaymentHistory;
let memory: OperatorMemory;
beforeEach(async () => {
  t = await openTestLedger();
  history = new PaymentHistory(t.redis.client, { prefix: t.redis.prefix });
  memory = new OperatorMemory(t.redis.client, { prefix: t.redis.prefix, nowMs: () => t.nowMs });
});
afterEach(() => t.close());

const hashOf = (phone: number) => t.ledger.recipientHash(String(2348030000000 + phone));

async function withdrawn(reference: string, phone: number): Promise<void> {
  await t.ledger.move(await accepted(t.ledger, reference, requestFor(phone)), endMove("cancelled", "withdrawn"));
}

describe("Whether a recipient was paid lately", () => {
  test("is told by the newest top-up that has paid or may still pay, with its campaign", async () => {
    await accepted(t.ledger, "older", requestFor(1));
    t.nowMs += 1_000;
    await accepted(t.ledger, "newer", requestFor(1, { campaign: "spring" }));
    expect(await history.recentPayments([hashOf(1), hashOf(2)], t.nowMs - DAY_MS)).toEqual([
      { reference: "newer", acceptedAtMs: t.nowMs, state: "queued", campaign: "spring" },
      undefined,
    ]);
  });

  test("is told by one that was paid since, however long ago it was accepted, and not by one that was paid before", async () => {
    const claim = await claimed(t.ledger, "old", requestFor(1));
    t.nowMs += DAY_MS;
    await settleAsPaid(t.ledger, claim);
    expect(await history.recentPayments([hashOf(1)], t.nowMs)).toMatchObject([{ reference: "old" }]);
    expect(await history.recentPayments([hashOf(1)], t.nowMs + 1)).toEqual([undefined]);
  });

  test("is told by one that may still be paid, however long ago it was accepted", async () => {
    await accepted(t.ledger, "waiting", requestFor(1));
    t.nowMs += 60 * DAY_MS;
    expect(await history.recentPayments([hashOf(1)], t.nowMs)).toMatchObject([{ reference: "waiting" }]);
  });

  test.each(["refunded", "failed", "rejected", "cancelled"] as const)(
    "is not told by one that is %s, but by one before it",
    async (state) => {
      await accepted(t.ledger, "paid", requestFor(1));
      t.nowMs += 1_000;
      await accepted(t.ledger, "not-paid", requestFor(1));
      await t.redis.client.hset(`${t.redis.prefix}:{0}:t:not-paid`, "state", state);
      expect(await history.recentPayments([hashOf(1)], 0)).toMatchObject([{ reference: "paid" }]);
    },
  );

  test("is answered in order for more recipients than one script takes", async () => {
    await accepted(t.ledger, "first", requestFor(1));
    await accepted(t.ledger, "last", requestFor(1_200));
    await withdrawn("gone", 600);
    const answers = await history.recentPayments(
      Array.from({ length: 1_200 }, (_, index) => hashOf(index + 1)),
      0,
    );
    expect(answers).toHaveLength(1_200);
    expect([answers[0]?.reference, answers[599]?.reference, answers[1_199]?.reference]).toEqual([
      "first",
      undefined,
      "last",
    ]);
  });
});

test("A reference that is taken is told with its state and what tells its content", async () => {
  await accepted(t.ledger, "taken", requestFor(1, { campaign: "spring" }));
  await withdrawn("withdrawn", 2);
  const used = await history.usedReferences(["free", "taken", "withdrawn"]);
  expect(used).toEqual([
    undefined,
    { state: "queued", campaign: "spring", digest: t.ledger.contentDigest(requestFor(1)) },
    { state: "cancelled", digest: t.ledger.contentDigest(requestFor(2)) },
  ]);
  expect((await recordOf(t.ledger, "taken")).state).toBe("queued");
});

describe("A detected operator", () => {
  test("is kept for each number, with those that could not be told", async () => {
    await memory.keepDetected([
      { phoneHash: hashOf(1), operatorId: 341 },
      { phoneHash: hashOf(2), operatorId: null },
    ]);
    expect(await memory.detected([hashOf(1), hashOf(2), hashOf(3)])).toEqual([341, null, undefined]);
  });

  test("is asked anew after thirty days", async () => {
    await memory.keepDetected([{ phoneHash: hashOf(1), operatorId: 341 }]);
    t.nowMs += 30 * DAY_MS;
    expect(await memory.detected([hashOf(1)])).toEqual([341]);
    t.nowMs += DAY_MS;
    expect(await memory.detected([hashOf(1)])).toEqual([undefined]);
  });

  test("that could not be told is asked anew after an hour", async () => {
    await memory.keepDetected([{ phoneHash: hashOf(1), operatorId: null }]);
    t.nowMs += HOUR_MS - 1;
    expect(await memory.detected([hashOf(1)])).toEqual([null]);
    t.nowMs += 1;
    expect(await memory.detected([hashOf(1)])).toEqual([undefined]);
  });

  test("of one number among thousands is never another's", async () => {
    const found = Array.from({ length: 3_000 }, (_, index) => ({ phoneHash: hashOf(index), operatorId: 1 + index }));
    await memory.keepDetected(found);
    expect(await memory.detected(found.map(({ phoneHash }) => phoneHash))).toEqual(
      found.map(({ operatorId }) => operatorId),
    );
  });
});

test("The catalogue is kept with the time it was fetched at", async () => {
  expect(await memory.catalogue()).toBeUndefined();
  const operator: CatalogueOperator = catalogueOperatorSchema.parse({
    operatorId: 341,
    name: "MTN Nigeria",
    countryCode: "NG",
    isActive: true,
    takesEmail: false,
    accountCurrency: "USD",
    localCurrency: "NGN",
    supportsLocalAmounts: true,
    denominations: "RANGE",
    minAmount: "0.1",
    maxAmount: "90",
    localMinAmount: null,
    localMaxAmount: null,
    fixedAmounts: [],
    localFixedAmounts: [],
    fxRate: "1500.5",
    internationalDiscount: "3",
    localDiscount: "0",
    fees: { international: "0", internationalPercentage: "0", local: "0", localPercentage: "0" },
  });
  expect(await memory.keepCatalogue([operator])).toBe(t.nowMs);
  expect(await memory.catalogue()).toEqual({ operators: [operator], fetchedAtMs: t.nowMs });
});
