/** One of two workers stands still, or is killed, in the middle of its POSTs. Waits are as shipped. */
import { setTimeout as sleep } from "node:timers/promises";
import { customIdentifierOf } from "@surefill/topup";
import { readHistories, untilSettled } from "../../evidence.js";
import type { Rig, WorkerUnderTest } from "../../rig.js";
import { percentile } from "../../takeover.js";
import { auditEnds } from "../ends.js";
import type { Finding, Scenario, ScenarioContext } from "../scenario.js";
import { onStage } from "../stage.js";
import { offer, steadyOrders } from "../steady-load.js";
import { PER_SECOND } from "../throughput.js";
import { makeCertificate, openTlsFront, type TlsFront } from "../tls-front.js";

const SHIPPED: Readonly<Record<string, string>> = {};
const SETTLE_DEADLINE_MS = 120_000;

const inSeconds = (ms: number | undefined) => (ms === undefined ? "never" : `${(ms / 1_000).toFixed(2)} s`);

/** Between a claim and its POST lies the opening of a connection, which takes so long here. */
const HANDSHAKE_MS = 200;
const STOPS = 5;
const BETWEEN_STOPS_MS = 5_000;
/** What was on its way when the worker was stopped has arrived by then. */
const ARRIVED_MS = 200;
const WAKING_MS_MAX = 1_000;

/** One of two workers is stopped between claims and their POSTs: when each POST came, counted from the waking. */
async function measureStops(context: ScenarioContext, stopMs: number): Promise<Finding[]> {
  const certificate = await makeCertificate();
  const openFront = async (port: number): Promise<TlsFront> => {
    const front = await openTlsFront(port, certificate);
    front.setDelay(HANDSHAKE_MS);
    return front;
  };
  try {
    const run = await onStage(context, { settings: SHIPPED, openFront }, async (rig) => {
      const seconds = (STOPS * (stopMs + BETWEEN_STOPS_MS)) / 1_000 + 2;
      const orders = steadyOrders(`stop-${context.seed}`, Math.ceil(seconds * PER_SECOND));
      const references = orders.map(({ reference }) => reference);
      const [offered, caught] = await Promise.all([
        offer(rig, { orders, perSecond: PER_SECOND, signal: context.signal }),
        stopAgainAndAgain(rig, { stopMs, references, signal: context.signal }),
      ]);
      const open = await untilSettled(rig, SETTLE_DEADLINE_MS);
      const ends = await auditEnds(rig, [...offered.orders.keys()], open);
      const waits = caught.flatMap(({ reference, wokenAtMs }) => {
        const log =
          ends.books.find(({ customIdentifier }) => customIdentifier === customIdentifierOf(reference, 1))?.postLog ??
          [];
        const isUnsent = log.every(({ atMs }) => atMs >= wokenAtMs);
        return isUnsent ? [(log[0]?.atMs ?? Number.POSITIVE_INFINITY) - wokenAtMs] : [];
      });
      if (waits.length === 0) ends.wrong.push("no top-up was between claim and POST: the run shows nothing");
      return { waits, wrong: ends.wrong };
    });
    const longestMs = percentile(run.waits, 1);
    return [
      {
        offered: `${run.waits.length} top-ups between claim and POST in ${STOPS} stops`,
        kept: `the last sent ${inSeconds(longestMs)} after the waking (half of them ${inSeconds(percentile(run.waits, 0.5))})`,
        bound: `<= ${inSeconds(WAKING_MS_MAX)}`,
        isKept: longestMs !== undefined && longestMs <= WAKING_MS_MAX,
        wrong: run.wrong,
      },
    ];
  } finally {
    await certificate.remove();
  }
}

type Caught = { reference: string; wokenAtMs: number };

