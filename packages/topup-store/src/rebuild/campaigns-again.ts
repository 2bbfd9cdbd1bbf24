import type { Redis } from "ioredis";
import type { CancelledCampaign } from "../journal/cancelled-campaign.js";
import type { LedgerKeys } from "../keys.js";
import { answered, type RunScript, script } from "../script-runner.js";
import { CANCEL_AGAIN, COUNT_REBUILT_ROWS, MAKE_CANCELLED_CAMPAIGN } from "./campaign-scripts.js";

const scripts = {
  make: script(MAKE_CANCELLED_CAMPAIGN),
  count: script(COUNT_REBUILT_ROWS),
  cancel: script(CANCEL_AGAIN),
};

/** More in one script would keep other commands waiting. */
const TOGETHER = 500;

export type CampaignsAgainParts = { redis: Redis; keys: LedgerKeys; run: RunScript; nowArgument: () => string };

/** Cancels campaigns again that a person had cancelled before data was lost. Each step may be repeated. */
export class CampaignsAgain {
  readonly #parts: CampaignsAgainParts;

  constructor(parts: CampaignsAgainParts) {
    this.#parts = parts;
  }

  /** Before rows are made: a campaign that is gone is made again, as one that is being cancelled. */
  async make({ campaign, fields }: CancelledCampaign): Promise<void> {
    await this.#call(scripts.make, campaign, Object.entries(fields).flat());
  }

  /** When its rows are made: what is not sent is withdrawn by a worker from here on, and nothing more is fed. */
  async cancel({ campaign, key = "" }: CancelledCampaign): Promise<void> {
    const { redis, keys } = this.#parts;
    const index = keys.campaign(campaign);
    for (let start = 0; ; start += TOGETHER) {
      const references = await answered(redis.zrange(index, String(start), String(start + TOGETHER - 1)));
      if (references.length === 0) break;
      await this.#call(scripts.count, campaign, references);
    }
    await this.#call(scripts.cancel, campaign, [key]);
  }

  #call(wanted: (typeof scripts)[keyof typeof scripts], campaign: string, args: readonly string[]): Promise<unknown> {
    const { run, keys, nowArgument } = this.#parts;
    return run(wanted, keys.campaignRecord(campaign), [nowArgument(), keys.base, campaign, ...args]);
  }
}
