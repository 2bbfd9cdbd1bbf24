/** The pace of a campaign, and when it will be through: a range that holds what it says, through the hours it may send. */
import type { MinutePoint } from "@surefill/topup-store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dailyMsOf, estimate, paceOf } from "../../../apps/producer/src/campaigns/eta.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const T0 = Date.parse("2026-03-10T00:00:00Z");

function point(minute: number, succeeded: number, widthMinutes = 1): MinutePoint {
  const nothing = { sent: 0, refunded: 0, failed: 0, rejected: 0, cancelled: 0, spentUnits: 0 };
  return { atMs: T0 + minute * MINUTE_MS, widthMs: widthMinutes * MINUTE_MS, ...nothing, succeeded };
}

describe("the pace", () => {
  const at = (minute: number, points: readonly MinutePoint[], startedAtMs = T0) => {
    const finals = points.reduce((sum, { succeeded }) => sum + succeeded, 0);
    return paceOf({ points, finals, startedAtMs, nowMs: T0 + minute * MINUTE_MS });
  };

  test("of now is the median of the last five whole minutes: one bad minute does not show", () => {
    const points = [600, 600, 0, 660, 600, 30].map((succeeded, minute) => point(minute, succeeded));
    // The minute that is still filling counts only for the whole.
    expect(at(5.1, points).nowPerS).toBe(10);
  });

  test("of now is nothing when nothing has become final for minutes", () => {
    expect(at(20, [point(1, 600), point(2, 600)]).nowPerS).toBe(0);
  });

  test("in the first minute is the mean since the start", () => {
    expect(at(0.5, [point(0, 60)], T0)).toEqual({ nowPerS: 2, sinceStartPerS: 2 });
  });

  test("of a long run is taken from its newest wide point that is over", () => {
    const points = [point(0, 6_000, 10), point(10, 1_200, 10), point(20, 50, 10)];
    expect(at(22, points).nowPerS).toBe(2);
    expect(at(200, points).nowPerS).toBe(0);
  });

  test("before the start is none", () => {
    expect(paceOf({ points: [], finals: 0, startedAtMs: T0, nowMs: T0 })).toEqual({ nowPerS: 0, sinceStartPerS: 0 });
  });
});

describe("the end", () => {
  const basis = { nowMs: T0, rowsLeft: 3_600, pace: { nowPerS: 2, sinceStartPerS: 1 }, tailMs: 0 };

  test("lies between the better pace and the worse, with a tenth of doubt", () => {
    expect(estimate(basis)).toEqual({ earliestMs: T0 + 0.45 * HOUR_MS, latestMs: T0 + 1.1 * HOUR_MS });
  });

  test("is not told while nothing has become final, and is now when nothing is left", () => {
    expect(estimate({ ...basis, pace: { nowPerS: 0, sinceStartPerS: 0 } })).toBeUndefined();
    expect(estimate({ ...basis, rowsLeft: 0 })).toEqual({ earliestMs: T0, latestMs: T0 });
  });

  test("goes by the other pace when one of the two is nothing", () => {
    expect(estimate({ ...basis, pace: { nowPerS: 0, sinceStartPerS: 1 } })).toEqual({
      earliestMs: T0 + 0.9 * HOUR_MS,
      latestMs: T0 + 1.1 * HOUR_MS,
    });
  });

  test("is not before a row that is held can be tried again", () => {
    expect(estimate({ ...basis, rowsLeft: 1, tailMs: HOUR_MS })?.latestMs).toBe(T0 + HOUR_MS);
  });

  test("goes through the hours in which may be sent only", () => {
    // Open from 8 to 18; it is 16, and 5 hours of sending are left at the worse pace: 2 today, 3 tomorrow.
    const window = { fromMs: T0 + 8 * HOUR_MS, untilMs: T0 + 18 * HOUR_MS, dailyMs: 10 * HOUR_MS };
    const rowsLeft = (5 / 1.1) * 3_600;
    const eta = estimate({ ...basis, nowMs: T0 + 16 * HOUR_MS, rowsLeft, window });
    expect(eta?.latestMs).toBeCloseTo(T0 + DAY_MS + 11 * HOUR_MS, -3);
    expect(eta?.earliestMs).toBeLessThan(T0 + DAY_MS + 9 * HOUR_MS);
  });

  test("waits for a window that opens later", () => {
    const window = { fromMs: T0 + 8 * HOUR_MS, untilMs: T0 + 18 * HOUR_MS, dailyMs: 10 * HOUR_MS };
    expect(estimate({ ...basis, rowsLeft: 1, window })?.earliestMs).toBeGreaterThan(T0 + 8 * HOUR_MS);
  });

  test("is never before now, never before its own beginning, and only later with more to do", () => {
    const anyBasis = fc.record({
      rowsLeft: fc.integer({ min: 0, max: 2_000_000 }),
      nowPerS: fc.double({ min: 0, max: 1_000, noNaN: true }),
      sinceStartPerS: fc.double({ min: 0, max: 1_000, noNaN: true }),
      tailMs: fc.integer({ min: 0, max: HOUR_MS }),
      untilHour: fc.integer({ min: 1, max: 23 }),
    });
    fc.assert(
      fc.property(anyBasis, ({ rowsLeft, nowPerS, sinceStartPerS, tailMs, untilHour }) => {
        const window = { fromMs: T0, untilMs: T0 + untilHour * HOUR_MS, dailyMs: untilHour * HOUR_MS };
        const any = { nowMs: T0 + 30 * MINUTE_MS, rowsLeft, pace: { nowPerS, sinceStartPerS }, tailMs, window };
        const eta = estimate(any);
        const more = estimate({ ...any, rowsLeft: rowsLeft + 1 });
        if (eta === undefined || more === undefined) return;
        expect(eta.earliestMs).toBeGreaterThanOrEqual(any.nowMs);
        expect(eta.latestMs).toBeGreaterThanOrEqual(eta.earliestMs);
        expect(more.latestMs).toBeGreaterThanOrEqual(eta.latestMs);
        expect(() => new Date(more.latestMs).toISOString()).not.toThrow();
      }),
    );
  });
});

test.each([
  ["08:00", "18:30", 10.5],
  ["20:00", "06:00", 10],
])("a window from %s to %s is open for %d hours", (from, to, hours) => {
  expect(dailyMsOf({ from, to, zone: "Africa/Nairobi" })).toBe(hours * HOUR_MS);
});
