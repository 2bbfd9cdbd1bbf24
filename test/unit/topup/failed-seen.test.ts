/** How long what the provider calls FAILED may still turn, and who need not wait for that again. */
import { afterHold, failedSeenIn, mayStillTurn, nextAttemptMove } from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { decisionContext, topupRecord } from "../../support/topup-record.js";

const NOW_MS = 1_800_000_000_000;
const timings = { FAILED_HOLD_MS: 1_800_000 };
const failed = (transactionId: number) => ({ transactionId, status: "FAILED" });

describe("what is FAILED", () => {
  test("is known from the first time that it was heard, each transaction by itself", () => {
    const known = { failedSeen: [{ transactionId: 7, atMs: 5 }] };
    expect(failedSeenIn(known, [failed(7), failed(8)], NOW_MS)).toEqual([
      { transactionId: 7, atMs: 5 },
      { transactionId: 8, atMs: NOW_MS },
    ]);
  });

  test.each(["PROCESSING", "SUCCESSFUL", "REFUNDED", "NEW_WORD"])("is forgotten when it is %s now", (status) => {
    const known = { failedSeen: [{ transactionId: 7, atMs: 5 }] };
    expect(failedSeenIn(known, [{ transactionId: 7, status }], NOW_MS)).toEqual([]);
  });

  test("may turn until the hold after the latest one is over, and not a millisecond longer", () => {
    const seen = [
      { transactionId: 7, atMs: NOW_MS },
      { transactionId: 8, atMs: NOW_MS + 10 },
      { transactionId: 9, atMs: NOW_MS - 10 },
    ];
    const untilMs = NOW_MS + 10 + 1_800_000;
    expect(mayStillTurn(seen, { nowMs: untilMs - 1, timings })).toEqual({
      transactionId: 8,
      atMs: NOW_MS + 10,
      untilMs,
    });
    expect(mayStillTurn(seen, { nowMs: untilMs, timings })).toBeUndefined();
    expect(mayStillTurn([], { nowMs: NOW_MS, timings })).toBeUndefined();
  });
});

describe("a hold that is over", () => {
  const held = topupRecord({
    state: "held",
    holdReason: "failed",
    holdUntilMs: NOW_MS - 86_400_001,
    transactionId: 7,
    failedSeen: [{ transactionId: 6, atMs: 5 }],
  });
  const context = decisionContext(NOW_MS);
  const seen = [
    { transactionId: 6, atMs: 5 },
    { transactionId: 7, atMs: NOW_MS - 86_400_001 - context.timings.FAILED_HOLD_MS },
  ];

  test("is remembered by the next attempt: a review of that one need not wait for the former", () => {
    const move = afterHold(held, { kind: "failed" }, 1, context);
    expect(move).toMatchObject({ to: "queued", patch: { failedSeen: seen } });
    expect(mayStillTurn(move.patch.failedSeen ?? [], { nowMs: NOW_MS, timings: context.timings })).toBeUndefined();
  });

  test("is remembered by the review that the provider's silence leads to", () => {
    const move = afterHold(held, { kind: "unreadable", code: "TIMEOUT" }, 1, context);
    expect(move).toMatchObject({ to: "review", patch: { failedSeen: seen } });
  });

  test("and only such a one: a person's new attempt says nothing of holds", () => {
    expect(nextAttemptMove(held, "resolved-by-operator", NOW_MS).patch).not.toHaveProperty("failedSeen");
  });
});
