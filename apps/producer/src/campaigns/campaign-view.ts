import {
  CAMPAIGN_STATES,
  checkOptionsSchema,
  isCampaignOver,
  limitsSchema,
  mappingSchema,
  PAUSE_REASONS,
} from "@surefill/campaign";
import { type Campaign, COMMAND_NAMES } from "@surefill/topup-store";
import { z } from "zod";
import type { HttpResult } from "../http/result.js";
import { timeOrNull, timeText } from "./campaign-time.js";
import { planSchema } from "./plan-view.js";
import { progressSchema } from "./progress-view.js";
import { repricedSchema, repricedView } from "./repriced-view.js";

const time = z.iso.datetime().describe("UTC, with milliseconds");

/** A campaign without its plan and its numbers, as lists show it. */
export const campaignHeadSchema = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    state: z.enum(CAMPAIGN_STATES),
    over: z.boolean().describe("The state will not change any more"),
    version: z.int().describe("Grows with every change of the campaign itself; also in `ETag`, for `If-Match`"),
    createdAt: time,
    createdBy: z.string().nullable().describe("The name of the API key that made it"),
    enteredAt: time.describe("When the current state was entered"),
    startAt: time.nullable().describe("Not before; null when no start time was given, or it has not been agreed to"),
    startedAt: time.nullable(),
    endedAt: time.nullable(),
    pause: z
      .object({
        reason: z.enum(PAUSE_REASONS),
        at: time,
        by: z.string().nullable().describe("The name of the API key, where a person paused it"),
        detail: z.string().nullable(),
      })
      .nullable()
      .describe("Why the campaign is paused; null when it is not"),
    upload: z.string(),
    mapping: mappingSchema,
    options: checkOptionsSchema,
    limits: limitsSchema,
    retryOf: z
      .object({ campaign: z.string(), classes: z.array(z.string()) })
      .nullable()
      .describe("The campaign whose failed rows are sent again, and the classes of their failures"),
    check: z
      .object({
        rowsChecked: z.int(),
        at: time.describe("When it last said how far it is"),
        waiting: z.boolean().describe("It has not begun: it waits for checks that were asked for before it"),
        problem: z.string().nullable().describe("Why the latest check was given up"),
      })
      .nullable()
      .describe("The check that runs, or ran last"),
    planHash: z.string().nullable().describe("Of the plan that is valid now; null when there is none"),
    repriced: repricedSchema.nullable().describe("Prices that rose after the start; null while none has"),
    rows: z
      .object({ total: z.int(), planned: z.int(), fed: z.int(), final: z.int() })
      .nullable()
      .describe("Rows of the file, rows that are to be sent, those that were taken up, and those that are final"),
  })
  .meta({ id: "CampaignHead" });

export type CampaignHead = z.output<typeof campaignHeadSchema>;

/** A campaign as it is asked for by its id. */
export const campaignSchema = campaignHeadSchema
  .extend({
    plan: planSchema.nullable().describe("What will be sent and what it costs; null while there is no valid plan"),
    history: z
      .array(
        z.object({
          at: time,
          command: z.enum(COMMAND_NAMES),
          from: z.enum(CAMPAIGN_STATES).nullable(),
          to: z.enum(CAMPAIGN_STATES),
          key: z.string().nullable().describe("Name of the API key that gave the command"),
        }),
      )
      .describe("The commands that have changed the campaign, oldest first, at most 100"),
    progress: progressSchema.nullable().describe("Counts and money at this moment; null before the start"),
  })
  .meta({ id: "Campaign" });

/** Shows a campaign as lists do. */
export function campaignHead(campaign: Campaign): CampaignHead {
  const { id, state, version, upload, mapping, options, limits, retryOf, pause, check, plan, fed, finals } = campaign;
  return {
    id,
    name: campaign.name ?? null,
    state,
    over: isCampaignOver(state),
    version,
    createdAt: timeText(campaign.createdAtMs),
    createdBy: campaign.caller ?? null,
    enteredAt: timeText(campaign.enteredAtMs),
    startAt: timeOrNull(campaign.startAtMs),
    startedAt: timeOrNull(campaign.startedAtMs),
    endedAt: timeOrNull(campaign.endedAtMs),
    pause:
      pause === undefined
        ? null
        : { reason: pause.reason, at: timeText(pause.atMs), by: pause.by ?? null, detail: pause.detail ?? null },
    upload,
    mapping,
    options,
    limits,
    retryOf: retryOf === undefined ? null : { campaign: retryOf.campaign, classes: [...retryOf.classes] },
    check:
      check === undefined
        ? null
        : {
            rowsChecked: check.rowsChecked,
            at: timeText(check.atMs),
            waiting: check.waits,
            problem: check.problem ?? null,
          },
    planHash: plan?.hash ?? null,
    repriced: repricedView(campaign),
    rows: plan === undefined ? null : { ...plan.rows, fed, final: finals },
  };
}

/** The version of a campaign as an `ETag`. */
export function etagOf({ version }: Pick<Campaign, "version">): string {
  return `"${version}"`;
}

/** An answer that shows a campaign as it is now, with its version for the next change. */
export function headResult(status: 200 | 201 | 202, campaign: Campaign): HttpResult {
  const location = { location: `/v1/campaigns/${campaign.id}` };
  return {
    status,
    headers: { etag: etagOf(campaign), ...(status !== 200 && location) },
    json: campaignHead(campaign),
  };
}
