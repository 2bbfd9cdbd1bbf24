import { z } from "zod";
import { decimalSchema, wholeNumberSchema } from "./decimal.js";

/**
 * Fields that describe rather than decide. When one is absent, null or of a form never seen before it becomes null,
 * so that a change of the provider's in a logo or a title cannot stop a poller. Ids, statuses and identifiers are
 * never read this way: where those are wrong, the body is unreadable. The default spares an absent field, which is
 * common, the cost of a failed parse.
 */
export const looseText = z.string().nullable().default(null).catch(null);
/** True and false, also written as 1 and 0 or as texts. */
export const looseFlag = z
  .union([
    z.boolean(),
    z.literal(["1", "true"]).transform(() => true),
    z.literal(["0", "false"]).transform(() => false),
  ])
  .nullable()
  .default(null)
  .catch(null);
export const looseDecimal = decimalSchema.nullable().default(null).catch(null);
export const looseCount = wholeNumberSchema.nullable().default(null).catch(null);

/** A list of whatever the schema reads. An entry that it cannot read is left out; anything but a list is empty. */
export function looseList<T>(entry: z.ZodType<T>): z.ZodType<T[]> {
  return z
    .unknown()
    .optional()
    .transform((list) => (Array.isArray(list) ? list.flatMap((each) => readOrNothing(entry, each)) : []));
}

/** A map of whatever the schema reads. An entry that it cannot read is left out; `[]`, null and the like are empty. */
function looseMap<T>(entry: z.ZodType<T>): z.ZodType<Record<string, T>> {
  return z
    .unknown()
    .optional()
    .transform((map) => {
      if (typeof map !== "object" || map === null || Array.isArray(map)) return {};
      const read = Object.entries(map).flatMap(([key, each]) =>
        readOrNothing(entry, each).map((value) => [key, value]),
      );
      return Object.fromEntries(read);
    });
}

function readOrNothing<T>(schema: z.ZodType<T>, value: unknown): [T] | [] {
  const read = schema.safeParse(value);
  return read.success ? [read.data] : [];
}

export const looseDecimals = looseList(decimalSchema);
export const looseTexts = looseList(z.string());
/** A map of texts. Reloadly writes an empty one as `{}`, `[]` or null. */
export const looseTextMap = looseMap(z.string());
/** A map of decimals. Reloadly writes an empty one as `{}`, `[]` or null. */
export const looseDecimalMap = looseMap(decimalSchema);
