import { campaignIdSchema } from "@surefill/topup-store";
import { z } from "zod";
import { type Route, route } from "../http/route.js";
import { campaignHeadSchema, campaignSchema } from "./campaign-view.js";
import { type CheckDeps, checkCampaign } from "./check-campaign.js";
import {
  cancelCampaign,
  commandedSchema,
  pauseCampaign,
  resumeCampaign,
  resumeQuerySchema,
} from "./command-campaign.js";
import { type CreateDeps, createCampaign, newCampaignSchema } from "./create-campaign.js";
import { campaignPatchSchema, documentedPatchSchema, type EditDeps, editCampaign } from "./edit-campaign.js";
import { wantedVersion } from "./find-campaign.js";
import { type GetCampaignDeps, getCampaign } from "./get-campaign.js";
import { campaignPageSchema, listCampaigns, listCampaignsQuerySchema } from "./list-campaigns.js";
import type { PromptCampaigns } from "./prompt-campaigns.js";
import { readSeries, seriesSchema } from "./read-series.js";
import { type RetryDeps, retryCampaign, retrySchema } from "./retry-campaign.js";
import type { RowDeps } from "./rows/planned-file.js";
import { rowRoutes } from "./rows/row-routes.js";
import { type StartDeps, startCampaign, startSchema } from "./start-campaign.js";

/** What the routes of campaigns need. */
export type CampaignRouteDeps = Omit<
  CreateDeps & EditDeps & CheckDeps & StartDeps & RetryDeps & GetCampaignDeps,
  "campaigns"
> & {
  campaigns: PromptCampaigns;
  /** What reads rows by the thousand, on a line of its own. */
  rows: RowDeps;
};

/** The path parameter of a campaign. */
export const campaignParams = z.object({ id: campaignIdSchema.describe("The campaign's id") });

/** A campaign, as the audit log names it. */
export const campaignTarget = ({ id }: { id: string }) => ({ kind: "campaign", id });

const versionHeader = z.object({
  "If-Match": z
    .string()
    .optional()
    .describe("The `ETag` of the campaign as it was read: changes it only if nobody else has"),
});

/** The rows of the route table that concern campaigns. */
export function campaignRoutes(deps: CampaignRouteDeps): Route[] {
  return [
    ...makingRoutes(deps),
    ...editingRoutes(deps),
    ...readingRoutes(deps),
    ...runningRoutes(deps),
    ...controlRoutes(deps),
    ...rowRoutes(deps.rows),
  ];
}

