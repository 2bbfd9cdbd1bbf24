import { z } from "zod";

/**
 * The caller's own id of a top-up, unique for ever. Stored lower-case, because the provider's report search
 * ignores case: two references that differ only in case would find each other's rows.
 */
export const referenceSchema = z
  .string({ error: "must be a string" })
  .regex(/^[A-Za-z0-9._-]{1,100}$/, {
    error: "must be 1 to 100 characters out of A-Z a-z 0-9 . _ - (no spaces)",
  })
  .transform((reference) => reference.toLowerCase());

/**
 * The `customIdentifier` of one attempt: the reference itself for attempt 1, `reference~n` after that.
 * `~` is not allowed in a reference, so no attempt of one top-up can collide with another top-up's.
 */
export function customIdentifierOf(reference: string, attempt: number): string {
  if (!Number.isSafeInteger(attempt) || attempt < 1) throw new RangeError(`attempt must be 1 or more, was ${attempt}`);
  return attempt === 1 ? reference : `${reference}~${attempt}`;
}

/** The attempt that a `customIdentifier` names, whatever its case; `undefined` when it is not one of ours. */
export function attemptOfCustomIdentifier(text: string): { reference: string; attempt: number } | undefined {
  const [, name = "", number = "1"] = /^([^~]+)(?:~([1-9]\d{0,8}))?$/.exec(text) ?? [];
  const reference = referenceSchema.safeParse(name);
  const attempt = Number(number);
  if (!reference.success || (attempt === 1 && text.includes("~"))) return undefined;
  return { reference: reference.data, attempt };
}
