import { checkOptionsSchema, isCampaignOver, RETRY_CLASSES } from "@surefill/campaign";
import type { Ids } from "@surefill/runtime";
import type { Campaign, Campaigns, Uploads } from "@surefill/topup-store";
import { z } from "zod";
import type { HttpResult } from "../http/result.js";
import { headResult } from "./campaign-view.js";
import { campaignNameSchema } from "./create-campaign.js";
import { campaignConflict, findCampaign } from "./find-campaign.js";
import { retryRunOf } from "./retry-run.js";

/** The body of a retry. */
export const retrySchema = z
  .strictObject(
    {
      classes: z
        .array(z.enum(RETRY_CLASSES, { error: `must be one of ${RETRY_CLASSES.join(", ")}` }), {
          error: "must be a list of failure classes",
        })
        .min(1, { error: "must name at least one class" })
        .max(RETRY_CLASSES.length, { error: "names a class twice" })
        .transform((classes) => [...new Set(classes)])
        .describe("Which failures are sent again, by class; `cancelled` for the rows that were withdrawn"),
      name: campaignNameSchema
        .optional()
        .describe("What the new campaign is called; made from the old name by default"),
    },
    { error: "must be an object with classes" },
  )
  .meta({ id: "CampaignRetry", example: { classes: ["operator", "provider"] } });

/** What a retry needs. */
export type RetryDeps = {
  campaigns: Pick<Campaigns, "find" | "create">;
  uploads: Pick<Uploads, "use">;
  ids: Ids;
};

const NAME_CHARACTERS_MAX = 200;

/**
 * `POST /v1/campaigns/{id}/retry`: a new draft over the same file, restricted to the rows whose top-ups ended as failed,
 * rejected, refunded or cancelled and are of one of the classes. It is checked and started like any other.
 */
export const retryCampaign =
  (deps: RetryDeps) =>
  async ({
    id,
    body,
    caller,
  }: {
    id: string;
    body: z.output<typeof retrySchema>;
    caller: string;
  }): Promise<HttpResult> => {
    const source = await findCampaign(deps.campaigns, id);
    const { plan, upload, mapping, options, limits } = source;
    if (plan === undefined || source.startedAtMs === undefined) {
      throw campaignConflict(`The campaign is ${source.state} and has sent nothing that could be tried again.`, source);
    }
    const retryId = `cmp_${deps.ids.uuidv7()}`;
    if (!(await deps.uploads.use(upload, retryId))) {
      throw campaignConflict("The file of the campaign is gone: it was kept for as long as was set.", source);
    }
    const { startAt: _, ...again } = limits;
    // They were about the whole file.
    const { expectedRows: _rows, expectedTotal: _total, ...ofRows } = options;
    const campaign = await deps.campaigns.create({
      id: retryId,
      name: body.name ?? nameOf(source),
      upload,
      caller,
      mapping,
      // Two retries of one campaign give a row the same reference: whichever comes second finds it used.
      options: checkOptionsSchema.parse({ ...ofRows, run: retryRunOf(plan.run) }),
      limits: again,
      retryOf: { campaign: id, classes: body.classes },
    });
    return headResult(201, campaign);
  };

function nameOf({ name, id, state }: Campaign): string {
  const begun = isCampaignOver(state) ? "retry" : "retry so far";
  return `${(name ?? id).slice(0, NAME_CHARACTERS_MAX - 20)} (${begun})`;
}
