import type { Campaigns } from "@surefill/topup-store";
import { tooManyAtOnce } from "../http/at-once.js";
import { validationFailed } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { headResult } from "./campaign-view.js";
import { CHECKS_PER_KEY_MAX, type CheckDesk } from "./check/check-desk.js";
import { guardProblems } from "./create-campaign.js";
import { findCampaign, madeChange, requireVersion } from "./find-campaign.js";

/** What asking for a check needs. */
export type CheckDeps = {
  campaigns: Pick<Campaigns, "find" | "beginCheck">;
  checks: Pick<CheckDesk, "start" | "hasRoomFor">;
  retentionDays: number;
};

/**
 * `POST /v1/campaigns/{id}/check`: judges every row anew, in the background; the plan before it is void. Asking again
 * while a check runs changes nothing.
 */
export const checkCampaign =
  ({ campaigns, checks, retentionDays }: CheckDeps) =>
  async ({ id, version, caller }: { id: string; version: number | undefined; caller: string }): Promise<HttpResult> => {
    const campaign = await findCampaign(campaigns, id);
    requireVersion(campaign, version);
    if (campaign.state === "checking") return headResult(202, campaign);
    const problems = guardProblems(campaign.options, retentionDays);
    if (problems.length > 0) throw validationFailed(problems);
    if (!checks.hasRoomFor(caller)) {
      throw tooManyAtOnce(`There are ${CHECKS_PER_KEY_MAX} checks of this API key running or waiting.`);
    }
    const begun = await campaigns.beginCheck(id, version, caller);
    const isRunning = begun.kind === "refused" && begun.campaign.state === "checking";
    if (isRunning) return headResult(202, begun.campaign);
    const { campaign: checking } = madeChange(id, begun, { does: "check", from: ["draft", "ready"], version });
    checks.start(checking, caller);
    return headResult(202, checking);
  };
