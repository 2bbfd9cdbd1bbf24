import { sendTimesAt } from "@surefill/campaign";
import type { ClosedGate } from "@surefill/topup";
import {
  type Campaign,
  type CampaignFeed,
  type CampaignProgress,
  type Campaigns,
  campaignAhead,
  type Ledger,
} from "@surefill/topup-store";
import { type WakeParts, wakeParked } from "../sweep/wake-parked.js";
import { type FeedParts, feedCampaign } from "./feed-campaign.js";
import { withdrawRows } from "./withdraw-rows.js";

export type KeepParts = WakeParts &
  FeedParts & {
    ledger: Pick<Ledger, "records" | "move" | "gates">;
    campaigns: Pick<Campaigns, "active" | "find" | "progress" | "pause" | "resume" | "releaseCanary" | "rows">;
    feed: Pick<CampaignFeed, "lanes" | "feed" | "setSendTimes">;
  };

/** Parked rows that one turn wakes. */
const WOKEN_ROWS_MAX = 500;

/** Does for a campaign what its state asks for: feeds it, wakes it, withdraws it. */
export async function keepCampaign(parts: KeepParts, id: string, gates: readonly ClosedGate[]): Promise<void> {
  const progress = await parts.campaigns.progress(id);
  if (progress === undefined) return;
  const { campaign } = progress;
  switch (campaign.state) {
    case "running":
    case "completing":
      return keepRunning(parts, progress, gates);
    case "paused":
      if (campaign.pause?.reason === "balance" && !lacksBalance(gates)) {
        parts.log.info({ campaign: id }, "the balance suffices again: the campaign goes on");
        await parts.campaigns.resume(id, { onlyFrom: "balance" });
      }
      return;
    case "cancelling":
      await withdrawRows(parts, campaign);
      return;
    case "draft":
    case "checking":
    case "ready":
    case "scheduled":
    case "completed":
    case "cancelled":
      return;
  }
}

async function keepRunning(parts: KeepParts, progress: CampaignProgress, gates: readonly ClosedGate[]): Promise<void> {
  const { campaign, nowMs } = progress;
  const { id } = campaign;
  if (lacksBalance(gates)) return pause(parts, campaign, "balance", "INSUFFICIENT_BALANCE");
  // Before the canary: its own rows, too, must be let go on the next morning, or it never ends.
  const inHours = await isInHours(parts, campaign, nowMs);
  if (inHours) await wakeParked(parts, `campaign:${id}`, WOKEN_ROWS_MAX);
  if ((await isAtCanary(parts, progress)) || !inHours) return;
  // While nobody can send, rows would only wait at a gate: they wait in the plan.
  if (campaign.state !== "running" || gates.some(({ name }) => name === "account")) return;
  const closed = gates.flatMap(({ name }) =>
    name.startsWith("operator:") ? [Number(name.slice("operator:".length))] : [],
  );
  // Money that is short goes to the campaign that was started first.
  if ((await campaignAhead(parts, campaign)) !== undefined) return;
  await feedCampaign(parts, campaign, new Set(closed));
}

function lacksBalance(gates: readonly ClosedGate[]): boolean {
  return gates.some(({ name, reason }) => name === "account" && reason === "INSUFFICIENT_BALANCE");
}

/** Once the first rows are final, lets the rest go if the rule allows it, or pauses for a person to decide. */
async function isAtCanary(parts: KeepParts, { campaign, tally }: CampaignProgress): Promise<boolean> {
  const { id, limits, fed, finals, canaryReleased } = campaign;
  const { canary } = limits;
  if (canary === undefined || canaryReleased || campaign.state !== "running") return false;
  if (fed < canary.rows) return false;
  if (finals < fed) return true;
  const { succeeded, failed, refunded, rejected } = tally.rows;
  const lost = failed + refunded + rejected;
  const sent = succeeded + lost;
  // Where none went well nothing speaks for the rest, however many may fail: none may even have been sent.
  const isHealthy = succeeded > 0 && lost * 100 <= canary.failedPercentMax * sent;
  if (canary.release === "health" && isHealthy) {
    parts.log.info({ campaign: id, lost, of: sent }, "the first rows went well: the rest follows");
    await parts.campaigns.releaseCanary(id);
    return false;
  }
  const detail = sent === 0 ? `none of the first ${fed} was sent` : `${lost} of the first ${sent} did not succeed`;
  await pause(parts, campaign, "canary", detail);
  return true;
}

/**
 * Whether the daily window is open. Where the campaign knows of an old one only, it is told the next; where it has been
 * changed meanwhile, that is the next turn's.
 */
async function isInHours(parts: KeepParts, campaign: Campaign, nowMs: number): Promise<boolean> {
  const { dailyWindow } = campaign.limits;
  if (dailyWindow === undefined) return true;
  const isOld = campaign.sendUntilMs === undefined || nowMs >= campaign.sendUntilMs;
  const times = isOld ? sendTimesAt(dailyWindow, nowMs) : { fromMs: campaign.sendFromMs ?? 0 };
  if ("untilMs" in times && !(await parts.feed.setSendTimes(campaign, times))) return false;
  return nowMs >= times.fromMs;
}

async function pause(parts: KeepParts, { id }: Campaign, reason: "balance" | "canary", detail: string): Promise<void> {
  const changed = await parts.campaigns.pause(id, reason, { detail });
  if (changed.kind !== "changed") return;
  parts.log.warn({ campaign: id, reason, detail }, "campaign paused");
}
