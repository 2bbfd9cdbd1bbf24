import { z } from "zod";

const DAY_MS = 86_400_000;
const LEAST_MS = 60_000;
const MOST_DAYS = 3_650;

const WANTED =
  'must be an ISO 8601 duration in weeks, days, hours and minutes, such as "P30D" or "PT12H", from PT1M to P3650D';

/** Months and years are left out: they have no length of their own. */
const DURATION = /^P(?=\d|T\d)(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,7})M)?)?$/;

/**
 * How long ago another top-up to the same recipient must have been paid, at least, for this one to be taken. A caller
 * writes it as an ISO 8601 duration; it comes out in milliseconds.
 */
export const unlessPaidWithinSchema = z
  .string({ error: WANTED })
  .refine((text) => isWithinBounds(durationMs(text)), { error: WANTED })
  .transform((text) => durationMs(text) ?? 0)
  .meta({ pattern: DURATION.source });

function durationMs(text: string): number | undefined {
  const parts = DURATION.exec(text);
  if (parts === null) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0] = parts.slice(1).map((digits) => Number(digits ?? 0));
  return (weeks * 7 + days) * DAY_MS + hours * 3_600_000 + minutes * 60_000;
}

function isWithinBounds(ms: number | undefined): boolean {
  return ms !== undefined && ms >= LEAST_MS && ms <= MOST_DAYS * DAY_MS;
}

/** What a guard that reaches back further than top-ups are kept is refused with. */
export function beyondRetention(what: string, retentionDays: number): string {
  return (
    `${what} reaches back further than the ${retentionDays} days (RETENTION_DAYS) for which top-ups are kept: a payment ` +
    "before that would not be seen. Ask for fewer days, or raise RETENTION_DAYS of producer and worker"
  );
}
