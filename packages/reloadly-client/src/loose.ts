import { z } from "zod";
import { decimalSchema, wholeNumberSchema } from "./decimal.js";

/**
 * Fields that describe rather than decide. When one is absent, null or of a form never seen before it becomes null,
 * so that a change of the provider's in a logo or a title cannot stop a poller. Ids, statuses and identifiers are
 * never read this way: where those are wrong, the body is unreadable. The default spares an absent field, which is
 * common, the cost of a failed parse.
 */
export const looseText = z.string().nullable().default(null).catch(null);
export const looseFlag = z.boolean().nullable().default(null).catch(null);
export const looseDecimal = decimalSchema.nullable().default(null).catch(null);
export const looseCount = wholeNumberSchema.nullable().default(null).catch(null);

/** A list of decimals; anything else is an empty list. */
export const looseDecimals = z.array(decimalSchema).catch([]);
/** A list of texts; anything else is an empty list. */
export const looseTexts = z.array(z.string()).catch([]);
/** A map of texts. Reloadly writes an empty one as `{}`, `[]` or null. */
export const looseTextMap = z.record(z.string(), z.string()).catch({});
/** A map of decimals. Reloadly writes an empty one as `{}`, `[]` or null. */
export const looseDecimalMap = z.record(z.string(), decimalSchema).catch({});
