import { ANSWER_SCENARIOS, OTHER_SCENARIOS, scenarioNamed } from "../explore/scenarios.js";
import { faultText } from "../explore/simulation/faults.js";
import { runSingleFaults } from "../explore/single-faults.js";

/**
 * Runs single faults, these scenarios first and then all others, until a promise is broken; says by which schedule, or
 * `undefined` when none was. Throws when the mutant's own code fails, such as for a name that is not in scope.
 */
export async function killByFaults(first: readonly string[]): Promise<string | undefined> {
  const tried = first.map(scenarioNamed);
  const others = [...ANSWER_SCENARIOS, ...OTHER_SCENARIOS].filter((scenario) => !tried.includes(scenario));
  const rounds = [
    { scenarios: tried, workers: [1] },
    { scenarios: tried, workers: [2] },
    { scenarios: others, workers: [1] },
  ] as const;
  for (const round of rounds) {
    const report = await runSingleFaults({ ...round, seed: 1, strike: "outlook", stopAtFirst: true });
    const [failure] = report.failures;
    if (failure === undefined) continue;
    const { schedule, steps, violations } = failure;
    const faults = schedule.faults.map(faultText).join() || "no fault";
    const struck = steps.find(({ fault }) => fault !== undefined);
    const where = struck === undefined ? "" : ` at "${struck.seam}"`;
    const [broken] = violations;
    const told = `${schedule.scenario.name}, ${schedule.workers} worker(s), ${faults}${where}: ${broken?.what}`;
    // Code that no longer runs is missed by everybody, and says nothing of the safeguard.
    if (broken?.rule === "defect") throw new Error(`the mutant breaks the code and no promise: ${told}`);
    return told;
  }
  return undefined;
}
