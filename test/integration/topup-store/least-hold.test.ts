/** Whoever decides on a hold may have stood still since it looked at a clock: the ledger counts the hold itself. */
import { afterPoll, DEFAULT_TIMINGS, type TopupRecord } from "@surefill/topup";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  acceptance,
  claimed,
  LEASE,
  openTestLedger,
  recordOf,
  requestFor,
  type TestLedger,
} from "../../support/test-ledger.js";

let t: TestLedger;
beforeEach(async () => {
  t = await openTestLedger();
});
afterEach(() => t.close());

const { FAILED_HOLD_MS } = DEFAULT_TIMINGS;
const HOUR_MS = 3_600_000;

async function processing(reference: string): Promise<TopupRecord> {
  const record = await claimed(t.ledger, reference);
  await t.ledger.move(record, acceptance(1, t.nowMs));
  return recordOf(t.ledger, reference);
}

function failedAt(record: TopupRecord, nowMs: number) {
  return afterPoll(record, { kind: "failed" }, 1, { nowMs, random: () => 0, timings: DEFAULT_TIMINGS });
}

test("a hold on FAILED lasts its half hour from when it is written down, however old the decision is", async () => {
  const record = await processing("slept");
  const decidedAtMs = t.nowMs;
  t.nowMs += HOUR_MS; // The worker stands still between its decision and the write.
  const moved = await t.ledger.move(record, failedAt(record, decidedAtMs));
  expect(moved).toMatchObject({ kind: "moved", dueAtMs: t.nowMs + FAILED_HOLD_MS });
  expect(await recordOf(t.ledger, "slept")).toMatchObject({
    state: "held",
    holdReason: "failed",
    holdUntilMs: t.nowMs + FAILED_HOLD_MS,
    dueAtMs: t.nowMs + FAILED_HOLD_MS,
  });
});

test("the product's gate stays closed as long as the hold", async () => {
  const record = await processing("first");
  const decidedAtMs = t.nowMs;
  t.nowMs += HOUR_MS;
  await t.ledger.move(record, failedAt(record, decidedAtMs));
  await t.ledger.accept([{ reference: "second", request: requestFor(1) }]);
  expect(await t.ledger.claim("second", 1, LEASE)).toMatchObject({
    kind: "gated",
    record: { holdUntilMs: t.nowMs + FAILED_HOLD_MS },
  });
});

test("a decision that is ahead of the ledger's clock keeps its own end", async () => {
  const record = await processing("ahead");
  const decidedAtMs = t.nowMs + 1_000;
  await t.ledger.move(record, failedAt(record, decidedAtMs));
  expect(await recordOf(t.ledger, "ahead")).toMatchObject({ holdUntilMs: decidedAtMs + FAILED_HOLD_MS });
});
