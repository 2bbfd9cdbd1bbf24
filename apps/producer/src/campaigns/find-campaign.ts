import type { CampaignState } from "@surefill/campaign";
import type { Campaign, Campaigns, Changed } from "@surefill/topup-store";
import { Problem, validationFailed } from "../http/problem.js";
import { campaignHead } from "./campaign-view.js";

/** Reads a campaign that must be there. Throws a `campaign_not_found` problem when it is not. */
export async function findCampaign(campaigns: Pick<Campaigns, "find">, id: string): Promise<Campaign> {
  const campaign = await campaigns.find(id);
  if (campaign === undefined) throw campaignNotFound(id);
  return campaign;
}

/** The problem of an id that no campaign has. */
export function campaignNotFound(id: string): Problem {
  return new Problem("campaign_not_found", { detail: `There is no campaign ${id}.` });
}

/** The problem of a command that a campaign's state does not allow. */
export function campaignConflict(detail: string, campaign: Campaign): Problem {
  return new Problem("campaign_state_conflict", { detail, existing: campaignHead(campaign) });
}

/** The version that an `If-Match` header asks for; `undefined` where any will do. Throws when it names no version. */
export function wantedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === "*") return undefined;
  const version = /^\s*"(\d{1,15})"\s*$/.exec(ifMatch)?.[1];
  if (version !== undefined) return Number(version);
  throw validationFailed([
    { parameter: "If-Match", code: "invalid", detail: 'must be the ETag of the campaign, such as "7", or *' },
  ]);
}

/** Refuses a campaign that has another version than the caller wants. */
export function requireVersion(campaign: Campaign, wanted: number | undefined): void {
  if (wanted !== undefined && campaign.version !== wanted) throw versionMismatch(campaign, wanted);
}

function versionMismatch(campaign: Campaign, wanted: number): Problem {
  const detail = `The campaign has version ${campaign.version}, not ${wanted}.`;
  return new Problem("version_mismatch", { detail, existing: campaignHead(campaign) });
}

/** What a command does, and the states that it applies to, for its refusal. */
export type Command = { does: string; from: readonly CampaignState[]; version?: number | undefined };

/** The change that was made, or the problem that says why none was. */
export function madeChange(
  id: string,
  changed: Changed,
  command: Command,
): Exclude<Changed, { kind: "missing" | "refused" }> {
  if (changed.kind === "missing") throw campaignNotFound(id);
  if (changed.kind !== "refused") return changed;
  const { campaign, because } = changed;
  if (because === "version" && command.version !== undefined) throw versionMismatch(campaign, command.version);
  const states = command.from.join(", ");
  throw campaignConflict(`The campaign is ${campaign.state}; ${command.does} applies to ${states}.`, campaign);
}
