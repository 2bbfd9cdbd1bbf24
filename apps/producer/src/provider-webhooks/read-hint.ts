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

const messageSchema = z.looseObject({
  transaction: z.unknown().optional(),
  data: z.looseObject({ transaction: z.unknown().optional() }).optional().catch(undefined),
});

/**
 * Finds which transaction a message is about, in each shape that Reloadly is known to send: the status envelope in
 * `data`, the transaction itself in `data`, or either of them as the whole body. `undefined` when it names none.
 */
export function readHint(body: Buffer): ProviderHint | undefined {
  const message = messageSchema.safeParse(jsonOrNothing(body));
  if (!message.success) return undefined;
  const { data, transaction } = message.data;
  const places = [data?.transaction, data, transaction, message.data].map(
    (place) => subjectSchema.safeParse(place).data,
  );
  const transactionId = places.map((place) => place?.transactionId).find((id) => id !== undefined);
  const customIdentifier = places.map((place) => place?.customIdentifier).find((text) => text !== undefined);
  if (transactionId === undefined && customIdentifier === undefined) return undefined;
  return {
    ...(transactionId !== undefined && { transactionId }),
    ...(customIdentifier !== undefined && { customIdentifier }),
  };
}

function jsonOrNothing(body: Buffer): unknown {
  try {
    return readJson(body);
  } catch {
    return undefined;
  }
}
