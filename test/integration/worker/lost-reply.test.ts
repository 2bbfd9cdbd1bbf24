/** Redis may do what it was asked and lose its reply: the outcome of a POST is then written down once, and rung for. */
import { createLogger, systemChance, systemClock } from "@surefill/runtime";
import { afterSubmit, DEFAULT_TIMINGS, type SubmitOutcome } from "@surefill/topup";
import { type Ledger, LedgerUnavailableError } from "@surefill/topup-store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Metrics } from "../../../apps/worker/src/metrics.js";
import type { Alarms } from "../../../apps/worker/src/queue/alarms.js";
import { recordOutcome } from "../../../apps/worker/src/submit/record-outcome.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;
let rung: string[];
beforeEach(async () => {
  pipeline = await openPipeline();
  rung = [];
});
afterEach(() => pipeline.close());

/** The real ledger, but the reply to the first move never comes. */
function losingFirstReply(ledger: Ledger): Ledger {
  let moves = 0;
  return {
    newOperation: () => ledger.newOperation(),
    addEvidence: (...args: Parameters<Ledger["addEvidence"]>) => ledger.addEvidence(...args),
    move: async (...args: Parameters<Ledger["move"]>) => {
      const moved = await ledger.move(...args);
      moves += 1;
      if (moves === 1) throw new LedgerUnavailableError(new Error("reply lost"));
      return moved;
    },
  } as unknown as Ledger;
}

const alarms: Alarms = {
  ring: async (queue, job) => void rung.push(`${queue} ${job.reference}`),
  find: async () => "gone",
  hurry: async () => undefined,
};

const outcomes: [what: string, outcome: SubmitOutcome, state: string, alarm: string][] = [
  ["an acceptance", { kind: "accepted", transactionId: 4711 }, "processing", "poll"],
  ["an unknown outcome", { kind: "unknown", code: "RELOADLY_TIMEOUT" }, "unknown", "poll"],
  ["a refusal that passes", { kind: "refused", code: "RATE_LIMIT_REACHED" }, "held", "its own job"],
];

test.for(outcomes)("%s is written once and has its alarm", async ([, outcome, state, alarm]) => {
  const { ledger } = pipeline;
  await pipeline.enqueue(topupTo("7200", "lost-reply"));
  const claimed = await ledger.claim("lost-reply", 1, { leaseMs: 120_000, holdJitterMs: 0 });
  if (claimed.kind !== "claimed") throw new Error(`not claimed: ${claimed.kind}`);
  const context = { nowMs: claimed.nowMs, random: () => 0.5, timings: DEFAULT_TIMINGS };
  const move = afterSubmit(claimed.record, outcome, 1, context);
  const parts = {
    ledger: losingFirstReply(ledger),
    alarms,
    log: createLogger({ name: "test", level: "silent" }),
    clock: systemClock,
    chance: systemChance,
    timings: DEFAULT_TIMINGS,
    metrics: new Metrics(async () => ({
      topupsByState: {},
      jobs: [],
      closedGates: [],
      campaigns: [],
      oldestOverdueSeconds: 0,
      fanOutLagSeconds: 0,
      isLedgerLost: false,
      isLedgerComparing: false,
      needsPerson: [],
    })),
    stopped: new AbortController().signal,
  };
  const result = await recordOutcome(parts, claimed.record, outcome, move, () => claimed.nowMs);
  const record = (await ledger.look("lost-reply"))?.record;
  expect(record).toMatchObject({ state, version: claimed.record.version + 1 });
  expect(record?.evidence).toBeUndefined();
  expect(rung).toEqual(alarm === "poll" ? ["poll lost-reply"] : []);
  expect(result.do).toBe(alarm === "poll" ? "finish" : "ring-again");
});
