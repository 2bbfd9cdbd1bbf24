/** One chaos run: load and faults side by side, then quiet, then the verdict. */
import { setTimeout as sleep } from "node:timers/promises";
import { type CallerFigures, startCallers } from "./callers.js";
import { type Effects, measureEffects } from "./effects.js";
import { type EventFollower, followAsConsumer } from "./event-follower.js";
import { type Evidence, readHistories, readLog, readPutOff, readRecords, untilSettled } from "./evidence.js";
import { type Fault, namesOf } from "./fault-schedule.js";
import { type Injected, injectFaults } from "./injector.js";
import { judge, type Verdict } from "./judge.js";
import type { Profile } from "./profile.js";
import { orderMaker } from "./recipients.js";
import { openRig, type Rig } from "./rig.js";
import { seededChance } from "./seeded-chance.js";
import { findShortfalls, total } from "./shortfalls.js";
import { type Takeovers, watchTakeovers } from "./takeover.js";
import { runVerifyCommand, type Verified } from "./verify-command.js";
import { consumeByWebhook, type WebhookConsumer } from "./webhook-consumer.js";
import { findNumbersInLogs, readLogFacts } from "./worker-logs.js";
import { watchMetrics } from "./worker-metrics.js";

const LAST_EVENT_DEADLINE_MS = 20_000;
/** A delivery whose worker was lost comes again when its lock has run out; longer than that nothing is silent. */
const LAST_DELIVERY_SILENCE_MS = 20_000;

export type ChaosResult = {
  seed: number;
  profile: Profile;
  faults: readonly Fault[];
  injected: Injected["counts"];
  incompleteStops: number;
  callers: CallerFigures;
  events: EventFollower["figures"] & { logged: number; deliveredAgain: number; toCome: number };
  finalStates: Record<string, number>;
  effects: Effects;
  /** What `surefill verify` went through. */
  verified: Verified["counts"];
  verdict: Verdict;
  /** What a run must have done and did not: it proves nothing then. */
  shortfalls: string[];
  seconds: number;
  /** Where logs and state are; removed when all went well. */
  dir: string;
};

export type ChaosOptions = {
  seed: number;
  profile: Profile;
  faults: readonly Fault[];
  /** A line for the person who waits. */
  progress: (line: string) => void;
  /** Ends the run early, in order. */
  signal: AbortSignal;
};

