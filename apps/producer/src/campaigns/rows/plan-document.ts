import type { PlanBasis } from "@surefill/campaign";
import type { HttpResult } from "../../http/result.js";
import { runOf } from "../check/run-check.js";
import { ahead } from "../check/work-in-flight.js";
import { findCampaign } from "../find-campaign.js";
import { plannedFileOf, type RowDeps } from "./planned-file.js";

const AHEAD_MAX = 2;

/** What the documents of a plan start with, so that a reader knows what it reads. */
export const PLAN_FORMAT = "surefill-plan-1";

/**
 * `GET /v1/campaigns/{id}/plan.json`: everything that the plan's hash was made over, so that anybody can make it again:
 * `basis`, the text of every chunk in a line of its own, and `end`. Streamed; a plan of a million rows is some 60 MB.
 */
export const planDocument =
  (deps: RowDeps) =>
  async ({ id }: { id: string }): Promise<HttpResult> => {
    const { campaign, plan, upload, chunks } = await plannedFileOf(deps, await findCampaign(deps.campaigns, id));
    const { mapping, options } = campaign;
    const summary = await deps.campaigns.plans.summary(id, plan.version);
    if (summary === undefined) throw new Error(`the plan of ${id} has no summary`);
    const basis: PlanBasis = { uploadSha256: upload.sha256, mapping, options, run: runOf(campaign, upload.sha256) };
    const end = { currency: summary.currency, prices: summary.prices, total: summary.total };
    const head = { format: PLAN_FORMAT, campaign: id, planHash: plan.hash, basis, summary };
    const textOf = async (chunk: number) => {
      const text = await deps.campaigns.plans.readText(id, plan.version, chunk);
      if (text === undefined) throw new Error(`chunk ${chunk} of the plan of ${id} is gone`);
      return text;
    };
    return {
      status: 200,
      headers: { "content-disposition": `attachment; filename="${id}-plan.json"` },
      contentType: "application/json",
      stream: async (out) => {
        await out.write(`${JSON.stringify(head).slice(0, -1)},"chunks":[\n`);
        let written = 0;
        for await (const text of ahead(chunks, AHEAD_MAX, textOf)) {
          written += 1;
          await out.write(`${text}${written === chunks ? "" : ","}\n`);
        }
        return `],"end":${JSON.stringify(end)}}\n`;
      },
    };
  };
