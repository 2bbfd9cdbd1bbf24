/** Which checks may go on at a time: memory is bounded, and a small file does not wait behind large ones. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitsAsGuest, fitsBeside, inTurn, laneOf } from "../../../apps/producer/src/campaigns/check/check-lanes.js";

const MILLION = 1_000_000;

describe("A check fits", () => {
  test("alone, however large its file is", () => {
    expect(fitsBeside(10 * MILLION, [])).toBe(true);
    expect(fitsBeside(Number.POSITIVE_INFINITY, [100, 20_000])).toBe(true);
  });

  test("beside another large one as long as both have a million rows at most", () => {
    expect(fitsBeside(400_000, [600_000])).toBe(true);
    expect(fitsBeside(400_001, [600_000])).toBe(false);
    expect(fitsBeside(100_000, [Number.POSITIVE_INFINITY])).toBe(false);
    expect(fitsBeside(100_000, [100_000, 100_000])).toBe(false);
  });

  test("beside large ones of any size when it is small, until three small ones go on", () => {
    expect(fitsBeside(20_000, [MILLION, 1, 1])).toBe(true);
    expect(fitsBeside(1, [MILLION, 1, 1, 1])).toBe(false);
    expect(fitsBeside(20_001, [MILLION])).toBe(false);
  });
});

test("Files of at most a million rows never make more than 1,060,000 rows go on at once", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(20_000), fc.nat(MILLION)), { maxLength: 30 }), (asked) => {
      const running: number[] = [];
      for (const rows of asked) if (fitsBeside(rows, running)) running.push(rows);
      expect(running.reduce((sum, rows) => sum + rows, 0)).toBeLessThanOrEqual(1_060_000);
      for (const lane of ["small", "large"])
        expect(running.filter((rows) => laneOf(rows) === lane).length).toBeLessThan(4);
    }),
  );
});

describe("An API key", () => {
  const of = (asker: string, rows = 1) => ({ asker, rows });

  test("that has no small check going on gets a place beside a full lane, three keys at a time", () => {
    const full = [of("greedy"), of("greedy"), of("greedy")];
    expect(fitsAsGuest(of("other"), full)).toBe(true);
    expect(fitsAsGuest(of("greedy"), full)).toBe(false);
    expect(fitsAsGuest(of("other"), [...full, of("other")])).toBe(false);
    expect(fitsAsGuest(of("d"), [...full, of("a"), of("b"), of("c")])).toBe(false);
    expect(fitsAsGuest(of("other", MILLION), [of("greedy", MILLION)])).toBe(false);
  });

  test("has its turn before one that has more checks going on, and its own in the order of asking", () => {
    const waiting = ["greedy", "other", "greedy"].map((asker, id) => ({ asker, id }));
    expect(inTurn(waiting, [of("greedy")]).map(({ id }) => id)).toEqual([1, 0, 2]);
    expect(inTurn(waiting, []).map(({ id }) => id)).toEqual([0, 1, 2]);
  });
});
