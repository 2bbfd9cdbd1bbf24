import { type CampaignState, type PriceDrift, priceDriftOf, priceDriftText, startMsOf } from "@surefill/campaign";
import type { Campaign, Campaigns, Changed } from "@surefill/topup-store";
import { z } from "zod";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { headResult } from "./campaign-view.js";
import type { CatalogueSource } from "./check/read-catalogue.js";
import { campaignConflict, findCampaign, madeChange, requireVersion } from "./find-campaign.js";

/** The body of a start. */
export const startSchema = z
  .strictObject(
    {
      planHash: z
        .string({ error: "must be the planHash of the campaign's plan" })
        .regex(/^[0-9a-f]{64}$/, { error: "must be the planHash of the campaign's plan" })
        .describe("Of the plan that was read and agreed to"),
    },
    { error: "must be an object with planHash" },
  )
  .meta({
    id: "CampaignStart",
    example: { planHash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
  });

/** What starting needs. */
export type StartDeps = {
  campaigns: Pick<Campaigns, "find" | "start" | "nowMs">;
  plans: Pick<Campaigns["plans"], "summary">;
  catalogue: Pick<CatalogueSource, "fresh">;
};

const PRICES_DEADLINE_MS = 20_000;

/** Between reading and starting somebody may change the campaign. */
const TRIES_MAX = 3;

/** Reading a plan takes a while; a start time that is longer ago than this is a day or a zone that was mistaken. */
const START_LATE_MS_MAX = 600_000;

/**
 * `POST /v1/campaigns/{id}/start`: starts, or schedules, exactly the plan that the hash names, at the prices that it was
 * made with. Starting it again under the same plan answers 200. With a version, only if the campaign has that one.
 */
export const startCampaign =
  (deps: StartDeps) =>
  async ({ id, planHash, version, caller }: StartInput): Promise<HttpResult> => {
    for (let attempt = 1; ; attempt += 1) {
      const campaign = await findCampaign(deps.campaigns, id);
      requireVersion(campaign, version);
      if (campaign.plan?.hash === planHash && isUnderWay(campaign.state)) return headResult(200, campaign);
      const started = await start(deps, campaign, { planHash, caller });
      if (started.kind === "refused" && started.because === "plan") {
        throw otherPlan(planHash, started.campaign.plan?.hash ?? null);
      }
      // Its start time, too, may have been changed while prices were being asked for.
      const isRaced = started.kind === "refused" && started.because === "version" && version === undefined;
      if (isRaced && attempt < TRIES_MAX) continue;
      return headResult(200, madeChange(id, started, { does: "start", from: ["ready"], version }).campaign);
    }
  };

type StartInput = { id: string; planHash: string; version: number | undefined; caller: string };

/** Starts the campaign as it was read. Throws the problem that stands against it. */
async function start(
  { campaigns, plans, catalogue }: StartDeps,
  campaign: Campaign,
  { planHash, caller: key }: Pick<StartInput, "planHash" | "caller">,
): Promise<Changed> {
  const { id, state, plan, version: ifVersion } = campaign;
  if (state !== "ready" || plan === undefined) throw campaignConflict(explainState(campaign), campaign);
  if (plan.hash !== planHash) throw otherPlan(planHash, plan.hash);
  if (plan.rows.planned === 0) throw new Problem("plan_empty", { detail: "No row of the file can be sent." });
  const startAtMs = startTimeOf(campaign, await campaigns.nowMs());
  const summary = await plans.summary(id, plan.version);
  if (summary === undefined) throw new Error(`the plan of ${id} has no summary`);
  const drift = priceDriftOf(summary, await catalogue.fresh(AbortSignal.timeout(PRICES_DEADLINE_MS)));
  if (drift !== undefined) throw pricesChanged(drift);
  return campaigns.start(id, { planHash, ifVersion, key, ...(startAtMs !== undefined && { startAtMs }) });
}

/** When the campaign is to start; `undefined` for at once. Throws a `start_time_passed` problem on a time long ago. */
function startTimeOf({ limits: { startAt } }: Campaign, nowMs: number): number | undefined {
  if (startAt === undefined) return undefined;
  const startAtMs = startMsOf(startAt);
  if (nowMs - startAtMs <= START_LATE_MS_MAX) return startAtMs;
  const detail =
    `The start time, ${startAt.at} in ${startAt.zone}, has passed. Change limits.startAt, or remove it (null) to start ` +
    "at once; the plan stays as it is.";
  throw new Problem("start_time_passed", { detail });
}

/** Started, or to be started, and not taken back: starting it again asks for nothing new. */
function isUnderWay(state: CampaignState): boolean {
  switch (state) {
    case "scheduled":
    case "running":
    case "paused":
    case "completing":
    case "completed":
      return true;
    case "draft":
    case "checking":
    case "ready":
    case "cancelling":
    case "cancelled":
      return false;
  }
}

function explainState({ state }: Campaign): string {
  switch (state) {
    case "draft":
      return "The campaign has no plan: have it checked first.";
    case "checking":
      return "The campaign is being checked: wait until it is ready.";
    default:
      return `The campaign is ${state}; start applies to ready.`;
  }
}

/** The problem of a hash that is not that of the campaign's plan. */
export function otherPlan(agreedTo: string, current: string | null): Problem {
  const detail = "The campaign's plan is another one by now: it was edited or checked again.";
  return new Problem("plan_changed", { detail, difference: { planHash: { agreedTo, current } } });
}

function pricesChanged(drift: PriceDrift): Problem {
  return new Problem("plan_changed", { detail: priceDriftText(drift), difference: drift });
}
