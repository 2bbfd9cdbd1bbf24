import type { ProviderHint } from "@surefill/topup-store";
import { z } from "zod";
import { readJson } from "../http/read-json.js";

/** What is looked for; `readJson` gives numbers as text. A field of another form counts as absent. */
const subjectSchema = z.object({
  transactionId: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number)
    .optional()
    .catch(undefined),
  customIdentifier: z.string().max(200).optional().catch(undefined),
});

/** What a message wraps its transaction in, one inside the other. */
const WRAPPERS = ["payload", "data", "transaction"] as const;
const DEPTH_MAX = 5;
/** Of a longer list the rest is polled as planned. */
const HINTS_MAX = 100;

/**
 * Finds which transactions a message is about, in each shape that Reloadly is known to send: the status envelope or the
 * transaction itself, under `data` or `payload` or as the whole body, alone or in a list. Empty when it names none.
 */
export function readHints(body: Buffer): ProviderHint[] {
  return hintsIn(jsonOrNothing(body), 0);
}

function hintsIn(place: unknown, depth: number): ProviderHint[] {
  if (depth > DEPTH_MAX || typeof place !== "object" || place === null) return [];
  if (Array.isArray(place)) {
    return place
      .slice(0, HINTS_MAX)
      .flatMap((one) => hintsIn(one, depth + 1))
      .slice(0, HINTS_MAX);
  }
  const fields = new Map(Object.entries(place));
  const inner = WRAPPERS.flatMap((wrapper) => hintsIn(fields.get(wrapper), depth + 1)).slice(0, HINTS_MAX);
  if (inner.length > 1) return inner;
  const { transactionId, customIdentifier } = subjectSchema.safeParse(place).data ?? {};
  const hint: ProviderHint = {
    ...(transactionId !== undefined && { transactionId }),
    ...(customIdentifier !== undefined && { customIdentifier }),
    // What stands closest to the transaction is its own.
    ...inner[0],
  };
  return Object.keys(hint).length === 0 ? [] : [hint];
}

function jsonOrNothing(body: Buffer): unknown {
  try {
    return readJson(body);
  } catch {
    return undefined;
  }
}
