/** A report that shows transactions two hours late, while answers to POSTs are lost. Waits are shortened by sixty. */
import { setTimeout as sleep } from "node:timers/promises";
import { isFinal } from "@surefill/topup";
import { readHistories, untilSettled } from "../../evidence.js";
import { auditEnds } from "../ends.js";
import type { Scenario, ScenarioContext } from "../scenario.js";
import { shortenedBy } from "../settings.js";
import { onStage } from "../stage.js";
import { offer, steadyOrders } from "../steady-load.js";

const LAG_FACTOR = 60;
const LAG_MS = 7_200_000 / LAG_FACTOR;
const ROWS = 300;
const OFFERED_PER_SECOND = 5;
const LOST_SHARE = 0.2;
const SETTLE_DEADLINE_MS = LAG_MS + 60_000;
/** These would be shorter than a busy machine needs to send at all. */
const NOT_AS_SHORT = { SEND_DEADLINE_MS: "1000", SUBMIT_TIMEOUT_MS: "3000", SUBMIT_LEASE_MS: "4500" };

async function measureLag(context: ScenarioContext) {
  const options = {
    settings: { ...shortenedBy(LAG_FACTOR), ...NOT_AS_SHORT },
    provider: { "report-lag-ms": String(LAG_MS) },
    faultPlan: {
      rules: [{ match: { probability: LOST_SHARE }, fault: { kind: "reset-after-commit" as const } }],
    },
  };
  return onStage(context, options, async (rig) => {
    const orders = steadyOrders(`lag-${context.seed}`, ROWS);
    const offered = await offer(rig, { orders, perSecond: OFFERED_PER_SECOND, signal: context.signal });
    const open = await untilSettled(rig, SETTLE_DEADLINE_MS);
    // Then the report shows everything to the audit, too.
    const shownMs = offered.endedAtMs + LAG_MS - Date.now();
    await sleep(Math.max(0, shownMs), undefined, { signal: context.signal });
    const references = [...offered.orders.keys()];
    const ends = await auditEnds(rig, references, open);
    const unknown = [...(await readHistories(rig, references))]
      .filter(([, history]) => history.some(({ to }) => to === "unknown"))
      .map(([reference]) => ends.records.get(reference));
    const inReview = unknown.filter((record) => record?.state === "review").length;
    const lastMs = unknown
      .flatMap((record) => (record !== undefined && isFinal(record.state) ? [record.enteredAtMs] : []))
      .reduce((latest, atMs) => Math.max(latest, atMs - offered.endedAtMs), 0);
    if (unknown.length === 0) ends.wrong.push("no answer was lost: the run shows nothing");
    return { unknown: unknown.length, inReview, open, lastMs, wrong: ends.wrong };
  });
}

const reportLag: Scenario = {
  name: "report-lag",
  trouble: "the report lags by two hours, and one answer in five is lost",
  measure: async (context) => {
    const { unknown, inReview, open, lastMs, wrong } = await measureLag(context);
    return [
      {
        offered: `${ROWS} at ${OFFERED_PER_SECOND}/s, ${unknown} of unknown outcome; lag ${LAG_MS / 1_000} s`,
        kept: `${unknown - inReview - open} found, the last ${(lastMs / 1_000).toFixed(1)} s after the load`,
        bound: "none in review, none twice",
        isKept: inReview === 0 && open === 0,
        wrong,
      },
    ];
  },
};

export const REPORT_SCENARIOS: readonly Scenario[] = [reportLag];
