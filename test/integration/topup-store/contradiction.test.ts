/**
 * Transactions that are known already and turned out as paid, on real Redis: while the record says otherwise nothing more
 * is sent, and no end is written that says no money moved, before a person has looked.
 */
import { endMove, nextAttemptMove, type TopupRecord } from "@surefill/topup";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  acceptance,
  claimed,
  heldOnFailed,
  LEASE,
  nextAfterFailed,
  openTestLedger,
  recordOf,
  type TestLedger,
} from "../../support/test-ledger.js";

let t: TestLedger;
beforeEach(async () => {
  t = await openTestLedger();
});
afterEach(() => t.close());

const now = () => recordOf(t.ledger, "m-1");

/** Attempt 1 was transaction 7, which FAILED; attempt 2 waits to be sent. */
const secondAttempt = async () => nextAfterFailed(t.ledger, await claimed(t.ledger, "m-1"), 7);

async function claimSecond(): Promise<TopupRecord> {
  const answer = await t.ledger.claim("m-1", 2, LEASE);
  if (answer.kind !== "claimed") throw new Error(`the claim was answered ${answer.kind}`);
  return answer.record;
}

const FIRST_PAID = [{ attempt: 1, transactionId: 7 }];

describe("the transaction of an earlier attempt that turns out as paid", () => {
  test("keeps the attempt that waits from being sent, though its id is no news", async () => {
    const waiting = await secondAttempt();
    await t.ledger.addEvidence("m-1", 1, 7);
    await t.ledger.contradict("m-1", FIRST_PAID);
    expect(await t.ledger.claim("m-1", 2, LEASE)).toMatchObject({ kind: "contradicted", record: { state: "queued" } });
    expect(await now()).toEqual({ ...waiting, version: waiting.version + 1 });
  });

  test("keeps a third attempt from being sent, where it turns while the second is under way", async () => {
    await secondAttempt();
    await t.ledger.move(await claimSecond(), acceptance(8, t.nowMs));
    await t.ledger.contradict("m-1", [...FIRST_PAID, { attempt: 2, transactionId: 8 }]);
    const held = await heldOnFailed(t.ledger, "m-1");
    await t.ledger.move(held, nextAttemptMove(held, "still-failed-after-hold", t.nowMs));
    expect((await t.ledger.claim("m-1", 3, LEASE)).kind).toBe("contradicted");
  });

  test("counts although the answer to the current attempt waits to be taken", async () => {
    await secondAttempt();
    await t.ledger.move(await claimSecond(), { to: "unknown", because: "lease-expired", patch: {}, dueAtMs: t.nowMs });
    const again = { to: "queued", because: "not-found-after-quiet-period", patch: {}, dueAtMs: t.nowMs } as const;
    await t.ledger.move(await now(), again);
    await t.ledger.addEvidence("m-1", 2, 8);
    await t.ledger.contradict("m-1", [{ attempt: 2, transactionId: 8 }]);
    expect((await t.ledger.claim("m-1", 2, LEASE)).kind).toBe("answered");
    await t.ledger.contradict("m-1", FIRST_PAID);
    expect((await t.ledger.claim("m-1", 2, LEASE)).kind).toBe("contradicted");
  });

  test("is marked once, and holds nothing up any more once a person has decided", async () => {
    await secondAttempt();
    await t.ledger.contradict("m-1", FIRST_PAID);
    const marked = await now();
    await t.ledger.contradict("m-1", FIRST_PAID);
    expect(await now()).toEqual(marked);
    await t.ledger.move(marked, endMove("review", "several-transaction-ids"));
    await t.ledger.move(await now(), nextAttemptMove(await now(), "resolved-by-operator", t.nowMs));
    expect((await t.ledger.claim("m-1", 3, LEASE)).kind).toBe("claimed");
  });
});

