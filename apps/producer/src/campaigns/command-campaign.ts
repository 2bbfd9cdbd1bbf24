import { type CampaignState, formatUnits } from "@surefill/campaign";
import type { Campaigns, Changed, Tally } from "@surefill/topup-store";
import { z } from "zod";
import type { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { campaignHead, campaignHeadSchema, etagOf } from "./campaign-view.js";
import { type Command, campaignNotFound, findCampaign, madeChange, requireVersion } from "./find-campaign.js";
import { pricesRose, repricedView } from "./repriced-view.js";
import { otherPlan } from "./start-campaign.js";

/** What a command leaves: the campaign, and what it can not call back any more. */
export const commandedSchema = campaignHeadSchema
  .extend({
    stillInFlight: z
      .object({
        rows: z.int().describe("Rows that are with the provider, or may be: they settle by themselves"),
        submitting: z.int(),
        processing: z.int(),
        unknown: z.int(),
        cost: z.string().describe("The most that they may cost, as decimal text in the account's currency"),
      })
      .describe("What stood at the very moment of the change. No other row is sent from then on"),
  })
  .meta({ id: "CommandedCampaign" });

const STOPPABLE = ["scheduled", "running", "paused", "completing"] as const satisfies CampaignState[];
const CANCELLABLE = ["draft", "checking", "ready", ...STOPPABLE] as const satisfies CampaignState[];

/** Which campaign a command is for; with a version, only if the campaign has that one. */
type Addressed = { id: string; version: number | undefined };

/** `POST /v1/campaigns/{id}/pause`: nothing is sent from the answer on. Pausing a paused one again answers 200. */
export const pauseCampaign =
  ({ campaigns }: { campaigns: Pick<Campaigns, "find" | "pause"> }) =>
  ({ caller, ...to }: Addressed & { caller: string }): Promise<HttpResult> =>
    commanded(campaigns, to, { does: "pause", from: STOPPABLE }, (ifVersion) =>
      campaigns.pause(to.id, "person", { by: caller, ...ifVersion }),
    );

/** What may be asked of a resume. */
export const resumeQuerySchema = z.object({
  planHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: "must be a planHash: 64 digits 0 to 9, a to f" })
    .optional()
    .describe("After a pause for `price`: the `repriced.planHash` of the campaign, which agrees to its prices"),
});

type ResumeDeps = {
  campaigns: Pick<Campaigns, "find" | "progress" | "resume">;
  plans: Pick<Campaigns["plans"], "summary">;
};

/**
 * `POST /v1/campaigns/{id}/resume`: goes on, whatever it was paused for. Where prices have risen since the start, only
 * with the hash of the plan at the prices of now.
 */
export const resumeCampaign =
  (deps: ResumeDeps) =>
  async ({
    caller: key,
    planHash,
    ...to
  }: Addressed & { caller: string; planHash?: string | undefined }): Promise<HttpResult> => {
    const campaign = await findCampaign(deps.campaigns, to.id);
    const { repriced, plan } = campaign;
    const isCurrent = planHash !== undefined && planHash === (repricedView(campaign)?.planHash ?? plan?.hash);
    if (planHash !== undefined && !isCurrent) throw await changedPrices(deps, to.id, planHash);
    const repricedVersion = isCurrent ? repriced?.version : undefined;
    return commanded(deps.campaigns, to, { does: "resume", from: ["paused"] }, async (ifVersion) => {
      const changed = await deps.campaigns.resume(to.id, { ...ifVersion, key, repricedVersion });
      if (changed.kind !== "refused" || changed.because !== "prices") return changed;
      throw await changedPrices(deps, to.id, planHash);
    });
  };

async function changedPrices(
  { campaigns, plans }: ResumeDeps,
  id: string,
  given: string | undefined,
): Promise<Problem> {
  const progress = await campaigns.progress(id);
  if (progress === undefined) throw campaignNotFound(id);
  const { plan, repriced } = progress.campaign;
  if (plan === undefined || repriced === undefined) return otherPlan(given ?? "", plan?.hash ?? null);
  const summary = await plans.summary(id, plan.version);
  if (summary === undefined) throw new Error(`the plan of ${id} has no summary`);
  return pricesRose(progress, summary, given);
}

/** `POST /v1/campaigns/{id}/cancel`: nothing is sent any more, for good. What is in flight settles. */
export const cancelCampaign =
  ({ campaigns }: { campaigns: Pick<Campaigns, "find" | "cancel"> }) =>
  ({ caller: key, ...to }: Addressed & { caller: string }): Promise<HttpResult> =>
    commanded(campaigns, to, { does: "cancel", from: CANCELLABLE }, (ifVersion) =>
      campaigns.cancel(to.id, { ...ifVersion, key }),
    );

async function commanded(
  campaigns: Pick<Campaigns, "find">,
  { id, version }: Addressed,
  command: Command,
  change: (how: { ifVersion: number | undefined }) => Promise<Changed>,
): Promise<HttpResult> {
  // What is so already would be answered 200, whatever its version.
  if (version !== undefined) requireVersion(await findCampaign(campaigns, id), version);
  const changed = await change({ ifVersion: version });
  const { campaign, tally } = madeChange(id, changed, { ...command, version });
  const json = { ...campaignHead(campaign), stillInFlight: inFlightOf(tally) };
  return { status: 200, headers: { etag: etagOf(campaign) }, json };
}

function inFlightOf({ rows, money }: Tally): z.output<typeof commandedSchema>["stillInFlight"] {
  const { submitting, processing, unknown } = rows;
  return {
    rows: submitting + processing + unknown,
    submitting,
    processing,
    unknown,
    cost: formatUnits(money.submitting + money.processing + money.unknown),
  };
}
