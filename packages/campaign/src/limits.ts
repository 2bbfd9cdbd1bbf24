import { amountSchema } from "@surefill/topup";
import { z } from "zod";
import { isRealWallTime } from "./zoned-time.js";

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** An IANA time zone that this Node knows. Offsets such as "+03:00" are refused: they know no summer time. */
export const timeZoneSchema = z
  .string({ error: "must be an IANA time zone" })
  .max(60, { error: "must be an IANA time zone" })
  .refine((zone) => /^[A-Za-z]/.test(zone) && isTimeZone(zone), {
    error: 'must be an IANA time zone such as "Africa/Nairobi"',
  });

const CLOCK_TIME_WANTED = 'must be a time of day such as "08:00"';
const clockTimeSchema = z
  .string({ error: CLOCK_TIME_WANTED })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: CLOCK_TIME_WANTED });

/** Between which times of day top-ups are started. `to` before `from` means over midnight. */
export const dailyWindowSchema = z
  .strictObject({ from: clockTimeSchema, to: clockTimeSchema, zone: timeZoneSchema })
  .refine(({ from, to }) => from !== to, { path: ["to"], error: "is the same as from; leave the window out instead" });

const LOCAL_TIME_WANTED = 'must be a local date and time such as "2026-12-01T08:00", read in the zone beside it';

/** When a campaign starts: what the clocks on the wall show in that zone. */
export const startAtSchema = z.strictObject({
  at: z
    .string({ error: LOCAL_TIME_WANTED })
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/, { error: LOCAL_TIME_WANTED })
    .pipe(z.string().refine(isRealWallTime, { error: "is a day or a time of day that does not exist" })),
  zone: timeZoneSchema,
});

/** The classes that failures are counted in: who or what has to change before the same row can succeed. */
export const FAILURE_CLASSES = ["recipient", "amount", "operator", "account", "provider", "request"] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

const percentSchema = z
  .number({ error: "must be a number of percent" })
  .gt(0, { error: "must be above 0 percent" })
  .max(100, { error: "must be at most 100 percent" });

/** Pauses the campaign when too many of the last rows that became final failed for reasons of one class. */
export const failureRuleSchema = z
  .strictObject({
    class: z.enum([...FAILURE_CLASSES, "any"], { error: `must be one of ${FAILURE_CLASSES.join(", ")}, any` }),
    sharePercent: percentSchema.describe("Pauses at this share or above"),
    ofLast: z
      .int({ error: "must be a whole number" })
      .min(10, { error: "must be at least 10" })
      .max(1_000, { error: "must be at most 1000" })
      .default(50)
      .describe("How many of the latest final rows are looked at; fewer never pause"),
  })
  .meta({ id: "FailureRule" });
export type FailureRule = z.output<typeof failureRuleSchema>;

/** Without a rule of the caller's own: 30 % of the last 50, in each class by itself. */
export const DEFAULT_FAILURE_RULES: readonly FailureRule[] = FAILURE_CLASSES.map((name) => ({
  class: name,
  sharePercent: 30,
  ofLast: 50,
}));

/** Sends the first rows only, and waits until they are final. */
export const canarySchema = z.strictObject({
  rows: z
    .int({ error: "must be a whole number of rows" })
    .min(1, { error: "must be at least 1 row" })
    .max(10_000, { error: "must be at most 10000 rows" }),
  release: z
    .enum(["person", "health"], { error: 'must be "person" or "health"' })
    .default("person")
    .describe("Who lets it go on: a person, or the rule of failedPercentMax"),
  failedPercentMax: z
    .number({ error: "must be a number of percent" })
    .min(0, { error: "must be at least 0 percent" })
    .max(100, { error: "must be at most 100 percent" })
    .default(10)
    .describe(
      "With release=health: goes on when at most this share of the first rows did not succeed, and one of them did",
    ),
});
export type Canary = z.output<typeof canarySchema>;

/** What a campaign may do, and when. Money is decimal text in the account's currency. */
export const limitsSchema = z.strictObject(
  {
    budget: amountSchema
      .optional()
      .describe("The most that the whole campaign may cost; a price above what was held back for its row pauses it"),
    perRecipientMax: amountSchema
      .optional()
      .describe("The most that one recipient may be sent by this file, by expected cost; judged by the check"),
    ratePerS: z
      .number({ error: "must be a number of top-ups per second" })
      .min(0.01, { error: "must be at least 0.01 per second" })
      .max(1_000, { error: "must be at most 1000 per second" })
      .default(10)
      .describe("Top-ups started per second: evenly spaced, not in bursts"),
    window: z
      .int({ error: "must be a whole number of top-ups" })
      .min(1, { error: "must be at least 1" })
      .max(10_000, { error: "must be at most 10000" })
      .default(500)
      .describe("How many of the campaign's top-ups may be under way at once"),
    startAt: startAtSchema.optional().describe("Not before; without it the campaign starts when it is told to"),
    dailyWindow: dailyWindowSchema.optional().describe("Only between these times of day"),
    canary: canarySchema.optional(),
    failureRules: z
      .array(failureRuleSchema)
      .max(20, { error: "must have at most 20 rules" })
      .default([...DEFAULT_FAILURE_RULES]),
    priceMarginPercent: z
      .number({ error: "must be a number of percent" })
      .min(0, { error: "must be at least 0 percent" })
      .max(50, { error: "must be at most 50 percent" })
      .default(2)
      .describe(
        "How much more than planned a local amount may cost before the campaign pauses, and its operators' rows at a scheduled start",
      ),
    priceJumpPercent: z
      .number({ error: "must be a number of percent" })
      .min(0, { error: "must be at least 0 percent" })
      .max(1_000, { error: "must be at most 1000 percent" })
      .default(100)
      .describe(
        "How much of what open top-ups may cost is kept back from the budget as well, in case prices rise before they are debited",
      ),
  },
  { error: "must be an object: the limits of the campaign" },
);
export type Limits = z.output<typeof limitsSchema>;
