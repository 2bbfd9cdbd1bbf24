import { CAMPAIGN_STATES } from "@surefill/campaign";
import type { Campaigns } from "@surefill/topup-store";
import { z } from "zod";
import { validationFailed } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { campaignHead, campaignHeadSchema } from "./campaign-view.js";

const LIMIT_MAX = 200;
const LIMIT_WANTED = `must be a whole number from 1 to ${LIMIT_MAX}`;

/** How many entries a page has: `limit` of a query. */
export const pageLimitSchema = z
  .string({ error: LIMIT_WANTED })
  .regex(/^\d{1,3}$/, { error: LIMIT_WANTED })
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= LIMIT_MAX, { error: LIMIT_WANTED });

/** Where a page goes on: `cursor` of a query. */
export const pageCursorSchema = z
  .string({ error: "must be given once" })
  .max(200, { error: "is not one that a list gave out" });

/** The query of the list of campaigns. */
export const listCampaignsQuerySchema = z.strictObject({
  state: z.enum(CAMPAIGN_STATES, { error: `must be one of ${CAMPAIGN_STATES.join(", ")}` }).optional(),
  cursor: pageCursorSchema.optional(),
  limit: pageLimitSchema.default(50),
});

/** A page of campaigns. */
export const campaignPageSchema = z
  .object({
    data: z.array(campaignHeadSchema),
    nextCursor: z.string().nullable().describe("For the `cursor` of the next page; null on the last one"),
    hasMore: z.boolean(),
  })
  .meta({ id: "CampaignPage" });

/** `GET /v1/campaigns`: campaigns, newest first, a page at a time. */
export const listCampaigns =
  (deps: { campaigns: Pick<Campaigns, "list"> }) =>
  async ({ state, cursor, limit }: z.output<typeof listCampaignsQuerySchema>): Promise<HttpResult> => {
    const page = { limit, ...(cursor !== undefined && { cursor }), ...(state !== undefined && { states: [state] }) };
    const { campaigns, nextCursor = null } = await cursorChecked(() => deps.campaigns.list(page));
    return { status: 200, json: { data: campaigns.map(campaignHead), nextCursor, hasMore: nextCursor !== null } };
  };

/** Runs a list; a cursor that is none of its own becomes a `validation_failed` problem. */
export async function cursorChecked<T>(list: () => Promise<T>): Promise<T> {
  try {
    return await list();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw validationFailed([{ parameter: "cursor", code: "invalid", detail: "is not one that this list gave out" }]);
  }
}
