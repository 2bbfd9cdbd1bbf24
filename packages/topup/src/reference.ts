import { z } from "zod";

/** Reloadly's limit for a `customIdentifier`. */
const IDENTIFIER_CHARACTERS_MAX = 150;

/** A name of our own kind: of a campaign as a label, of a run. Comes out in lower case. */
export const nameSchema = z
  .string({ error: "must be a string" })
  .regex(/^[A-Za-z0-9._-]{1,100}$/, {
    error: "must be 1 to 100 characters out of A-Z a-z 0-9 . _ - (no spaces)",
  })
  .transform((name) => name.toLowerCase());

const REFERENCE_WANTED =
  "must be 1 to 150 characters out of A-Z a-z 0-9 . _ - : , ; # + = @ & ( ) [ ] ! ' * and spaces between them";

/** No `~` (it names attempts) and no `/ \ %`, which proxies read differently in a path. */
const referenceTextSchema = z
  .string({ error: "must be a string" })
  .regex(/^(?! )[A-Za-z0-9 ._\-:,;#+=@&()[\]!'*]{1,150}(?<! )$/, { error: REFERENCE_WANTED });

/**
 * The caller's own id of a top-up, unique for ever. Comes out in lower case, because the provider's report search
 * ignores case: two references that differ only in case would find each other's rows.
 */
export const referenceSchema = referenceTextSchema.transform((reference) => reference.toLowerCase());

/** Segments that a URL's path cannot address under `/v1/topups`: dots are resolved, `batch` is a route. */
const NOT_ADDRESSABLE: ReadonlySet<string> = new Set([".", "..", "batch"]);

/**
 * A reference as it may be given to a new top-up, in the caller's own spelling. Narrower than `referenceSchema`, which
 * also reads what earlier versions accepted.
 */
export const newReferenceSchema = referenceTextSchema
  .refine((reference) => !NOT_ADDRESSABLE.has(reference.toLowerCase()), {
    error: 'must not be ".", ".." or "batch": no URL could ask for such a top-up',
  })
  .refine((reference) => !/^[=+@]/.test(reference), {
    error: "must not start with = + or @: a spreadsheet would read it as a formula",
  });

/**
 * The `customIdentifier` of one attempt: the reference itself for attempt 1, `reference~n` after that.
 * `~` is not allowed in a reference, so no attempt of one top-up can collide with another top-up's. `reference` may be
 * in its caller's own spelling. A reference that leaves no room for `~n` is cut, and a hash of all of it takes the place.
 */
export function customIdentifierOf(reference: string, attempt: number): string {
  if (!Number.isSafeInteger(attempt) || attempt < 1) throw new RangeError(`attempt must be 1 or more, was ${attempt}`);
  if (attempt === 1) return reference;
  const whole = `${reference}~${attempt}`;
  if (whole.length <= IDENTIFIER_CHARACTERS_MAX) return whole;
  const end = `~${hashOf(reference)}~${attempt}`;
  return `${reference.slice(0, IDENTIFIER_CHARACTERS_MAX - end.length)}${end}`;
}

/** FNV-1a of 64 bits, in base 36. */
function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n);
  }
  return hash.toString(36);
}

/**
 * The `customIdentifier` under which the provider knows an attempt of a top-up: in the spelling that its caller used.
 * `attempt` is the current one where it is left out.
 */
export function identifierOf(
  top: { reference: string; spelling?: string; attempt: number },
  attempt: number = top.attempt,
): string {
  return customIdentifierOf(top.spelling ?? top.reference, attempt);
}

/**
 * The attempt that a `customIdentifier` names, whatever its case; `undefined` when it is not one of ours, or one whose
 * long reference was cut.
 */
export function attemptOfCustomIdentifier(text: string): { reference: string; attempt: number } | undefined {
  const [, name = "", number = "1"] = /^([^~]+)(?:~([1-9]\d{0,8}))?$/.exec(text) ?? [];
  const reference = referenceSchema.safeParse(name);
  const attempt = Number(number);
  if (!reference.success || (attempt === 1 && text.includes("~"))) return undefined;
  return { reference: reference.data, attempt };
}