/** Runs it. Rejects when the rig itself cannot be built or kept up; a broken promise of ours is in the result. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, profile } = options;
  const startedMs = performance.now();
  const rig = await openRig({ seed, settings: profile.settings });
  let isGood = false;
  try {
    options.signal.throwIfAborted();
    const metrics = watchMetrics(rig.workers.map(({ program }) => program));
    const run = await loadAndHurt(rig, options).finally(() => metrics.stop());
    options.progress("faults are over; waiting until every top-up is settled");
    const open = await untilSettled(rig, profile.settleDeadlineMs);
    await run.takeovers.finish();
    const evidence = await gather(rig, run, open);
    const logs = await readLogFacts(rig.workers.flatMap(({ program }) => program.logPaths));
    const effects = measureEffects(evidence, { logs, staleMoves: metrics.staleMoves(), held: run.takeovers.held });
    // Nothing is in the way of an audit: the faults are over.
    await rig.providerDesk.setFaultPlan({ rules: [] });
    const verified = await runVerifyCommand(rig, evidence.acknowledged.keys());
    const verdict = judge(evidence);
    verdict.violations.push(...verified.violations);
    const { counts } = run.injected;
    const shortfalls = findShortfalls(profile, {
      counts,
      effects,
      verified,
      acknowledged: evidence.acknowledged.size,
      reviews: verdict.reviews.length,
    });
    isGood = verdict.violations.length === 0 && shortfalls.length === 0;
    return {
      seed,
      profile,
      faults: options.faults,
      injected: counts,
      incompleteStops: run.injected.stops.incomplete,
      callers: run.figures,
      events: {
        logged: evidence.events.length,
        ...run.follower.figures,
        deliveredAgain: total(evidence.delivered) - evidence.delivered.size,
        toCome: evidence.events.length - evidence.delivered.size,
      },
      finalStates: countStates(evidence),
      effects,
      verified: verified.counts,
      verdict,
      shortfalls,
      seconds: (performance.now() - startedMs) / 1_000,
      dir: rig.dir,
    };
  } finally {
    await rig.close({ keepFiles: !isGood && !options.signal.aborted });
  }
}

type Run = {
  acknowledged: Evidence["acknowledged"];
  figures: CallerFigures;
  wrongAnswers: readonly string[];
  follower: EventFollower;
  webhooks: WebhookConsumer;
  takeovers: Takeovers;
  injected: Injected;
};

/** Load until the duration is over and every fault is undone; every order is acknowledged then. */
async function loadAndHurt(rig: Rig, { seed, profile, faults, progress, signal }: ChaosOptions): Promise<Run> {
  const { apiKey } = rig;
  const producerUrl = () => rig.producer.url;
  const follower = followAsConsumer({ producerUrl, apiKey });
  const webhooks = await consumeByWebhook({ producerUrl: producerUrl(), apiKey });
  const takeovers = watchTakeovers(rig.client, rig.ledger, rig.prefix);
  const stop = new AbortController();
  const chance = seededChance(seed).fork("callers");
  const callers = startCallers({
    producerUrl,
    apiKey,
    makeOrder: orderMaker(`chaos-${seed}`, chance),
    chance,
    callers: profile.callers,
    perSecond: profile.topupsPerSecond,
    stop: stop.signal,
  });
  const reporting = report(() => `${callers.figures.acknowledged} top-ups acknowledged`, progress, stop.signal);
  try {
    const [injected] = await Promise.all([
      injectFaults(rig, { faults, untilMs: profile.faultsUntilMs, takeovers }),
      sleep(profile.durationMs, undefined, { signal }),
    ]);
    stop.abort();
    await callers.done;
    const { acknowledged, figures, wrongAnswers } = callers;
    return { acknowledged, figures, wrongAnswers, follower, webhooks, takeovers, injected };
  } finally {
    stop.abort();
    await reporting;
  }
}

const REPORT_EVERY_MS = 30_000;

async function report(line: () => string, progress: (line: string) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(REPORT_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) progress(line());
  }
}

async function gather(rig: Rig, run: Run, open: number): Promise<Evidence> {
  const references = [...run.acknowledged.keys()];
  const events = await readLog(rig);
  const ids = events.map(({ id }) => id);
  await run.follower.finish(ids.at(-1), LAST_EVENT_DEADLINE_MS);
  const hasJumped = namesOf({ on: "worker", oneOf: ["clock-jump"] }).some((name) => run.injected.counts.has(name));
  await run.webhooks.finish(ids, LAST_DELIVERY_SILENCE_MS);
  const putOff = hasJumped ? await readPutOff(rig) : new Set<string>();
  const { head, rows } = await rig.providerDesk.readBooks();
  const { providerDesk, producer, provider, workers } = rig;
  const ours = [producer, ...workers.map(({ program }) => program)];
  const ourLogs = ours.flatMap(({ logPaths }) => logPaths);
  return {
    acknowledged: run.acknowledged,
    records: await readRecords(rig, references),
    histories: await readHistories(rig, references),
    open,
    books: head,
    rows,
    paidIn: Array.from({ length: providerDesk.payments() }, () => providerDesk.paidInEach),
    events,
    told: [...run.follower.events.values()],
    delivered: run.webhooks.deliveries,
    putOff,
    wrongAnswers: run.wrongAnswers,
    numbersInLogs: await findNumbersInLogs(ourLogs, numbersOf(run.acknowledged)),
    endedByThemselves: [...ours, provider].flatMap(({ endedByThemselves }) => endedByThemselves),
    overdueStops: run.injected.stops.overdue,
  };
}

function numbersOf(acknowledged: Evidence["acknowledged"]): Set<string> {
  return new Set([...acknowledged.values()].map(({ recipientPhone }) => recipientPhone.number.replace("+", "")));
}

function countStates({ records }: Evidence): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of records.values()) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