describe("an end without money", () => {
  const KNOWN_TWICE = [
    { attempt: 1, transactionId: 7 },
    { attempt: 1, transactionId: 8 },
  ];

  test.each([
    ["failed", "no-attempts-left"],
    ["refunded", "status-refunded"],
  ] as const)("is not written as %s while another transaction of the attempt may be paid", async (to, because) => {
    await t.ledger.move(await claimed(t.ledger, "m-1"), acceptance(7, t.nowMs));
    await t.ledger.addEvidence("m-1", 1, 8);
    const held = await heldOnFailed(t.ledger, "m-1");
    expect(await t.ledger.move(held, endMove(to, because))).toEqual({
      kind: "contradicted",
      record: held,
      nowMs: t.nowMs,
    });
    expect(await now()).toEqual(held);
    expect(await t.ledger.list({ state: to }, { limit: 1 })).toEqual({ records: [] });
    expect((await t.ledger.move(held, endMove("review", "several-transaction-ids"))).kind).toBe("moved");
    expect((await t.ledger.move(await now(), endMove(to, "resolved-by-operator"))).kind).toBe("moved");
  });

  test("is not written for a refusal of the attempt after the one that turned out as paid", async () => {
    await secondAttempt();
    const claim = await claimSecond();
    await t.ledger.contradict("m-1", FIRST_PAID);
    expect((await t.ledger.move(claim, endMove("rejected", "refused"))).kind).toBe("contradicted");
  });

  test("is not brought by a transaction beside the answer that waits to be taken, and is by that answer", async () => {
    const lost = { to: "unknown", because: "lease-expired", patch: {}, dueAtMs: t.nowMs } as const;
    await t.ledger.move(await claimed(t.ledger, "m-1"), lost);
    await t.ledger.addEvidence("m-1", 1, 7);
    const refunded = (transactionId: number) => endMove("refunded", "found-in-report", { transactionId });
    expect((await t.ledger.move(await now(), refunded(8))).kind).toBe("contradicted");
    expect((await t.ledger.list({ transactionId: 8 }, { limit: 1 })).records).toEqual([]);
    expect((await t.ledger.move(await now(), refunded(7))).kind).toBe("moved");
  });

  test("leaves the way to success open: that it was paid contradicts nothing", async () => {
    await t.ledger.move(await claimed(t.ledger, "m-1"), acceptance(7, t.nowMs));
    await t.ledger.contradict("m-1", KNOWN_TWICE);
    expect((await t.ledger.move(await now(), endMove("succeeded", "status-successful"))).kind).toBe("moved");
  });
});

test("A top-up's current transaction contradicts nothing, however often it is seen alive", async () => {
  await secondAttempt();
  await t.ledger.move(await claimSecond(), acceptance(8, t.nowMs));
  const processing = await now();
  await t.ledger.contradict("m-1", [{ attempt: 2, transactionId: 8 }]);
  await t.ledger.contradict("nobody", FIRST_PAID);
  expect(await now()).toEqual(processing);
});

test("A transaction that names no attempt, and is not the current one, is for a person", async () => {
  await secondAttempt();
  await t.ledger.contradict("m-1", [{ attempt: null, transactionId: 7 }]);
  expect((await t.ledger.claim("m-1", 2, LEASE)).kind).toBe("contradicted");
});

test("A top-up that a person is deciding, and one that was paid, are left as they are", async () => {
  await t.ledger.move(await claimed(t.ledger, "m-1"), acceptance(7, t.nowMs));
  await t.ledger.move(await now(), endMove("review", "processing-for-too-long"));
  const review = await now();
  await t.ledger.contradict("m-1", [{ attempt: 1, transactionId: 6 }]);
  expect(await now()).toEqual(review);
  await t.ledger.move(review, endMove("succeeded", "resolved-by-operator"));
  const paid = await now();
  await t.ledger.contradict("m-1", [{ attempt: 1, transactionId: 6 }]);
  expect(await now()).toEqual(paid);
});
