/** Builds the worker's share in campaigns: what every worker does for them beside its jobs. */
import type { ReloadlyClient } from "@surefill/reloadly-client";
import { type Logger, type RedisClient, systemClock, systemIds } from "@surefill/runtime";
import { CampaignFeed, CampaignRetention, type Campaigns, type Ledger } from "@surefill/topup-store";
import type { WorkerConfig } from "../config.js";
import type { Metrics } from "../metrics.js";
import type { Queues } from "../queue/queues.js";
import type { Chore } from "../sweep/housekeeping.js";
import { type KeepParts, keepCampaign } from "./keep-campaign.js";
import { PlanReader } from "./plan-reader.js";
import { startScheduled } from "./start-scheduled.js";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** How late a campaign may start, where the provider answers. */
const START_EVERY_MS = 1_000;

/** How long a killed process keeps the others from feeding the campaign that it fed. */
const LEASE_MS = 2_000;

export type CampaignDeps = {
  redis: RedisClient;
  ledger: Ledger;
  campaigns: Campaigns;
  queues: Queues;
  metrics: Metrics;
  client: Pick<ReloadlyClient, "listOperators">;
  log: Logger;
};

/** The chores of campaigns. They ride on timers and not on the queue for the reasons of docs/adr/0002. */
export function campaignChoresOf(deps: CampaignDeps, config: WorkerConfig): Chore[] {
  const { redis, ledger, campaigns, queues, metrics, client, log } = deps;
  const options = { prefix: config.REDIS_PREFIX, witness: ledger.witness };
  const feed = new CampaignFeed(redis, ledger, options);
  const retention = new CampaignRetention(redis, options);
  const plans = new PlanReader(campaigns.plans);
  const parts = { ledger, campaigns, feed, plans, alarms: queues, metrics, log };
  const owner = systemIds.uuidv7();
  const isOurs = (id: string) => feed.take(id, owner, LEASE_MS);
  return [
    { name: "campaigns", everyMs: config.CAMPAIGN_INTERVAL_MS, run: () => keepCampaigns(parts, isOurs) },
    {
      // Beside the other: a provider that is slow to tell its prices must not keep running campaigns from being fed.
      name: "starts of campaigns",
      everyMs: START_EVERY_MS,
      run: async (signal) => {
        const waitMs = await startScheduled({ campaigns, client, isOurs, log }, signal);
        if (waitMs > 0) await systemClock.sleep(waitMs, signal).catch(() => undefined);
      },
    },
    {
      name: "retention of campaigns",
      everyMs: HOUR_MS,
      run: async () => void (await retention.forgetOld(config.RETENTION_DAYS * DAY_MS)),
    },
  ];
}

/** One round over all campaigns that are started. One that fails does not stop the others. */
async function keepCampaigns(parts: KeepParts, isOurs: (id: string) => Promise<boolean>): Promise<void> {
  const ids = await parts.campaigns.active();
  if (ids.length === 0) return;
  const gates = await parts.ledger.gates.closed();
  const kept = await Promise.allSettled(
    ids.map(async (id) => {
      if (await isOurs(id)) await keepCampaign(parts, id, gates);
    }),
  );
  for (const [index, result] of kept.entries()) {
    if (result.status === "rejected") {
      parts.log.error(
        { campaign: ids[index], err: result.reason },
        "campaign could not be looked after; it is tried again",
      );
    }
  }
}
