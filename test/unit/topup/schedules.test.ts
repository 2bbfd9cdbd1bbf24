/** Waits: their bounds for every chance, and that a look-up always stands at the end of the quiet period. */
import {
  DEFAULT_TIMINGS,
  LOOKUP_OFFSETS_MS,
  nextLookupAtMs,
  nextPollDelayMs,
  POLL_DELAYS_MS,
  POLL_JITTER_RATIO,
} from "@surefill/topup";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HIGHEST_CHANCE } from "../../support/topup-record.js";

const chance = () => fc.double({ min: 0, max: HIGHEST_CHANCE, noNaN: true });
const timings = (SCHEDULE_SCALE: number) => ({ ...DEFAULT_TIMINGS, SCHEDULE_SCALE });

describe("the wait before a poll", () => {
  test("is 3, 5, 8, 15, 30, 60 s and then five minutes for ever, give or take a fifth", () => {
    expect(POLL_DELAYS_MS).toEqual([3_000, 5_000, 8_000, 15_000, 30_000, 60_000, 300_000]);
    expect(POLL_JITTER_RATIO).toBe(0.2);
    const middle = (poll: number) => nextPollDelayMs(poll, () => 0.5, DEFAULT_TIMINGS);
    expect([1, 2, 3, 4, 5, 6, 7, 8, 300].map(middle)).toEqual([...POLL_DELAYS_MS, 300_000, 300_000]);
  });

  test("stays within its fifth for every chance, in whole milliseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), chance(), (poll, random) => {
        const delayMs = nextPollDelayMs(poll, () => random, DEFAULT_TIMINGS);
        const stepMs = POLL_DELAYS_MS[Math.min(poll, 7) - 1] ?? 0;
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(stepMs * 0.8);
        expect(delayMs).toBeLessThanOrEqual(stepMs * 1.2);
      }),
    );
    expect(nextPollDelayMs(1, () => 0, DEFAULT_TIMINGS)).toBe(2_400);
    expect(nextPollDelayMs(7, () => HIGHEST_CHANCE, DEFAULT_TIMINGS)).toBe(360_000);
  });

  test("never shrinks from one poll to the next at the same chance, and never to nothing", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        chance(),
        fc.double({ min: 1e-9, max: 1, noNaN: true }),
        (poll, random, scale) => {
          const waitMs = (n: number) => nextPollDelayMs(n, () => random, timings(scale));
          expect(waitMs(poll)).toBeGreaterThanOrEqual(1);
          expect(waitMs(poll + 1)).toBeGreaterThanOrEqual(waitMs(poll));
        },
      ),
    );
  });
});

describe("the time of a look-up", () => {
  const SINCE_MS = 1_800_000_000_000;
  /** All look-ups of one unknown outcome, up to a time. */
  function lookupsUntil(endMs: number, quietUntilMs: number, scale = 1): number[] {
    const times: number[] = [];
    for (let nowMs = SINCE_MS; nowMs <= endMs && times.length < 10_000; ) {
      nowMs = nextLookupAtMs({ sinceMs: SINCE_MS, quietUntilMs }, nowMs, timings(scale));
      times.push(nowMs);
    }
    return times;
  }

  test("is 15 s, 1, 2, 5, 10 and 20 min after the outcome became unknown, then every five minutes", () => {
    expect(LOOKUP_OFFSETS_MS).toEqual([15_000, 60_000, 120_000, 300_000, 600_000, 1_200_000]);
    const times = lookupsUntil(SINCE_MS + 1_800_000, SINCE_MS + 1_200_000);
    expect(times.map((timeMs) => timeMs - SINCE_MS)).toEqual([...LOOKUP_OFFSETS_MS, 1_500_000, 1_800_000, 2_100_000]);
  });

  test("always includes the very end of the quiet period, wherever it falls", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_600_000 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (quietMs, scale) => {
          const quietUntilMs = SINCE_MS + quietMs;
          fc.pre(quietMs / (300_000 * scale) < 9_000);
          expect(lookupsUntil(quietUntilMs, quietUntilMs, scale)).toContain(quietUntilMs);
        },
      ),
    );
  });

  test("lies always ahead, in whole milliseconds, and no further than five minutes or the widest gap", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.integer({ min: 0, max: 2_000_000 }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (elapsedMs, quietMs, scale) => {
          const nowMs = SINCE_MS + elapsedMs;
          const unknown = { sinceMs: SINCE_MS, quietUntilMs: SINCE_MS + quietMs };
          const nextMs = nextLookupAtMs(unknown, nowMs, timings(scale));
          expect(Number.isInteger(nextMs)).toBe(true);
          expect(nextMs).toBeGreaterThan(nowMs);
          const later = nextLookupAtMs(unknown, nowMs + 1, timings(scale));
          expect(later).toBeGreaterThanOrEqual(nextMs);
        },
      ),
    );
  });
});
