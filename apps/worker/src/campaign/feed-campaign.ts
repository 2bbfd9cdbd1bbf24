import type { Logger } from "@surefill/runtime";
import { QUEUES } from "@surefill/topup";
import { type Campaign, type CampaignFeed, FEED_ROWS_MAX, type FedTopup } from "@surefill/topup-store";
import type { Metrics } from "../metrics.js";
import type { BulkAlarms } from "../queue/alarms.js";
import type { PlanReader } from "./plan-reader.js";

export type FeedParts = {
  feed: Pick<CampaignFeed, "lanes" | "feed">;
  plans: PlanReader;
  alarms: BulkAlarms;
  metrics: Pick<Metrics, "rowsFed">;
  log: Logger;
};

/** Rows of one campaign that one turn feeds: then the other campaigns have theirs. */
const BATCHES_MAX = 20;

/**
 * How far ahead of a campaign's pace its rows become top-ups, each due at its own time: several turns of the feeder,
 * so that a late one leaves no gap.
 */
const HORIZON_MS = 1_000;

/**
 * Feeds a campaign's next rows, until one of its limits says stop. Rows of operators whose gates are closed stay where
 * they are. The ledger comes first: killed before the jobs are added, this leaves top-ups that are overdue, which the
 * sweeper finds.
 */
export async function feedCampaign(
  parts: FeedParts,
  campaign: Campaign,
  closedOperators: ReadonlySet<number>,
): Promise<void> {
  const { id, plan, limits, caller } = campaign;
  if (plan === undefined) throw new TypeError(`campaign ${id} runs without a plan`);
  const inHand = { id, version: plan.version, hash: plan.hash, rowsTotal: plan.rows.total };
  const open = (await parts.plans.operators(inHand)).filter((operatorId) => !closedOperators.has(operatorId));
  // More than this could not be taken now anyway.
  const paced = Math.ceil((limits.ratePerS * HORIZON_MS) / 1_000) + 1;
  const limit = Math.min(FEED_ROWS_MAX, limits.window, paced);
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const ahead = await parts.plans.ahead(inHand, await parts.feed.lanes(id), open, limit);
    if (ahead.lanes.length === 0) return;
    const from = { planVersion: plan.version, run: plan.run, ...(caller !== undefined && { caller }) };
    const fed = await parts.feed.feed(id, { ...from, ...ahead }, HORIZON_MS);
    if (fed.kind !== "fed") return;
    const { topups, already, conflict, paidRecently, stop, nowMs } = fed;
    parts.metrics.rowsFed({ created: topups.length, already, conflict, paidRecently });
    if (already + conflict > 0) {
      parts.log.warn({ campaign: id, already, conflict }, "rows whose references exist already were not taken");
    }
    if (paidRecently > 0) {
      parts.log.warn(
        { campaign: id, paidRecently },
        "rows whose recipients others have paid since the check were not taken",
      );
    }
    await ring(parts, topups, nowMs);
    if (stop !== undefined) return;
  }
}

async function ring({ alarms, log }: FeedParts, topups: readonly FedTopup[], nowMs: number): Promise<void> {
  if (topups.length === 0) return;
  const alarmsToSet = topups.map(({ reference, dueAtMs }) => ({
    job: { reference, attempt: 1, fence: 0, ofCampaign: true as const },
    delayMs: dueAtMs - nowMs,
  }));
  try {
    await alarms.ringMany(QUEUES.submit, alarmsToSet);
  } catch (err) {
    log.warn({ err, topups: topups.length }, "submit jobs of fed rows may be missing; the sweeper will add them");
  }
}
