/** Start times and daily windows by the clocks of a zone, across the hours that those skip and show twice. */
import { limitsSchema, sendTimesAt, startAtSchema, startMsOf } from "@surefill/campaign";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const at = (ms: number) => new Date(ms).toISOString().replace(".000Z", "Z");

describe("a start time", () => {
  test.each([
    ["2026-12-01T08:00", "Africa/Nairobi", "2026-12-01T05:00:00Z"],
    ["2026-12-01T08:00:30", "Asia/Kathmandu", "2026-12-01T02:15:30Z"],
    ["2026-07-01T08:00", "Europe/Berlin", "2026-07-01T06:00:00Z"],
    // The clocks skip from 2 to 3: half past two is half past three.
    ["2026-03-08T02:30", "America/New_York", "2026-03-08T07:30:00Z"],
    // They show half past one twice; the first is meant.
    ["2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00Z"],
    ["2026-11-01T02:30", "America/New_York", "2026-11-01T07:30:00Z"],
    // Samoa had no 30th of December 2011.
    ["2011-12-30T10:00", "Pacific/Apia", "2011-12-30T20:00:00Z"],
    ["2024-02-29T23:59:59", "UTC", "2024-02-29T23:59:59Z"],
  ])("of %s in %s is %s", (local, zone, expected) => {
    expect(at(startMsOf({ at: local, zone }))).toBe(expected);
  });

  test.each([
    [{ at: "2026-02-30T08:00", zone: "UTC" }, "is a day or a time of day that does not exist"],
    [{ at: "2026-02-10T24:00", zone: "UTC" }, "is a day or a time of day that does not exist"],
    [{ at: "2026-02-10T08:00Z", zone: "UTC" }, "must be a local date and time"],
    [{ at: "2026-02-10T08:00", zone: "+03:00" }, "must be an IANA time zone"],
    [{ at: "2026-02-10T08:00", zone: "Africa/Nairobbery" }, "must be an IANA time zone"],
  ])("%j is refused in words", (given, words) => {
    expect(startAtSchema.safeParse(given).error?.issues[0]?.message).toContain(words);
  });
});

describe("a daily window", () => {
  const window = (from: string, to: string, zone: string, now: string) => {
    const { fromMs, untilMs } = sendTimesAt({ from, to, zone }, Date.parse(now));
    return `${at(fromMs)} to ${at(untilMs)}`;
  };

  test.each([
    ["08:00", "20:00", "Africa/Nairobi", "2026-10-24T10:00:00Z", "2026-10-24T05:00:00Z to 2026-10-24T17:00:00Z"],
    ["08:00", "20:00", "Africa/Nairobi", "2026-10-24T17:00:00Z", "2026-10-25T05:00:00Z to 2026-10-25T17:00:00Z"],
    ["08:00", "20:00", "Africa/Nairobi", "2026-10-24T16:59:59Z", "2026-10-24T05:00:00Z to 2026-10-24T17:00:00Z"],
    ["08:00", "20:00", "Africa/Nairobi", "2026-10-24T04:59:59Z", "2026-10-24T05:00:00Z to 2026-10-24T17:00:00Z"],
    // Over midnight, in the night when the clocks go back an hour: an hour longer.
    ["22:00", "06:00", "Europe/Berlin", "2026-10-24T23:30:00Z", "2026-10-24T20:00:00Z to 2026-10-25T05:00:00Z"],
    ["22:00", "06:00", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-24T20:00:00Z to 2026-10-25T05:00:00Z"],
    ["22:00", "06:00", "Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-28T21:00:00Z to 2026-03-29T04:00:00Z"],
    // Its opening is skipped by the clocks: it opens when they are that far.
    ["02:30", "08:00", "America/New_York", "2026-03-08T06:00:00Z", "2026-03-08T07:30:00Z to 2026-03-08T12:00:00Z"],
    // The end of the year.
    ["20:00", "02:00", "Pacific/Auckland", "2026-12-31T10:00:00Z", "2026-12-31T07:00:00Z to 2026-12-31T13:00:00Z"],
  ])("from %s to %s in %s is, at %s, %s", (from, to, zone, now, expected) => {
    expect(window(from, to, zone, now)).toBe(expected);
  });

  test("always ends after now, and begins at the latest a day and a bit from now", () => {
    const clock = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([h, m]) => `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`);
    const zones = fc.constantFrom(
      "Africa/Lagos",
      "America/New_York",
      "Asia/Kolkata",
      "Australia/Lord_Howe",
      "Europe/London",
    );
    const instants = fc.integer({ min: Date.parse("2025-01-01"), max: Date.parse("2028-01-01") });
    fc.assert(
      fc.property(clock, clock, zones, instants, (from, to, zone, now) => {
        fc.pre(from !== to);
        const { fromMs, untilMs } = sendTimesAt({ from, to, zone }, now);
        expect(untilMs).toBeGreaterThan(now);
        expect(untilMs).toBeGreaterThan(fromMs);
        expect(fromMs - now).toBeLessThanOrEqual(49 * 3_600_000);
        expect(untilMs - fromMs).toBeLessThanOrEqual(25 * 3_600_000);
        // The same opening is named from its first to its last moment.
        expect(sendTimesAt({ from, to, zone }, fromMs)).toEqual({ fromMs, untilMs });
        expect(sendTimesAt({ from, to, zone }, untilMs - 1)).toEqual({ fromMs, untilMs });
      }),
      { numRuns: 200 },
    );
  });
});

test("limits that nobody chose are safe ones", () => {
  const { ratePerS, window, failureRules, priceMarginPercent } = limitsSchema.parse({});
  expect({ ratePerS, window, priceMarginPercent }).toEqual({ ratePerS: 10, window: 500, priceMarginPercent: 2 });
  expect(failureRules).toHaveLength(6);
  expect(failureRules[0]).toEqual({ class: "recipient", sharePercent: 30, ofLast: 50 });
});