async function stopAgainAndAgain(
  { workers: [worker], ledger }: Rig,
  { stopMs, references, signal }: { stopMs: number; references: readonly string[]; signal: AbortSignal },
): Promise<Caught[]> {
  if (worker === undefined) throw new Error("there is a worker");
  const caught: Caught[] = [];
  for (let stop = 0; stop < STOPS; stop += 1) {
    await sleep(BETWEEN_STOPS_MS, undefined, { signal });
    await worker.program.signal("SIGSTOP");
    const stoppedMs = performance.now();
    await sleep(ARRIVED_MS);
    const claimed = (await ledger.records(references)).filter(({ state }) => state === "submitting");
    await sleep(stopMs - (performance.now() - stoppedMs));
    await worker.program.signal("SIGCONT");
    const wokenAtMs = Date.now();
    caught.push(...claimed.map(({ reference }) => ({ reference, wokenAtMs })));
  }
  return caught;
}

const stops = [4_000, 10_000].map(
  (stopMs): Scenario => ({
    name: `stop-${stopMs / 1_000}s`,
    trouble: `one of two workers stands still for ${stopMs / 1_000} s between claim and POST (shipped times)`,
    measure: (context) => measureStops(context, stopMs),
  }),
);

const OPEN_POSTS = 50;
const ADOPTED_MS_MAX = 45_000;
const OPEN_DEADLINE_MS = 20_000;
/** The worker holds each POST open until it is killed. */
const SLOW_ANSWER_MS = "60000";

/** Fifty POSTs of one worker are open, and executed; another worker runs, and the first is killed. */
async function measureKill(context: ScenarioContext): Promise<Finding[]> {
  const options = {
    settings: SHIPPED,
    provider: { "slow-answer-ms": SLOW_ANSWER_MS },
    faultPlan: { rules: [{ match: {}, fault: { kind: "slow" as const } }] },
  };
  const run = await onStage(context, options, async (rig) => {
    const [first, second] = rig.workers;
    if (first === undefined || second === undefined) throw new Error("there are two workers");
    await second.program.terminate();
    const orders = steadyOrders(`kill-${context.seed}`, OPEN_POSTS);
    await offer(rig, { orders, perSecond: OPEN_POSTS, signal: context.signal });
    await untilExecuted(rig);
    await second.program.startAgain();
    const killedAtMs = await killAndStartAgain(first);
    const references = orders.map(({ reference }) => reference);
    const open = await untilSettled(rig, SETTLE_DEADLINE_MS);
    const ends = await auditEnds(rig, references, open);
    const histories = await readHistories(rig, references);
    const waits = [...histories.values()].flatMap((history) => {
      const entry = history.find(({ because }) => because === "found-in-report");
      return entry === undefined ? [] : [entry.atMs - killedAtMs];
    });
    return { waits, wrong: ends.wrong };
  });
  const worstMs = percentile(run.waits, 0.99);
  return [
    {
      offered: `${OPEN_POSTS} open POSTs at the kill`,
      kept: `${run.waits.length} found and adopted, after ${inSeconds(percentile(run.waits, 0.5))} (half), ${inSeconds(worstMs)} (p99)`,
      bound: `<= ${inSeconds(ADOPTED_MS_MAX)}`,
      isKept: run.waits.length === OPEN_POSTS && worstMs !== undefined && worstMs <= ADOPTED_MS_MAX,
      wrong: run.wrong,
    },
  ];
}

async function untilExecuted({ providerDesk }: Rig): Promise<void> {
  const giveUpAtMs = performance.now() + OPEN_DEADLINE_MS;
  while ((await providerDesk.readTotals()).totals.executions < OPEN_POSTS) {
    if (performance.now() > giveUpAtMs) throw new Error(`${OPEN_POSTS} POSTs were not open in time`);
    await sleep(50);
  }
}

async function killAndStartAgain({ program }: WorkerUnderTest): Promise<number> {
  await program.kill();
  const killedAtMs = Date.now();
  await program.startAgain();
  return killedAtMs;
}

const killOpenPosts: Scenario = {
  name: "kill-open-posts",
  trouble: "kill -9 of a worker with 50 open POSTs (shipped times)",
  measure: measureKill,
};

export const PROCESS_SCENARIOS: readonly Scenario[] = [...stops, killOpenPosts];
