import type { Clock } from "@surefill/runtime";
import { type Campaigns, cancelledCampaignLine } from "@surefill/topup-store";
import type { DecisionJournal } from "../decision-journal.js";
import { promptly } from "../prompt-ledger.js";

/** The campaigns as handlers see them that only ask or change one: every call ends in time for a 503 within the second. */
export type PromptCampaigns = Pick<
  Campaigns,
  | "create"
  | "find"
  | "list"
  | "edit"
  | "beginCheck"
  | "start"
  | "pause"
  | "resume"
  | "cancel"
  | "progress"
  | "history"
  | "latestMinutes"
  | "minutes"
  | "nowMs"
>;

/**
 * Puts the deadline on each call. A change that is late may still happen; asking for it again is safe. That a campaign
 * is cancelled is written down outside of Redis first: a rebuild must not send its rows.
 */
export function promptCampaigns(
  campaigns: PromptCampaigns,
  { clock, journal }: { clock: Pick<Clock, "sleep">; journal: DecisionJournal },
): PromptCampaigns {
  const prompt = <T>(ask: () => Promise<T>) => promptly(clock, ask);
  return {
    create: (campaign) => prompt(() => campaigns.create(campaign)),
    find: (id) => prompt(() => campaigns.find(id)),
    list: (page) => prompt(() => campaigns.list(page)),
    history: (id) => prompt(() => campaigns.history(id)),
    edit: (id, edit, how) => prompt(() => campaigns.edit(id, edit, how)),
    beginCheck: (id, ifVersion, key) => prompt(() => campaigns.beginCheck(id, ifVersion, key)),
    start: (id, plan) => prompt(() => campaigns.start(id, plan)),
    pause: (id, reason, asking) => prompt(() => campaigns.pause(id, reason, asking)),
    resume: (id, options) => prompt(() => campaigns.resume(id, options)),
    async cancel(id, options) {
      const cancel = () => prompt(() => campaigns.cancel(id, options));
      const campaign = await prompt(() => campaigns.find(id));
      if (campaign === undefined) return cancel();
      return journal(
        (stamp) => cancelledCampaignLine(campaign, options?.key, stamp),
        cancel,
        ({ kind }) => kind === "changed" || kind === "unchanged",
      );
    },
    progress: (id) => prompt(() => campaigns.progress(id)),
    latestMinutes: (id) => prompt(() => campaigns.latestMinutes(id)),
    minutes: (id) => prompt(() => campaigns.minutes(id)),
    nowMs: () => prompt(() => campaigns.nowMs()),
  };
}
