/** What a production account meets all day, in a campaign. */
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultPlan } from "@surefill/reloadly-sandbox";
import { untilSettled } from "../../evidence.js";
import type { Rig } from "../../rig.js";
import { startCampaign } from "../campaign-desk.js";
import { auditEnds } from "../ends.js";
import type { Scenario, ScenarioContext } from "../scenario.js";
import { shortenedBy } from "../settings.js";
import { onStage, sideBySide } from "../stage.js";
import { steadyOrders } from "../steady-load.js";
import { FACTOR, PER_SECOND, SETTLE_DEADLINE_MS } from "../throughput.js";

/** Rows that are left when the measured time ends, so that the rate never falls for want of rows. */
const SPARE_ROWS = 200;
/** The window of a campaign as shipped, shortened as the waits are that fill it. */
const WINDOW = 500 / FACTOR;
const LEAST_PER_SECOND = 9;
/** Where the campaign without trouble is slower than this, the machine is too busy to compare. */
const UNTROUBLED_PER_SECOND_MIN = 9.5;

const refused = (probability: number, errorCode: string) => ({
  match: { probability },
  fault: { kind: "refuse" as const, errorCode },
});

/** 6.4 % passing refusals, in the proportions of a production account, and 4 % FAILED. */
const MIX: FaultPlan = {
  rules: [
    refused(0.03, "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT"),
    refused(0.024, "PHONE_RECENTLY_RECHARGED"),
    refused(0.01, "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE"),
    { match: { probability: 0.04 }, fault: { kind: "failed" } },
  ],
};

/** A campaign through a mix: rows that the provider executed in the measured time, and that ended, a second. */
async function runCampaign(context: ScenarioContext, faultPlan: FaultPlan) {
  const settings = shortenedBy(FACTOR);
  return onStage(context, { settings, faultPlan }, async (rig) => {
    const orders = steadyOrders(`mix-${context.seed}`, (context.loadMs / 1_000) * PER_SECOND + SPARE_ROWS);
    await startCampaign(rig, { orders, limits: { ratePerS: PER_SECOND, window: WINDOW } });
    await untilFirst(rig);
    const firstMs = performance.now();
    await sleep(context.loadMs, undefined, { signal: context.signal });
    const settled = await countEnded(rig);
    const { totals } = await rig.providerDesk.readTotals();
    const seconds = (performance.now() - firstMs) / 1_000;
    await rig.providerDesk.setFaultPlan({ rules: [] });
    const open = await untilSettled(rig, SETTLE_DEADLINE_MS);
    const ends = await auditEnds(rig, [], open);
    return { sentPerSecond: totals.executions / seconds, settledPerSecond: settled / seconds, wrong: ends.wrong };
  });
}

const FIRST_DEADLINE_MS = 30_000;

async function untilFirst(rig: Rig): Promise<void> {
  const giveUpAtMs = performance.now() + FIRST_DEADLINE_MS;
  while ((await rig.providerDesk.readTotals()).totals.posts === 0) {
    if (performance.now() > giveUpAtMs) throw new Error("the campaign sent nothing");
    await sleep(50);
  }
}

async function countEnded({ ledger }: Rig): Promise<number> {
  const { succeeded, failed, refunded, rejected } = await ledger.counts();
  return succeeded + failed + refunded + rejected;
}

const productionMix: Scenario = {
  name: "production-mix",
  trouble: "6.4 % passing refusals and 4 % FAILED, in a campaign with a tenth of the shipped window",
  measure: async (context) => {
    const { without, within } = await sideBySide(runCampaign(context, { rules: [] }), runCampaign(context, MIX));
    const shown = (perSecond: number) => (Math.floor(perSecond * 100) / 100).toFixed(2);
    const isStarved = without.sentPerSecond < UNTROUBLED_PER_SECOND_MIN;
    const starvation = isStarved ? ["the machine was too busy: the untroubled campaign did not keep its pace"] : [];
    const settled = `settled ${shown(within.settledPerSecond)}/s`;
    return [
      {
        offered: `${PER_SECOND}/s for ${context.loadMs / 1_000} s`,
        kept: `${shown(within.sentPerSecond)}/s executed, ${settled} (untroubled ${shown(without.sentPerSecond)}/s)`,
        bound: `>= ${LEAST_PER_SECOND}/s`,
        isKept: within.sentPerSecond >= LEAST_PER_SECOND,
        wrong: [...without.wrong.map((text) => `untroubled: ${text}`), ...within.wrong, ...starvation],
      },
    ];
  },
};

export const CAMPAIGN_SCENARIOS: readonly Scenario[] = [productionMix];
