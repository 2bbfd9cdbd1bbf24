import { pick, seededChance } from "./chance.js";
import { FATE_NAMES } from "./provider/fates.js";
import type { DetectAnswer, ProviderPlan, ReadAnswer, TokenAnswer } from "./provider/plan.js";
import { POST_ROW_NAMES, POST_ROWS, type PostRow, type PostRowName } from "./provider/post-rows.js";
import { SCENARIOS } from "./scenarios.js";
import { FAULTS, type Fault, type FaultKind, faultsAt } from "./simulation/faults.js";
import { type RunResult, runSchedule, type Schedule } from "./simulation/run.js";
import type { Scenario } from "./simulation/scenario.js";

/** Answers after which the provider's own books are wrong have scenarios of their own: chance would only repeat them. */
export const HONEST_ROWS: readonly PostRowName[] = POST_ROW_NAMES.filter((name) => {
  const row: PostRow = POST_ROWS[name];
  return row.anomaly === undefined;
});
const READS: readonly ReadAnswer[] = ["true", "404", "500", "html", "unknown-word", "hang", "no-connection"];
const TOKENS: readonly TokenAnswer[] = ["granted", "refused", "503", "no-connection"];
const DETECTIONS: readonly DetectAnswer[] = ["detected", "not-authorized", "500"];
const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[]; // The keys of an object that nobody adds to.
const FAULTS_MAX = 4;
const STEPS_MAX = 90;

/** A schedule made by chance alone: what is asked for, what the provider does, how long things take, and the faults. */
export function randomSchedule(seed: number): Schedule {
  const random = seededChance(seed);
  const some = <T>(list: readonly T[], most: number): T[] =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, () => pick(list, random));
  const plan: ProviderPlan = {
    posts: some(HONEST_ROWS, 4),
    fates: some(FATE_NAMES, 3),
    statuses: some(READS, 4),
    reports: some(READS, 4),
    tokens: some(TOKENS, 2),
    detections: some(DETECTIONS, 2),
    reportLagMs: pick([0, 0, 30_000, 600_000, 1_200_000], random),
  };
  const scenario: Scenario = {
    name: `chance ${seed}`,
    plan,
    topups: pick([1, 1, 1, 2] as const, random),
    door: pick(["http", "http", "http", "queue"] as const, random),
    person: pick(["nobody", "gives up", "sends again"] as const, random),
    ...(random() < 0.15 && { operator: "auto" as const }),
    ...(random() < 0.1 && { cancelAfterMs: Math.floor(random() ** 3 * 3_600_000) }),
  };
  const faults = Array.from({ length: Math.floor(random() * (FAULTS_MAX + 1)) }, (): Fault => {
    return { step: 1 + Math.floor(random() ** 2 * STEPS_MAX), kind: pick(FAULT_KINDS, random) };
  });
  return { scenario, workers: pick([1, 2] as const, random), faults, seed, isShaken: random() < 0.8 };
}

/**
 * A scenario of the tables with two faults: the first at any of its steps, the second at any step of the run that the
 * first one leads to. Both are picked by chance.
 */
export async function randomPair(seed: number): Promise<Schedule> {
  const random = seededChance(seed);
  const schedule: Schedule = {
    scenario: pick(SCENARIOS, random),
    workers: pick([1, 2] as const, random),
    faults: [],
    seed,
    isShaken: random() < 0.5,
  };
  const first = faultIn(await runSchedule(schedule), 0, random);
  const struck = { ...schedule, faults: [first] };
  return { ...struck, faults: [first, faultIn(await runSchedule(struck), first.step, random)] };
}

/** A fault at one of the steps of a run that come after `afterStep`. */
function faultIn({ steps }: RunResult, afterStep: number, random: () => number): Fault {
  const later = steps.slice(afterStep);
  const step = pick(later.length > 0 ? later : steps, random);
  return { step: step.number, kind: pick(faultsAt(step.seam), random) };
}
