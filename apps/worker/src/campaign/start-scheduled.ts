import {
  type CatalogueOperator,
  catalogueOperatorOf,
  isWithinMargin,
  priceDriftOf,
  priceDriftText,
} from "@surefill/campaign";
import { listAllOperators, type ReloadlyClient } from "@surefill/reloadly-client";
import { DeadlineSignals, type Logger } from "@surefill/runtime";
import type { Campaign, Campaigns } from "@surefill/topup-store";

/** What starting needs. */
export type StartParts = {
  campaigns: Pick<Campaigns, "active" | "find" | "nowMs" | "startScheduled" | "pause"> & {
    plans: Pick<Campaigns["plans"], "summary">;
  };
  client: Pick<ReloadlyClient, "listOperators">;
  /** Whether a campaign is this process's to look after now. */
  isOurs: (id: string) => Promise<boolean>;
  log: Logger;
};

/** How long campaigns whose time has come wait before a provider that did not tell its prices is asked again. */
const ASK_AGAIN_MS = 5_000;
/** A catalogue of a thousand operators is a few megabytes. */
const CATALOGUE_DEADLINE_MS = 30_000;
const RETRIES_MAX = 2;

/**
 * Starts the scheduled campaigns whose time has come, at the prices of their plans: these are asked for once more, since
 * days may lie between the agreement and now. One whose rows cost more than planned, by more than the margin that its
 * limits allow, or whose operators sell something else, is paused with what has changed; resumed by a person, it starts
 * at exactly those prices. While the provider does not tell its prices, all stay scheduled. Answers after how
 * many milliseconds to come again, where that is later than usual.
 */
export async function startScheduled(parts: StartParts, signal: AbortSignal): Promise<number> {
  const { log } = parts;
  const due = await findDue(parts);
  if (due.length === 0) return 0;
  const catalogue = await readCatalogue(parts, signal);
  if (catalogue === undefined) return ASK_AGAIN_MS;
  const started = await Promise.allSettled(due.map((campaign) => startOrPause(parts, campaign, catalogue)));
  for (const [index, result] of started.entries()) {
    if (result.status === "fulfilled") continue;
    log.error({ campaign: due[index]?.id, err: result.reason }, "campaign could not be started; it is tried again");
  }
  return 0;
}

async function readCatalogue({ client, log }: StartParts, signal: AbortSignal) {
  const options = { signal: new DeadlineSignals(signal).within(CATALOGUE_DEADLINE_MS), retriesMax: RETRIES_MAX };
  try {
    const operators = await listAllOperators(client, options);
    return operators.flatMap((operator) => catalogueOperatorOf(operator) ?? []);
  } catch (err) {
    if (!signal.aborted) {
      log.warn({ err }, "campaigns whose time has come wait: the provider does not tell its prices");
    }
    return undefined;
  }
}

async function findDue({ campaigns, isOurs }: StartParts): Promise<Campaign[]> {
  const due: Campaign[] = [];
  const nowMs = await campaigns.nowMs();
  for (const id of await campaigns.active()) {
    const campaign = await campaigns.find(id);
    const isDue = campaign?.state === "scheduled" && nowMs >= (campaign.startAtMs ?? 0);
    if (isDue && (await isOurs(id))) due.push(campaign);
  }
  return due;
}

/** Does nothing to a campaign that was changed meanwhile: the next round sees how it is by then. */
async function startOrPause(
  { campaigns, log }: StartParts,
  { id, version: ifVersion, plan, limits, pricesAgreed }: Campaign,
  catalogue: readonly CatalogueOperator[],
): Promise<void> {
  const summary = plan === undefined ? undefined : await campaigns.plans.summary(id, plan.version);
  if (summary === undefined) throw new Error(`the plan of campaign ${id} has no summary`);
  const drift = priceDriftOf(summary, catalogue);
  const isKept = drift === undefined || isWithinMargin(drift, limits.priceMarginPercent);
  const changed = isKept ? undefined : priceDriftText(drift);
  if (changed === undefined || changed === pricesAgreed) {
    await campaigns.startScheduled(id, { ifVersion });
    return;
  }
  const paused = await campaigns.pause(id, "prices", { detail: changed, ifVersion });
  if (paused.kind === "changed") log.warn({ campaign: id, detail: changed }, "campaign paused before its start");
}
