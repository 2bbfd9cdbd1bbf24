/** The line of the journal that says that a person cancelled a campaign. */
import { z } from "zod";
import type { Campaign } from "../campaigns/campaign.js";
import { campaignFields } from "../campaigns/campaign-codec.js";
import type { Witnessed } from "../witness.js";

/** A campaign that a person cancelled. `fields`: what its record keeps, without rows and numbers. */
export const cancelledCampaignSchema = z.object({
  kind: z.literal("campaign-cancelled"),
  epoch: z.string().min(1),
  /** As in the other lines. */
  server: z.string().min(1).optional(),
  sequence: z.number().int().min(0),
  atMs: z.number().int().min(0),
  /** Names the decision, for the line that says that nothing came of it. */
  id: z.string().min(1),
  campaign: z.string().min(1),
  fields: z.record(z.string(), z.string()),
  /** The name of the API key that the command came with. */
  key: z.string().optional(),
});

/** A campaign that a person cancelled: enough to make it again without its rows. */
export type CancelledCampaign = z.output<typeof cancelledCampaignSchema>;

/** The line that is on the disk before the ledger cancels a campaign. */
export function cancelledCampaignLine(
  campaign: Campaign,
  key: string | undefined,
  { epoch, server, sequence, atMs, id }: Witnessed & { atMs: number; id: string },
): string {
  const line: CancelledCampaign = {
    kind: "campaign-cancelled",
    epoch,
    server,
    sequence,
    atMs,
    id,
    campaign: campaign.id,
    fields: campaignFields(campaign),
    ...(key !== undefined && { key }),
  };
  return JSON.stringify(line);
}
