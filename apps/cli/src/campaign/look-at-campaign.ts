import { systemClock } from "@surefill/runtime/light";
import type { Surroundings } from "../surroundings.js";
import { type CampaignAnswer, campaignAnswer } from "./answers.js";
import { type Api, ApiError } from "./api.js";

const AGAIN_AFTER_MS = 1_000;
/** How long the API may be away, as when it is restarted, before the looking is given up. */
const AWAY_MS_MAX = 120_000;
const PASSING_CODES: ReadonlySet<string> = new Set(["unreachable", "ledger_unavailable"]);

/** The campaign at this moment. */
export function lookAt(api: Api, id: string): Promise<CampaignAnswer> {
  return api.ask(`/v1/campaigns/${encodeURIComponent(id)}`, campaignAnswer);
}

/** The same, again and again while the API or its Redis is away for a moment: the campaign goes on meanwhile. */
export async function lookPatiently(api: Api, around: Surroundings, id: string): Promise<CampaignAnswer> {
  const startedMs = systemClock.monotonicMs();
  for (let tries = 1; ; tries += 1) {
    try {
      return await lookAt(api, id);
    } catch (error) {
      const isPassing = error instanceof ApiError && PASSING_CODES.has(error.code);
      if (!isPassing || systemClock.monotonicMs() - startedMs > AWAY_MS_MAX) throw error;
      around.rewrite?.("");
      if (tries === 1) around.tell(`${error.message} Looking again.`);
      await systemClock.sleep(AGAIN_AFTER_MS, around.signal);
    }
  }
}
