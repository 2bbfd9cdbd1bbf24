import { type Coverage, cover, emptyCoverage } from "./coverage.js";
import { type Fault, type FaultKind, faultsAt } from "./simulation/faults.js";
import { type RunResult, runSchedule, type Schedule } from "./simulation/run.js";
import type { Scenario } from "./simulation/scenario.js";
import type { Step } from "./simulation/trace.js";

export type SingleFaultsOptions = {
  scenarios: readonly Scenario[];
  workers: readonly (1 | 2)[];
  seed: number;
  /**
   * What makes a step worth striking. `outlook`: everything that is still to come differs from all steps struck before.
   * `place`: what has happened differs; what a scenario has in common with an earlier one is then struck there alone,
   * but for processes that stand still and wake up in what is different.
   */
  strike: "outlook" | "place";
  /** The faults that are tried, of those that a seam can have. Default all. */
  kinds?: readonly FaultKind[];
  /** Stops at the first failure. */
  stopAtFirst?: boolean;
  onFailure?: (result: RunResult) => void;
  /** Scenarios whose every step is struck in other runs: what these have in common with them is spared. */
  struckElsewhere?: readonly Scenario[];
};

/** What came of running every single fault. */
export type SingleFaultsReport = { runs: number; steps: number; failures: RunResult[]; coverage: Coverage };

/**
 * Runs each scenario once without a fault, and then once for every fault at every step of it. A step that finds
 * everything as another step did before is not struck again, since what follows would be the same: the third poll, and
 * the polls of a top-up whose troubles are behind it.
 */
export async function runSingleFaults(options: SingleFaultsOptions): Promise<SingleFaultsReport> {
  const report: SingleFaultsReport = { runs: 0, steps: 0, failures: [], coverage: emptyCoverage() };
  const struck = new Set<string>();
  const plain = (scenario: Scenario, workers: 1 | 2): Schedule => {
    return { scenario, workers, faults: [], seed: options.seed, isShaken: false };
  };
  for (const workers of options.workers) {
    for (const scenario of options.struckElsewhere ?? []) {
      const { schedule, steps } = await runSchedule(plain(scenario, workers));
      faultsOf(steps, schedule, struck, options);
    }
  }
  for (const scenario of options.scenarios) {
    for (const workers of options.workers) {
      const schedule = plain(scenario, workers);
      const { steps } = await runOne(schedule, report, options);
      for (const fault of faultsOf(steps, schedule, struck, options)) {
        if (options.stopAtFirst && report.failures.length > 0) return report;
        await runOne({ ...schedule, faults: [fault] }, report, options);
      }
    }
  }
  return report;
}

async function runOne(
  schedule: Schedule,
  report: SingleFaultsReport,
  { onFailure }: SingleFaultsOptions,
): Promise<RunResult> {
  const result = await runSchedule(schedule);
  report.runs += 1;
  report.steps += result.steps.length;
  cover(report.coverage, result);
  if (result.violations.length > 0) {
    report.failures.push(result);
    onFailure?.(result);
  }
  return result;
}

/** A process that sleeps at one of these wakes up with something in its hands. */
const ZOMBIE_SEAMS: ReadonlySet<string> = new Set(["ledger.claim", "provider.post", "ledger.move", "provider.status"]);
const isZombie = (seam: string, kind: FaultKind) => ZOMBIE_SEAMS.has(seam) && /stall|suspend/.test(kind);

/** Every fault at every step of a run that is worth it; adds those steps to what is struck. */
function faultsOf(
  steps: readonly Step[],
  { scenario, workers }: Schedule,
  struck: Set<string>,
  { strike, kinds: tried }: SingleFaultsOptions,
): Fault[] {
  const { topups, operator, door, timings, hasForeignTopup, isAudited } = scenario;
  const world = JSON.stringify({ workers, topups, operator, door, timings, hasForeignTopup, isAudited });
  const people = `${scenario.person} ${scenario.cancelAfterMs}`;
  return steps.flatMap(({ number, process, seam, place, outlook }) => {
    // Two workers are alike: what befalls one of them at a place need not befall the other there.
    const here = `${world} ${process.replace(/ \d+$/, "")} ${seam} ${place}`;
    const isNewPlace = isFirst(struck, here);
    const isNewOutlook = isFirst(struck, `${here} ${people} ${outlook}`);
    const kinds = faultsAt(seam)
      .filter((kind) => tried?.includes(kind) ?? true)
      .filter((kind) => (strike === "outlook" || isZombie(seam, kind) ? isNewOutlook : isNewPlace));
    return kinds.map((kind): Fault => ({ step: number, kind }));
  });
}

function isFirst(met: Set<string>, key: string): boolean {
  if (met.has(key)) return false;
  met.add(key);
  return true;
}
