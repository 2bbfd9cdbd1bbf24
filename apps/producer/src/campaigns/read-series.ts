import { formatUnits } from "@surefill/campaign";
import type { Campaigns } from "@surefill/topup-store";
import { z } from "zod";
import type { HttpResult } from "../http/result.js";
import { timeText } from "./campaign-time.js";
import { findCampaign } from "./find-campaign.js";

/** The series of a campaign. */
export const seriesSchema = z
  .object({
    currency: z.string().nullable(),
    points: z.array(
      z.object({
        at: z.iso.datetime().describe("Where the point begins"),
        widthS: z.int().describe("How many seconds it is wide: a minute in the first day, then more"),
        sent: z.int().describe("POSTs to the provider"),
        succeeded: z.int(),
        refunded: z.int(),
        failed: z.int(),
        rejected: z.int(),
        cancelled: z.int(),
        spent: z.string().describe("Debited, as decimal text"),
      }),
    ),
  })
  .meta({ id: "CampaignSeries" });

/** `GET /v1/campaigns/{id}/series`: what happened minute by minute, oldest first; minutes without anything are left out. */
export const readSeries =
  ({ campaigns }: { campaigns: Pick<Campaigns, "find" | "minutes"> }) =>
  async ({ id }: { id: string }): Promise<HttpResult> => {
    const [campaign, points] = await Promise.all([findCampaign(campaigns, id), campaigns.minutes(id)]);
    const shown = points.map(({ atMs, widthMs, spentUnits, ...counts }) => ({
      at: timeText(atMs),
      widthS: widthMs / 1_000,
      ...counts,
      spent: formatUnits(spentUnits),
    }));
    return { status: 200, json: { currency: campaign.plan?.currency ?? null, points: shown } };
  };
