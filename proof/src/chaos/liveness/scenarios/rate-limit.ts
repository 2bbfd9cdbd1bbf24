/** A provider that takes so many POSTs a second and no more: the pace must settle below that. */
import { setTimeout as sleep } from "node:timers/promises";
import { untilSettled } from "../../evidence.js";
import type { ProviderDesk } from "../../provider-desk.js";
import { auditEnds } from "../ends.js";
import type { Scenario, ScenarioContext } from "../scenario.js";
import { percent } from "../scenario.js";
import { shortenedBy } from "../settings.js";
import { onStage } from "../stage.js";
import { offer, steadyOrders } from "../steady-load.js";
import { FACTOR, PER_SECOND, SETTLE_DEADLINE_MS } from "../throughput.js";

const LIMIT_PER_SECOND = 6;
const LOOK_EVERY_MS = 50;
/** The least share of what the limit allows that is executed. */
const LEAST_SHARE = 0.75;

type Limiter = { stop: () => Promise<void> };

/** In each second so many POSTs are taken; the rest of it answers 429 without Retry-After. */
function limit(desk: ProviderDesk): Limiter {
  let isOn = true;
  const limiting = (async () => {
    while (isOn) {
      const startedMs = performance.now();
      const { executions } = (await desk.readTotals()).totals;
      await desk.setFaultPlan({ rules: [] });
      const isOver = () => performance.now() - startedMs >= 1_000;
      while (!isOver() && (await desk.readTotals()).totals.executions - executions < LIMIT_PER_SECOND) {
        await sleep(LOOK_EVERY_MS);
      }
      if (!isOver()) await desk.setFaultPlan({ rules: [{ fault: { kind: "rate-limited" } }] });
      await sleep(Math.max(0, startedMs + 1_000 - performance.now()));
    }
  })();
  return {
    async stop() {
      isOn = false;
      await limiting;
      await desk.setFaultPlan({ rules: [] });
    },
  };
}

/** What was sent and executed a second in the second half of the load, when the pace has settled. */
async function measureLimit(context: ScenarioContext) {
  return onStage(context, { settings: shortenedBy(FACTOR) }, async (rig) => {
    const { providerDesk } = rig;
    const orders = steadyOrders(`limit-${context.seed}`, Math.round((context.loadMs / 1_000) * PER_SECOND));
    const limiter = limit(providerDesk);
    const [offered, sent] = await Promise.all([
      offer(rig, { orders, perSecond: PER_SECOND, signal: context.signal }),
      (async () => {
        await sleep(context.loadMs / 2, undefined, { signal: context.signal });
        const before = (await providerDesk.readTotals()).totals;
        const startedMs = performance.now();
        await sleep(context.loadMs / 2, undefined, { signal: context.signal });
        const after = (await providerDesk.readTotals()).totals;
        const seconds = (performance.now() - startedMs) / 1_000;
        return {
          postsPerS: (after.posts - before.posts) / seconds,
          executionsPerS: (after.executions - before.executions) / seconds,
        };
      })(),
    ]);
    await limiter.stop();
    const open = await untilSettled(rig, SETTLE_DEADLINE_MS);
    const ends = await auditEnds(rig, [...offered.orders.keys()], open);
    if (ends.refusals === 0) ends.wrong.push("nothing was limited: the run shows nothing");
    return { ...sent, refusals: ends.refusals, wrong: ends.wrong };
  });
}

const rateLimit: Scenario = {
  name: "rate-limit",
  trouble: `the provider takes ${LIMIT_PER_SECOND} POSTs a second, and answers the others with 429`,
  measure: async (context) => {
    const { postsPerS, executionsPerS, refusals, wrong } = await measureLimit(context);
    const share = executionsPerS / LIMIT_PER_SECOND;
    return [
      {
        offered: `${PER_SECOND}/s for ${context.loadMs / 1_000} s, ${refusals} refused`,
        kept: `pace ${postsPerS.toFixed(2)}/s, ${percent(share)} of the limit executed (second half)`,
        bound: `pace <= ${LIMIT_PER_SECOND}/s, >= ${percent(LEAST_SHARE)}`,
        isKept: postsPerS <= LIMIT_PER_SECOND && share >= LEAST_SHARE,
        wrong,
      },
    ];
  },
};

export const LIMIT_SCENARIOS: readonly Scenario[] = [rateLimit];
