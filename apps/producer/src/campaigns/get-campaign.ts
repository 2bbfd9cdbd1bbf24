import { formatUnits, type PlanSummary, unitsOf } from "@surefill/campaign";
import { type Clock, withDeadline } from "@surefill/runtime";
import type { TopupRecord } from "@surefill/topup";
import type { Campaign, CampaignCommand, Campaigns, Ledger } from "@surefill/topup-store";
import type { ReadBalance } from "../balance.js";
import type { HttpResult } from "../http/result.js";
import { timeText } from "./campaign-time.js";
import { campaignHead, etagOf } from "./campaign-view.js";
import { campaignNotFound } from "./find-campaign.js";
import { type PlanView, planView } from "./plan-view.js";
import { progressView } from "./progress-view.js";

/** What showing a campaign needs. */
export type GetCampaignDeps = {
  campaigns: Pick<Campaigns, "progress" | "latestMinutes" | "history">;
  plans: Pick<Campaigns["plans"], "summary">;
  gates: Pick<Ledger["gates"], "closed">;
  /** The first rows of a campaign that are in a state. */
  rowsIn: (id: string, state: "held" | "parked" | "unknown") => Promise<TopupRecord[]>;
  /** A campaign that takes money first, while money is short. */
  aheadOf: (campaign: Campaign) => Promise<Campaign | undefined>;
  readBalance: ReadBalance;
  /** How long a row that the provider said FAILED of is held. */
  failedHoldMs: number;
  clock: Clock;
};

/** Nobody who looks at a campaign waits longer than this for a balance that the provider does not tell. */
const BALANCE_DEADLINE_MS = 1_500;
/** Plans that are looked at again and again are unpacked once. */
const SUMMARIES_KEPT = 20;

/** `GET /v1/campaigns/{id}`: a campaign with its plan, and with its numbers once it has been started. */
export const getCampaign = (deps: GetCampaignDeps) => {
  const summaryOf = keepSummaries(deps.plans);
  return async ({ id }: { id: string }): Promise<HttpResult> => {
    const progress = await deps.campaigns.progress(id);
    if (progress === undefined) throw campaignNotFound(id);
    const { campaign } = progress;
    // Paused without having begun it was scheduled, and waits for a person.
    const isAgreedTo = campaign.state === "scheduled" || campaign.state === "paused";
    const isStarted = campaign.startedAtMs !== undefined || isAgreedTo;
    const { rows } = progress.tally;
    const waiting = (["held", "parked", "unknown"] as const).filter((state) => isStarted && rows[state] > 0);
    const [ahead, summary, points, gates, history, ...sampled] = await Promise.all([
      campaign.state === "running" && progress.unfedRows > 0 ? deps.aheadOf(campaign) : undefined,
      summaryOf(campaign),
      isStarted ? deps.campaigns.latestMinutes(id) : [],
      isStarted ? deps.gates.closed() : [],
      deps.campaigns.history(id),
      ...waiting.map((state) => deps.rowsIn(id, state)),
    ]);
    const balance = campaign.state === "ready" && summary !== undefined ? await balanceOf(deps, summary) : null;
    const shown = isStarted
      ? progressView({
          progress,
          summary,
          points,
          gates,
          failedHoldMs: deps.failedHoldMs,
          waiting: sampled.flat(),
          ahead: ahead?.id,
        })
      : null;
    return {
      status: 200,
      headers: { etag: etagOf(campaign) },
      json: {
        ...campaignHead(campaign),
        plan: summary === undefined ? null : planView(summary, balance),
        progress: shown,
        history: history.map(commandView),
      },
    };
  };
};

function commandView({ atMs, command, from, to, key }: CampaignCommand) {
  return { at: timeText(atMs), command, from: from ?? null, to, key: key ?? null };
}

/** Reads summaries, and keeps the latest by the hash of the plan, which never changes. */
function keepSummaries(plans: GetCampaignDeps["plans"]): (campaign: Campaign) => Promise<PlanSummary | undefined> {
  const kept = new Map<string, PlanSummary>();
  return async ({ id, plan }) => {
    if (plan === undefined) return undefined;
    const key = `${id}:${plan.hash}`;
    const summary = kept.get(key) ?? (await plans.summary(id, plan.version));
    if (summary === undefined) return undefined;
    kept.delete(key);
    kept.set(key, summary);
    for (const oldest of kept.keys()) {
      if (kept.size <= SUMMARIES_KEPT) break;
      kept.delete(oldest);
    }
    return summary;
  };
}

/** What the account holds now, and after the plan; null where the provider does not tell in time. */
async function balanceOf(
  { readBalance, clock }: GetCampaignDeps,
  { currency, total }: PlanSummary,
): Promise<PlanView["balance"]> {
  const limits = { what: "the balance", deadlineMs: BALANCE_DEADLINE_MS };
  const told = await withDeadline(clock, limits, readBalance).catch(() => undefined);
  if (told?.currencyCode !== currency) return null;
  // The wallet counts five decimals; whatever is finer is not money that could be spent.
  const units = unitsOf(told.balance.replace(/(\.\d{5})\d+$/, "$1"));
  return { now: formatUnits(units), after: formatUnits(units - unitsOf(total.cost)) };
}
