import { z } from "zod";
import { BECAUSE } from "./because.js";
import { STATES } from "./states.js";

/**
 * What the event log tells of a top-up: every completion, a hold when it starts, a review when it starts, and what the
 * provider has that contradicts the ledger.
 */
export const TOPUP_EVENT_TYPES = [
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
  "topup.contradiction_accepted",
] as const;
export type TopupEventType = (typeof TOPUP_EVENT_TYPES)[number];

/** What the event log tells of a campaign: its changes, and how far it is at every fifth of its rows. */
export const CAMPAIGN_EVENT_TYPES = [
  "campaign.checked",
  "campaign.started",
  "campaign.paused",
  "campaign.resumed",
  "campaign.progress",
  "campaign.completed",
  "campaign.cancelled",
] as const;
export type CampaignEventType = (typeof CAMPAIGN_EVENT_TYPES)[number];

/** Everything that the event log tells. */
export const EVENT_TYPES = [...TOPUP_EVENT_TYPES, ...CAMPAIGN_EVENT_TYPES] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An entry about a top-up. Nothing personal is in it: who needs the number reads the top-up by reference. */
export const topupEventSchema = z.object({
  /** Position in the log; the cursor to read on from. */
  id: z.string(),
  type: z.enum(TOPUP_EVENT_TYPES),
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
  /** What was debited and delivered, as far as it is known; decimal texts. */
  cost: z.string().optional(),
  costCurrency: z.string().optional(),
  delivered: z.string().optional(),
  deliveredCurrency: z.string().optional(),
  /** The name of the API key that gave the command that this tells of. */
  key: z.string().optional(),
});
export type TopupEvent = z.infer<typeof topupEventSchema>;

/** An entry about a campaign as a whole. */
export const campaignEventSchema = z.object({
  id: z.string(),
  type: z.enum(CAMPAIGN_EVENT_TYPES),
  campaign: z.string(),
  /** The campaign's state when it was told. */
  state: z.string(),
  /** The campaign's version: of two events of one campaign the one with the higher version is the later. */
  version: z.coerce.number().int(),
  atMs: z.coerce.number().int(),
  /** Rows that are to be sent. */
  rows: z.coerce.number().int().optional(),
  /** Those of them that are final. */
  finals: z.coerce.number().int().optional(),
  /** How much of its rows is final: 20, 40, 60, 80 or 100. */
  percent: z.coerce.number().int().optional(),
  /** Why it is paused. */
  reason: z.string().optional(),
  /** What it was that paused it. */
  detail: z.string().optional(),
  /** The name of the API key that made the campaign. */
  caller: z.string().optional(),
  /** The name of the API key that gave the command that this tells of. */
  key: z.string().optional(),
});
export type CampaignEvent = z.infer<typeof campaignEventSchema>;

/** An entry of the event log. */
export const eventSchema = z.discriminatedUnion("type", [topupEventSchema, campaignEventSchema]);
export type LedgerEvent = z.infer<typeof eventSchema>;

/** Tells whether an event is about a campaign as a whole. */
export function isCampaignEvent(event: LedgerEvent): event is CampaignEvent {
  return !("reference" in event);
}
