/** Settings that would let two POSTs overlap are refused, with the reason, before anything is sent. */
import { checkLiveTimings, checkTimings, DEFAULT_TIMINGS, type Timings, timingFields } from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const local = z.object(timingFields).superRefine(checkTimings);
const live = local.superRefine(checkLiveTimings);
const complaints = (schema: z.ZodType, changes: Partial<Record<keyof Timings, unknown>>) =>
  schema.safeParse(asTexts({ ...DEFAULT_TIMINGS, ...changes })).error?.issues.map(({ path }) => path.join("."));
/** As the environment gives them. */
const asTexts = (settings: object) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));

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
      wrong: { UNKNOWN_AGE_MS_MAX: 1_210_000 },
      right: { UNKNOWN_AGE_MS_MAX: 1_210_001 },
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
    { wrong: { SEND_DEADLINE_MS: 9_999 }, right: { SEND_DEADLINE_MS: 10_000 } },
    { wrong: { QUIET_MS: 1_099_999 }, right: { QUIET_MS: 1_100_000 } },
    { wrong: { FAILED_HOLD_MS: 1_799_999 }, right: { FAILED_HOLD_MS: 1_800_000 } },
    { wrong: { PHONE_GATE_MS: 119_999 }, right: { PHONE_GATE_MS: 120_000 } },
    { wrong: { SCHEDULE_SCALE: 0.5 }, right: { SCHEDULE_SCALE: 1 } },
  ])("shortened to $wrong are for the local stand-in only", ({ wrong, right }) => {
    expect(complaints(live, wrong)).toEqual(Object.keys(wrong));
    expect(complaints(live, right)).toBeUndefined();
    expect(complaints(local, wrong)).toBeUndefined();
  });

  test.each(["0", "-1", "1.5", "x", "1e12", "1e6", "0x10", " 5", "5 ", "30m", "2592000001", ""])(
    "of %j ms are no timings",
    (text) => {
      expect(complaints(local, { FAILED_HOLD_MS: text })).toEqual(["FAILED_HOLD_MS"]);
    },
  );

  test.each(["0", "11", "1e0", "0x3", " 3", "3.0"])("that count up to %j are none", (text) => {
    expect(complaints(local, { SUBMIT_ATTEMPTS_MAX: text })).toEqual(["SUBMIT_ATTEMPTS_MAX"]);
  });

  test.each(["0", "0.0", "1.1", "2", "-0.5", ".5", "1e-1", "0x1", " 1"])("scaled by %j are refused", (text) => {
    expect(complaints(local, { SCHEDULE_SCALE: text })).toEqual(["SCHEDULE_SCALE"]);
  });

  test.each([
    ["1", 1],
    ["0.02", 0.02],
  ])("scaled by %s are for demos and tests", (text, expected) => {
    expect(local.parse({ SCHEDULE_SCALE: text }).SCHEDULE_SCALE).toBe(expected);
  });

  test("say what would be right where one is wrong", () => {
    expect(local.safeParse({ QUIET_MS: "20m" }).error?.issues[0]?.message).toBe(
      "is not a whole number of milliseconds from 1 to 2592000000",
    );
  });

  test("allow at most a minute of random time on top of the half hour", () => {
    expect(complaints(local, { FAILED_HOLD_JITTER_MS: 60_000 })).toBeUndefined();
    expect(complaints(local, { FAILED_HOLD_JITTER_MS: 60_001 })).toEqual(["FAILED_HOLD_JITTER_MS"]);
  });
});
