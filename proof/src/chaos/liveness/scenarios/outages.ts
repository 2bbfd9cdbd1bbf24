/** An operator or the provider away for an hour, and back. Waits are shortened by twenty: the hour is three minutes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultPlan } from "@surefill/reloadly-sandbox";
import { DEFAULT_TIMINGS, isFinal } from "@surefill/topup";
import { untilSettled } from "../../evidence.js";
import type { Order } from "../../recipients.js";
import type { Rig } from "../../rig.js";
import { auditEnds } from "../ends.js";
import type { Finding, Scenario, ScenarioContext } from "../scenario.js";
import { shortenedBy } from "../settings.js";
import { onStage } from "../stage.js";
import { MARKED_ENDING, MARKED_OPERATOR_ID, offer, steadyOrders } from "../steady-load.js";

const OUTAGE_FACTOR = 20;
const AWAY_MS = 3_600_000 / OUTAGE_FACTOR;
const BACK_MS_MAX = 900_000 / OUTAGE_FACTOR;
const QUIET_MS = (DEFAULT_TIMINGS.SEND_DEADLINE_MS + DEFAULT_TIMINGS.QUIET_MS) / OUTAGE_FACTOR;
const ROWS = 1_000;
const OFFERED_PER_SECOND = 10;
/** Beyond the bound it is still waited for, so that the audit can say whether anyone was paid twice. */
const SETTLE_DEADLINE_MS = 240_000;

type Outage = {
  makeOrders: (run: string) => readonly Order[];
  begin: (rig: Rig) => Promise<void>;
  /** POSTs during the outage that show that it was one. */
  end: (rig: Rig) => Promise<void>;
  /** Whether what was sent in the outage waits for the quiet period first. */
  isQuietFirst: boolean;
};

async function measureOutage(context: ScenarioContext, outage: Outage): Promise<Finding[]> {
  const settings = shortenedBy(OUTAGE_FACTOR);
  const run = await onStage(context, { settings }, async (rig) => {
    const orders = outage.makeOrders(`away-${context.seed}`);
    await outage.begin(rig);
    const away = sleep(AWAY_MS, undefined, { signal: context.signal });
    const offered = await offer(rig, { orders, perSecond: OFFERED_PER_SECOND, signal: context.signal });
    await away;
    const early = (await rig.ledger.counts()).succeeded;
    await outage.end(rig);
    const backAtMs = Date.now();
    const open = await untilSettled(rig, SETTLE_DEADLINE_MS);
    const ends = await auditEnds(rig, [...offered.orders.keys()], open);
    if (early > 0) ends.wrong.push(`${early} top-ups succeeded in the outage: the run shows nothing`);
    const lastMs = [...ends.records.values()]
      .filter(({ state }) => isFinal(state))
      .reduce((latest, { enteredAtMs }) => Math.max(latest, enteredAtMs - backAtMs), 0);
    return { lastMs, open, posts: ends.books.reduce((sum, { posts }) => sum + posts, 0), wrong: ends.wrong };
  });
  const boundMs = BACK_MS_MAX + (outage.isQuietFirst ? QUIET_MS : 0);
  const inSeconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  return [
    {
      offered: `${ROWS} at ${OFFERED_PER_SECOND}/s, away for ${inSeconds(AWAY_MS)}; ${run.posts} POSTs`,
      kept: run.open > 0 ? `${run.open} not settled` : `all settled ${inSeconds(run.lastMs)} after the return`,
      bound: `<= ${inSeconds(BACK_MS_MAX)}${outage.isQuietFirst ? ` and the quiet period of ${inSeconds(QUIET_MS)}` : ""}`,
      isKept: run.open === 0 && run.lastMs <= boundMs,
      wrong: run.wrong,
    },
  ];
}

const REFUSED: FaultPlan = {
  rules: [
    {
      match: { phoneEnding: MARKED_ENDING },
      fault: { kind: "refuse", errorCode: "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT" },
    },
  ],
};

const operatorAway: Scenario = {
  name: "operator-away",
  trouble: "an operator is away for an hour, and the provider says so",
  measure: (context) =>
    measureOutage(context, {
      makeOrders: (run) =>
        steadyOrders(run, ROWS * 15)
          .filter(({ operatorId }) => operatorId === MARKED_OPERATOR_ID)
          .slice(0, ROWS),
      begin: ({ providerDesk }) => providerDesk.setFaultPlan(REFUSED),
      end: ({ providerDesk }) => providerDesk.setFaultPlan({ rules: [] }),
      isQuietFirst: false,
    }),
};

const providerAway: Scenario = {
  name: "provider-away",
  trouble: "the provider hangs for an hour: requests are taken, and nothing is answered",
  measure: (context) =>
    measureOutage(context, {
      makeOrders: (run) => steadyOrders(run, ROWS),
      async begin({ workers }) {
        for (const { providerLine } of workers) providerLine.set({ kind: "half-open" });
      },
      async end({ workers }) {
        for (const { providerLine } of workers) providerLine.set(undefined);
      },
      isQuietFirst: true,
    }),
};

export const OUTAGE_SCENARIOS: readonly Scenario[] = [operatorAway, providerAway];
