import type { Units } from "@surefill/campaign";
import type { ReloadlyClient } from "@surefill/reloadly-client";
import type { Clock, Closers, Ids, Logger, RedisClient } from "@surefill/runtime";
import {
  Campaigns,
  campaignAhead,
  type Ledger,
  OperatorMemory,
  PaymentHistory,
  type Uploads,
} from "@surefill/topup-store";
import type { ReadBalance } from "../balance.js";
import type { DecisionJournal } from "../decision-journal.js";
import { promptly } from "../prompt-ledger.js";
import type { CampaignRouteDeps } from "./campaign-routes.js";
import { CheckDesk } from "./check/check-desk.js";
import { QUESTIONS_MAX } from "./check/detect-operators.js";
import { createCatalogueSource } from "./check/read-catalogue.js";
import { Turns } from "./check/work-in-flight.js";
import { promptCampaigns } from "./prompt-campaigns.js";

/** What campaigns are built from. */
export type CampaignParts = {
  prefix: string;
  /** For what is answered at once. */
  redis: RedisClient;
  ledger: Ledger;
  /** For rows by the thousand, which must not stand in the way of anybody. */
  bulkRedis: RedisClient;
  uploads: Uploads;
  client: Pick<ReloadlyClient, "listOperators" | "detectOperator">;
  readBalance: ReadBalance;
  failedHoldMs: number;
  topupMaxUnits: Units;
  retentionDays: number;
  ids: Ids;
  clock: Clock;
  log: Logger;
  closers: Closers;
  /** For what a person decides of a campaign. */
  journal: DecisionJournal;
};

/** Of many rows that wait so many are looked at, each time somebody looks at a campaign. */
const WAITING_ROWS_READ = 100;

/** A running check ends at its next chunk. */
const CLOSE_BUDGET_MS = 2_000;

/** Builds what the routes of campaigns need, and begins to look for checks that were left behind. */
export function openCampaigns(parts: CampaignParts): CampaignRouteDeps {
  const { prefix, bulkRedis, uploads, client, readBalance, failedHoldMs, ids, clock, log } = parts;
  const options = { prefix, witness: parts.ledger.witness };
  const campaigns = new Campaigns(bulkRedis, options);
  const memory = new OperatorMemory(bulkRedis, options);
  const history = new PaymentHistory(bulkRedis, options);
  const ledger = parts.ledger.over(bulkRedis);
  const catalogue = createCatalogueSource({ client, memory, nowMs: () => campaigns.nowMs() });
  const checks = new CheckDesk({
    campaigns,
    uploads,
    ledger,
    history,
    memory,
    catalogue,
    client,
    questions: new Turns(QUESTIONS_MAX),
    clock,
    log,
    topupMaxUnits: parts.topupMaxUnits,
  });
  checks.open();
  parts.closers.add("campaign checks", { budgetMs: CLOSE_BUDGET_MS, close: () => checks.close() });
  const prompt = promptCampaigns(new Campaigns(parts.redis, options), parts);
  return {
    campaigns: prompt,
    retentionDays: parts.retentionDays,
    plans: campaigns.plans,
    gates: parts.ledger.gates,
    rowsIn: (id, state) =>
      promptly(clock, async () => {
        const { references } = await campaigns.rows(id, state, { limit: WAITING_ROWS_READ });
        return ledger.records(references);
      }),
    aheadOf: (campaign) => promptly(clock, () => campaignAhead({ ledger, campaigns }, campaign)),
    // Whether there is such a campaign is told at once; its rows may take longer.
    rows: {
      campaigns: {
        find: (id) => prompt.find(id),
        rows: (id, state, page) => campaigns.rows(id, state, page),
        untaken: (id, references) => campaigns.untaken(id, references),
        extraUnits: (id) => campaigns.extraUnits(id),
        plans: campaigns.plans,
      },
      uploads,
      ledger,
    },
    uploads: {
      get: (id) => promptly(clock, () => uploads.get(id)),
      use: (id, campaign) => promptly(clock, () => uploads.use(id, campaign)),
    },
    catalogue,
    checks,
    readBalance,
    failedHoldMs,
    ids,
    clock,
  };
}
