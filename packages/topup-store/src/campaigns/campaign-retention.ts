import { isCampaignOver, ROW_STATES } from "@surefill/campaign";
import type { Redis } from "ioredis";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { answered, type RunScript, script, scriptRunner } from "../script-runner.js";
import { UNTAKEN_STATES } from "./campaign.js";
import { Campaigns } from "./campaigns.js";
import { RELEASE_UPLOAD } from "./control-scripts.js";
import type { CampaignStoreOptions } from "./store-options.js";

const releaseScript = script(RELEASE_UPLOAD);

/** What is deleted of campaigns when they are long over. */
export class CampaignRetention {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #campaigns: Campaigns;

  constructor(redis: Redis, options: CampaignStoreOptions) {
    this.#redis = redis;
    this.#keys = ledgerKeys(options.prefix);
    this.#run = scriptRunner(redis, options.witness);
    this.#campaigns = new Campaigns(redis, options);
  }

  /**
   * Forgets what is personal of a campaign that is over, or was never started, since before `beforeMs`: its plan, which
   * rows are where, and its upload where no other campaign uses that. Its record and its numbers stay. `false` when it is
   * not that old, is under way, or was forgotten already.
   */
  async forget(id: string, beforeMs: number): Promise<boolean> {
    const found = await this.#campaigns.find(id);
    if (found === undefined || found.forgottenAtMs !== undefined || found.enteredAtMs >= beforeMs) return false;
    if (!isCampaignOver(found.state) && (await this.#campaigns.cancelUnstarted(id)).kind !== "changed") return false;
    await this.#campaigns.plans.drop(id, found.check?.planVersion ?? 1);
    await this.#run(releaseScript, this.#keys.upload(found.upload), ["", this.#keys.base, id, found.upload]);
    const indexes = [...ROW_STATES, ...UNTAKEN_STATES].map((state) => this.#keys.campaignRows(id, state));
    await answered(this.#redis.unlink(this.#keys.campaignLanes(id), this.#keys.campaignFeeder(id), ...indexes));
    // Last: killed before it, this is done again.
    const nowMs = await this.#campaigns.nowMs();
    await answered(this.#redis.hset(this.#keys.campaignRecord(id), "forgottenAt", String(nowMs)));
    return true;
  }

  /** Forgets every campaign that is due. Answers how many were. */
  async forgetOld(ageMs: number): Promise<number> {
    const beforeMs = (await this.#campaigns.nowMs()) - ageMs;
    let forgotten = 0;
    let cursor: string | undefined;
    do {
      const page = await this.#campaigns.list({ limit: PAGE, states: ENDED, ...(cursor !== undefined && { cursor }) });
      for (const { id, enteredAtMs, forgottenAtMs } of page.campaigns) {
        const isDue = forgottenAtMs === undefined && enteredAtMs < beforeMs;
        if (isDue && (await this.forget(id, beforeMs))) forgotten += 1;
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return forgotten;
  }
}

/** Records read in one go. */
const PAGE = 200;

/** Where a campaign can be left lying. */
const ENDED = ["draft", "checking", "ready", "completed", "cancelled"] as const;