function makingRoutes(deps: CampaignRouteDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/v1/campaigns",
      permission: "prepare",
      operationId: "createCampaign",
      summary: "Make a campaign of an uploaded file",
      description:
        "A draft: nothing is sent before it has been checked and its plan has been agreed to. A file in one of the " +
        "known formats needs no mapping; any other one must say which column means what.",
      body: newCampaignSchema,
      bodyNumbers: "number",
      responses: { 201: { description: "Made. `Location` says where to ask for it", schema: campaignHeadSchema } },
      problems: ["malformed_json", "body_too_large", "validation_failed"],
      audit: ({ body }) => ({ action: "campaign.created", after: { upload: body.upload, name: body.name ?? null } }),
      handle: ({ body, caller }) => createCampaign(deps)({ body, caller }),
    }),
    route({
      method: "post",
      path: "/v1/campaigns/:id/check",
      permission: "prepare",
      operationId: "checkCampaign",
      summary: "Judge every row, and make a plan",
      description:
        "Runs in the background; `check.rowsChecked` says how far it is, and `campaign.checked` when it is done. The " +
        "plan before it is void. Takes no body.",
      params: campaignParams,
      headers: versionHeader,
      responses: { 202: { description: "The check runs", schema: campaignHeadSchema } },
      problems: ["campaign_not_found", "campaign_state_conflict", "version_mismatch", "validation_failed"],
      audit: ({ params }) => ({ action: "campaign.checked", target: campaignTarget(params) }),
      handle: ({ params, header, caller }) =>
        checkCampaign(deps)({ ...params, version: wantedVersion(header("if-match")), caller }),
    }),
    route({
      method: "post",
      path: "/v1/campaigns/:id/retry",
      permission: "prepare",
      operationId: "retryCampaign",
      summary: "Send the failed rows again, as a new campaign",
      description:
        "A draft over the same file, restricted to the rows that ended as failed, rejected or refunded for reasons of the " +
        "given classes, and with the class `cancelled` to those that were withdrawn. Rows that a cancelled campaign never " +
        "took up have no top-up: a new campaign over the same file and run sends them, or, where it was a retry, the same " +
        "retry once more. References get `-r1` (`-r2`, …) behind them, so that two retries of one campaign cannot both " +
        "pay a row.",
      params: campaignParams,
      body: retrySchema,
      responses: { 201: { description: "The new draft. `Location` says where it is", schema: campaignHeadSchema } },
      problems: [
        "malformed_json",
        "campaign_not_found",
        "campaign_state_conflict",
        "body_too_large",
        "validation_failed",
      ],
      audit: ({ params }) => ({ action: "campaign.retried", target: campaignTarget(params) }),
      handle: ({ params, body, caller }) => retryCampaign(deps)({ ...params, body, caller }),
    }),
  ];
}

function editingRoutes(deps: CampaignRouteDeps): Route[] {
  return [
    route({
      method: "patch",
      path: "/v1/campaigns/:id",
      permission: "prepare",
      operationId: "editCampaign",
      summary: "Change a campaign",
      description:
        "Before the start everything may be changed; what changes the plan voids it, and the campaign is a draft " +
        "again. Name, budget, rate, window, hours and failure rules may be changed until the end.",
      params: campaignParams,
      headers: versionHeader,
      body: campaignPatchSchema,
      documentedBody: documentedPatchSchema,
      bodyNumbers: "number",
      responses: { 200: { description: "The campaign after the change", schema: campaignHeadSchema } },
      problems: [
        "malformed_json",
        "campaign_not_found",
        "campaign_state_conflict",
        "version_mismatch",
        "body_too_large",
        "validation_failed",
      ],
      furtherPermissions: { control: "a campaign that has been started" },
      audit: ({ params, body }) => ({ action: "campaign.edited", target: campaignTarget(params), after: { ...body } }),
      handle: ({ params, body, header, caller, identity }) =>
        editCampaign(deps)({ ...params, patch: body, version: wantedVersion(header("if-match")), caller, identity }),
    }),
  ];
}

function readingRoutes(deps: CampaignRouteDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/v1/campaigns",
      permission: "read",
      operationId: "listCampaigns",
      summary: "List campaigns",
      description: "Newest first.",
      query: listCampaignsQuerySchema,
      responses: { 200: { description: "One page", schema: campaignPageSchema } },
      problems: ["validation_failed"],
      handle: ({ query }) => listCampaigns(deps)(query),
    }),
    route({
      method: "get",
      path: "/v1/campaigns/:id",
      permission: "read",
      operationId: "getCampaign",
      summary: "One campaign with its plan and its numbers",
      params: campaignParams,
      responses: { 200: { description: "The campaign, as of this moment", schema: campaignSchema } },
      problems: ["campaign_not_found", "validation_failed"],
      handle: getCampaignHandler(deps),
    }),
    route({
      method: "get",
      path: "/v1/campaigns/:id/series",
      permission: "read",
      operationId: "getCampaignSeries",
      summary: "What happened minute by minute",
      description: "For charts; oldest first. The last point is still filling while the campaign runs.",
      params: campaignParams,
      responses: { 200: { description: "The series", schema: seriesSchema } },
      problems: ["campaign_not_found", "validation_failed"],
      handle: ({ params }) => readSeries(deps)(params),
    }),
  ];
}

