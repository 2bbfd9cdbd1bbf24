/** The machine's clock at its limits, and the order of ids. */
import { createIds, systemChance, systemClock, systemIds } from "@surefill/runtime";
import { describe, expect, test } from "vitest";
import { TestClock } from "../../support/test-clock.js";

const never = new AbortController().signal;

describe("sleeping", () => {
  test.each([-1, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY])(
    "%d ms is refused instead of ending at once",
    async (ms) => {
      await expect(systemClock.sleep(ms, never)).rejects.toThrow(RangeError);
    },
  );

  test("ends when its time is over, and not before", async () => {
    const startedAtMs = systemClock.monotonicMs();
    await systemClock.sleep(30, never);
    expect(systemClock.monotonicMs() - startedAtMs).toBeGreaterThanOrEqual(29);
  });

  test("ends at once with the signal's reason, before and during the sleep", async () => {
    const reason = new Error("closing");
    await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = systemClock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });
});

describe("ids", () => {
  const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

  test("are UUIDs of version 7 that hold the time they were made", () => {
    const nowMs = Date.UTC(2026, 10, 5, 12);
    const id = createIds({ nowMs: () => nowMs }).uuidv7();
    expect(id).toMatch(pattern);
    expect(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toBe(nowMs);
    expect(systemIds.uuidv7()).toMatch(pattern);
  });

  test("of one process always grow and never repeat, while the clock stands still or goes backwards", () => {
    const clock = new TestClock();
    const ids = createIds(clock);
    const made: string[] = [];
    for (let index = 0; index < 10_000; index += 1) {
      if (index === 5_000) clock.jump(-60_000);
      made.push(ids.uuidv7());
    }
    expect(new Set(made).size).toBe(10_000);
    expect(made.toSorted()).toEqual(made);
    for (const id of made) expect(id).toMatch(pattern);
  });
});

test("chance is from 0 to below 1", () => {
  for (let round = 0; round < 1_000; round += 1) {
    const value = systemChance.random();
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1);
  }
});
