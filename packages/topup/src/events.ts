import { z } from "zod";
import { BECAUSE } from "./because.js";
import { STATES } from "./states.js";

/**
 * What the event log tells: every completion, a hold when it starts, a review when it starts, and what the provider
 * has that contradicts the ledger.
 */
export const EVENT_TYPES = [
  "topup.succeeded",
  "topup.refunded",
  "topup.failed",
  "topup.rejected",
  "topup.cancelled",
  "topup.held",
  "topup.review",
  "topup.contradicted",
  "topup.overpaid",
  "provider.orphan",
] as const;
export type TopupEventType = (typeof EVENT_TYPES)[number];

/** An entry of the event log. Nothing personal is in it: who needs the number reads the top-up by reference. */
export const topupEventSchema = z.object({
  /** Position in the log; the cursor to read on from. */
  id: z.string(),
  type: z.enum(EVENT_TYPES),
  /** The top-up; `transaction~` and its id in a `provider.orphan` of a transaction that no top-up has. */
  reference: z.string(),
  state: z.enum(STATES),
  attempt: z.coerce.number().int(),
  /** The record's version after the move: of two events of one top-up the higher is the later. 0: there is no record. */
  version: z.coerce.number().int(),
  atMs: z.coerce.number().int(),
  because: z.enum(BECAUSE),
  code: z.string().optional(),
  transactionId: z.coerce.number().int().optional(),
  campaign: z.string().optional(),
  /** The name of the API key that the top-up came with, as in its record. */
  caller: z.string().optional(),
});
export type TopupEvent = z.infer<typeof topupEventSchema>;
