/** A report that does not show what is paid for certain: its emptiness proves nothing. */
import {
  afterLookup,
  DEFAULT_TIMINGS,
  isMark,
  marksToAskFor,
  type ReportCurrency,
  reportCurrencyOf,
  type TopupRecord,
} from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { decisionContext, GRANTED_AT_MS, topupRecord } from "../../support/topup-record.js";

const BECAME_UNKNOWN_MS = GRANTED_AT_MS + 90_000;
const QUIET_UNTIL_MS = GRANTED_AT_MS + DEFAULT_TIMINGS.SEND_DEADLINE_MS + DEFAULT_TIMINGS.QUIET_MS;
const HOUR_MS = 3_600_000;
const LAGS: ReportCurrency = { kind: "lags", sentAtMs: GRANTED_AT_MS + 1 };
const unknown = (changes: Partial<TopupRecord> = {}) =>
  topupRecord({
    state: "unknown",
    enteredAtMs: BECAME_UNKNOWN_MS,
    unknownSinceMs: BECAME_UNKNOWN_MS,
    rounds: 1,
    ...changes,
  });
const nothing = (nowMs: number, report: ReportCurrency, record = unknown()) =>
  afterLookup(record, { kind: "rows", rows: [], report }, decisionContext(nowMs));

describe("an empty report that is seen to lag", () => {
  test("never lets a top-up be sent again, or go to a person, for 48 hours", () => {
    for (const changes of [{}, { rounds: 3 }, { rounds: 9, outageRounds: 1 }, { identifierUsed: true }]) {
      for (const nowMs of [QUIET_UNTIL_MS, QUIET_UNTIL_MS + 2 * HOUR_MS, BECAME_UNKNOWN_MS + 48 * HOUR_MS]) {
        const move = nothing(nowMs, LAGS, unknown(changes));
        expect(move).toMatchObject({ to: "unknown", because: "report-lags" });
        expect(move.patch).not.toHaveProperty("rounds");
        expect(move.dueAtMs).toBeGreaterThan(nowMs);
        expect(move.dueAtMs).toBeLessThanOrEqual(nowMs + 300_000);
      }
      expect(nothing(BECAME_UNKNOWN_MS + 48 * HOUR_MS + 1, LAGS, unknown(changes)).to).toBe("review");
    }
  });

  test("is noted with the time at which it was first seen, until the report is current or the top-up is found", () => {
    expect(nothing(QUIET_UNTIL_MS, LAGS).patch.reportLagsSinceMs).toBe(QUIET_UNTIL_MS);
    const record = unknown({ reportLagsSinceMs: QUIET_UNTIL_MS });
    const laterMs = QUIET_UNTIL_MS + HOUR_MS;
    expect(nothing(laterMs, LAGS, record).patch.reportLagsSinceMs).toBe(QUIET_UNTIL_MS);
    const current = nothing(laterMs, { kind: "current" }, record);
    expect(current).toMatchObject({ to: "queued", patch: { reportLagsSinceMs: null } });
    const away = afterLookup(record, { kind: "unreached", code: "RELOADLY_TIMEOUT" }, decisionContext(laterMs));
    expect(away.patch).not.toHaveProperty("reportLagsSinceMs");
    const row = { transactionId: 7, operatorId: 341, recipient: "2348031234567", requestedAmount: "5" };
    const rows = [{ ...row, status: { kind: "processing" } as const }];
    const found = afterLookup(record, { kind: "rows", rows }, decisionContext(laterMs));
    expect(found).toMatchObject({ to: "processing", patch: { reportLagsSinceMs: null } });
  });

  test("changes nothing before the quiet period is over", () => {
    expect(nothing(QUIET_UNTIL_MS - 1, LAGS).because).toBe("not-found-yet");
  });
});

test("an empty report that nothing is known of, or that is current, is believed after the quiet period", () => {
  for (const kind of ["not-seen", "current"] as const) {
    expect(nothing(QUIET_UNTIL_MS, { kind }).because).toBe("not-found-after-quiet-period");
    expect(nothing(QUIET_UNTIL_MS, { kind }, unknown({ rounds: 3 })).because).toBe("unknown-too-often");
  }
});

describe("the top-ups that a report is held against", () => {
  test("are not asked for before the quiet period is over", () => {
    expect(marksToAskFor(unknown(), decisionContext(QUIET_UNTIL_MS - 1))).toBeUndefined();
  });

  test("are the first that was sent after it, and the latest that was sent after the POST, confirmed for 15 seconds", () => {
    const nowMs = QUIET_UNTIL_MS + HOUR_MS;
    const confirmedUntilMs = nowMs - 15_000;
    expect(marksToAskFor(unknown(), decisionContext(nowMs))).toEqual({
      beyond: { sentFromMs: QUIET_UNTIL_MS, confirmedUntilMs, pick: "first" },
      latest: { sentFromMs: GRANTED_AT_MS, confirmedUntilMs, pick: "last" },
    });
  });

  test("are ones that the provider confirmed and no person settled", () => {
    const paid = topupRecord({ state: "succeeded", transactionId: 7 });
    expect(isMark(paid)).toBe(true);
    expect(isMark({ ...paid, state: "processing" })).toBe(false);
    expect(isMark({ ...paid, resolvedBy: "Ada" })).toBe(false);
    const { transactionId: _, ...unnamed } = paid;
    expect(isMark(unnamed)).toBe(false);
  });
});

test("a report is current if it shows either of them, lags if it shows none, and is not seen where there is none", () => {
  const shown = { sentAtMs: 5, isShown: true };
  const missing = { sentAtMs: 9, isShown: false };
  expect(reportCurrencyOf({ beyond: shown })).toEqual({ kind: "current" });
  expect(reportCurrencyOf({ beyond: missing, latest: shown })).toEqual({ kind: "current" });
  expect(reportCurrencyOf({ beyond: { sentAtMs: 3, isShown: false }, latest: missing })).toEqual({
    kind: "lags",
    sentAtMs: 9,
  });
  expect(reportCurrencyOf({ latest: missing })).toEqual({ kind: "lags", sentAtMs: 9 });
  expect(reportCurrencyOf({})).toEqual({ kind: "not-seen" });
});