function getCampaignHandler(deps: CampaignRouteDeps) {
  const get = getCampaign(deps); // Once: it remembers plans.
  return ({ params }: { params: { id: string } }) => get(params);
}

const command = { permission: "control" as const, params: campaignParams, headers: versionHeader };
const problems = ["campaign_not_found", "campaign_state_conflict", "version_mismatch", "validation_failed"] as const;
type Asked = { params: { id: string }; header: (name: string) => string | undefined };
const addressed = ({ params, header }: Asked) => ({ ...params, version: wantedVersion(header("if-match")) });

function runningRoutes(deps: CampaignRouteDeps): Route[] {
  return [
    route({
      ...command,
      method: "post",
      path: "/v1/campaigns/:id/start",
      operationId: "startCampaign",
      summary: "Start a campaign under the plan that was agreed to",
      description:
        "Prices are read again, and must be those of the plan. With `limits.startAt` the campaign is scheduled, " +
        "and prices are compared once more when its time has come; " +
        "a time that is more than ten minutes ago is refused. Starting a started one again under the same plan answers " +
        "200. With `If-Match` it starts only under the limits, too, that were agreed to.",
      body: startSchema,
      responses: { 200: { description: "It runs, or is scheduled", schema: campaignHeadSchema } },
      problems: [
        "malformed_json",
        ...problems,
        "plan_changed",
        "plan_empty",
        "start_time_passed",
        "body_too_large",
        "provider_refused",
        "provider_unavailable",
      ],
      audit: ({ params, body }) => ({ action: "campaign.started", target: campaignTarget(params), after: { ...body } }),
      handle: (asked) => startCampaign(deps)({ ...addressed(asked), ...asked.body, caller: asked.caller }),
    }),
  ];
}

function controlRoutes(deps: CampaignRouteDeps): Route[] {
  return [
    route({
      ...command,
      method: "post",
      path: "/v1/campaigns/:id/pause",
      operationId: "pauseCampaign",
      summary: "Pause a campaign",
      description: "No row is sent from the answer on; it says what is in flight. Takes no body.",
      responses: { 200: { description: "It is paused", schema: commandedSchema } },
      problems,
      audit: ({ params }) => ({ action: "campaign.paused", target: campaignTarget(params) }),
      handle: (asked) => pauseCampaign(deps)({ ...addressed(asked), caller: asked.caller }),
    }),
    route({
      ...command,
      method: "post",
      path: "/v1/campaigns/:id/resume",
      operationId: "resumeCampaign",
      summary: "Let a paused campaign go on",
      description:
        "After the canary this lets the rest go, after `prices` it starts at the prices of `pause.detail`. Where prices " +
        "have risen since the start (`repriced`), it needs `planHash`, and says in a 409 which one and what the campaign " +
        "may cost now. Takes no body.",
      query: resumeQuerySchema,
      responses: { 200: { description: "It goes on", schema: commandedSchema } },
      problems: [...problems, "plan_changed"],
      audit: ({ params, query }) => ({
        action: "campaign.resumed",
        target: campaignTarget(params),
        after: { ...query },
      }),
      handle: (asked) => resumeCampaign(deps)({ ...addressed(asked), ...asked.query, caller: asked.caller }),
    }),
    route({
      ...command,
      method: "post",
      path: "/v1/campaigns/:id/cancel",
      operationId: "cancelCampaign",
      summary: "Cancel a campaign for good",
      description: "No row is sent from the answer on; it says what is in flight and will settle. Takes no body.",
      responses: { 200: { description: "It is cancelled, or will be when all has settled", schema: commandedSchema } },
      problems,
      audit: ({ params }) => ({ action: "campaign.cancelled", target: campaignTarget(params) }),
      handle: (asked) => cancelCampaign(deps)({ ...addressed(asked), caller: asked.caller }),
    }),
  ];
}
