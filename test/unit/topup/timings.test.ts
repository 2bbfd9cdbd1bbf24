/** Settings that would let two POSTs overlap are refused, with the reason, before anything is sent. */
import { checkLiveTimings, checkTimings, DEFAULT_TIMINGS, type Timings, timingFields } from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const local = z.object(timingFields).superRefine(checkTimings);
const live = local.superRefine(checkLiveTimings);
const complaints = (schema: z.ZodType, changes: Partial<Record<keyof Timings, unknown>>) =>
  schema.safeParse({ ...DEFAULT_TIMINGS, ...changes }).error?.issues.map(({ path }) => path.join("."));

describe("timings", () => {
  test("as shipped break no rule, not even those for the real provider", () => {
    expect(complaints(local, {})).toBeUndefined();
    expect(complaints(live, {})).toBeUndefined();
    expect(Object.isFrozen(DEFAULT_TIMINGS)).toBe(true);
  });

  test.each([
    {
      rule: "a lease that can end while its answer still comes",
      wrong: { SUBMIT_LEASE_MS: 99_999 },
      right: { SUBMIT_LEASE_MS: 100_000 },
    },
    {
      rule: "a quiet period shorter than the answer's deadline",
      wrong: { QUIET_MS: 89_999 },
      right: { QUIET_MS: 90_000 },
    },
    {
      rule: "an age of unknown outcomes that ends within the quiet period",
      wrong: { UNKNOWN_AGE_MS_MAX: 1_200_000 },
      right: { UNKNOWN_AGE_MS_MAX: 1_200_001 },
    },
    {
      rule: "a longest gate below the first",
      wrong: { GATE_DELAY_MS_MAX: 29_999 },
      right: { GATE_DELAY_MS_MAX: 30_000 },
    },
  ])("with $rule are refused", ({ wrong, right }) => {
    expect(complaints(local, wrong)).toEqual(Object.keys(wrong));
    expect(complaints(local, right)).toBeUndefined();
  });

  test.each([
    { wrong: { QUIET_MS: 1_099_999 }, right: { QUIET_MS: 1_100_000 } },
    { wrong: { FAILED_HOLD_MS: 1_799_999 }, right: { FAILED_HOLD_MS: 1_800_000 } },
    { wrong: { PHONE_GATE_MS: 119_999 }, right: { PHONE_GATE_MS: 120_000 } },
    { wrong: { SCHEDULE_SCALE: 0.5 }, right: { SCHEDULE_SCALE: 1 } },
  ])("shortened to $wrong are for the local stand-in only", ({ wrong, right }) => {
    expect(complaints(live, wrong)).toEqual(Object.keys(wrong));
    expect(complaints(live, right)).toBeUndefined();
    expect(complaints(local, wrong)).toBeUndefined();
  });

  test.each(["0", "-1", "1.5", "x", "1e12", ""])("of %j ms are no timings", (text) => {
    expect(complaints(local, { FAILED_HOLD_MS: text })).toEqual(["FAILED_HOLD_MS"]);
  });

  test("allow at most a minute of random time on top of the half hour", () => {
    expect(complaints(local, { FAILED_HOLD_JITTER_MS: 60_000 })).toBeUndefined();
    expect(complaints(local, { FAILED_HOLD_JITTER_MS: 60_001 })).toEqual(["FAILED_HOLD_JITTER_MS"]);
  });
});
