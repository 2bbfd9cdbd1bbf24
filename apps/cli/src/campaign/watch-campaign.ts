import { systemClock } from "@surefill/runtime/light";
import { toneOf } from "../colour.js";
import type { Surroundings } from "../surroundings.js";
import type { CampaignAnswer } from "./answers.js";
import { type Api, ApiError } from "./api.js";
import { lookAt, lookPatiently } from "./look-at-campaign.js";
import { describeProgress, describeWaits } from "./progress-report.js";

const LOOK_EVERY_MS = 1_000;
/** Without a terminal a line is written when something has changed, and not more often than this. */
const LINE_EVERY_MS = 5_000;

/**
 * `surefill campaign watch`: until the campaign is over. `true` when it is completed. Ctrl-C ends only the watching, and
 * is thrown as an `ApiError`.
 */
export async function watch(api: Api, around: Surroundings, id: string, flags: { json?: true }): Promise<boolean> {
  try {
    return await watchToTheEnd(api, around, id, flags);
  } catch (error) {
    if (!around.signal.aborted) throw error;
    throw new ApiError("stopped", `No longer watching; ${id} goes on.`, { cause: error });
  }
}

async function watchToTheEnd(api: Api, around: Surroundings, id: string, { json }: { json?: true }): Promise<boolean> {
  let last: CampaignAnswer | undefined;
  let lineAtMs = Number.NEGATIVE_INFINITY;
  for (;;) {
    const campaign = last === undefined ? await lookAt(api, id) : await lookPatiently(api, around, id);
    if (json) {
      if (isNews(last, campaign)) around.print(JSON.stringify(lineOf(campaign)));
    } else {
      const nowMs = systemClock.monotonicMs();
      tellChange(around, last, campaign);
      if (around.rewrite !== undefined && !campaign.over) around.rewrite(describeProgress(campaign));
      else if (campaign.over || (nowMs - lineAtMs >= LINE_EVERY_MS && isNews(last, campaign))) {
        around.rewrite?.("");
        around.print(describeProgress(campaign), toneOf(campaign.state));
        lineAtMs = nowMs;
      }
    }
    if (campaign.over) return campaign.state === "completed";
    last = campaign;
    await systemClock.sleep(LOOK_EVERY_MS, around.signal);
  }
}

/** What --json prints: the campaign without its plan, which does not change any more. */
function lineOf({ plan: _, ...rest }: CampaignAnswer): object {
  return rest;
}

/** The numbers, without the time at which they were read. */
function numbersOf({ state, pause, check, progress }: CampaignAnswer): string {
  const { rows, money, waitsFor } = progress ?? {};
  return JSON.stringify([state, pause, check, rows, money, waitsFor]);
}

function isNews(last: CampaignAnswer | undefined, campaign: CampaignAnswer): boolean {
  return last === undefined || numbersOf(last) !== numbersOf(campaign);
}

/** What a person has to hear although the line goes on: another state, and what it waits for. */
function tellChange(around: Surroundings, last: CampaignAnswer | undefined, campaign: CampaignAnswer): void {
  const waits = describeWaits(campaign).filter((wait) => !wait.startsWith("waits for first-rows"));
  const before = last === undefined ? [] : describeWaits(last);
  for (const wait of waits) {
    if (before.includes(wait)) continue;
    around.rewrite?.("");
    around.tell(`${campaign.state}: ${wait}`, "waiting");
  }
}
