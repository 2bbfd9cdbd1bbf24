/** Runs the scenarios one after the other. */
import type { Scenario, ScenarioContext } from "./scenario.js";
import type { Line } from "./table.js";

/** Measures each scenario. One whose rig fails does not keep the others from being measured. */
export async function runLiveness(scenarios: readonly Scenario[], context: ScenarioContext): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    context.signal.throwIfAborted();
    context.progress(`${scenario.name} (${index + 1} of ${scenarios.length}): ${scenario.trouble}`);
    lines.push(await measure(scenario, context));
  }
  return lines;
}

async function measure(scenario: Scenario, context: ScenarioContext): Promise<Line> {
  try {
    const findings = await scenario.measure(context);
    for (const { kept, bound } of findings) context.progress(`  kept ${kept}, bound ${bound}`);
    return { scenario, findings };
  } catch (error) {
    if (context.signal.aborted) throw error;
    const failure = error instanceof Error ? error.message : String(error);
    context.progress(`  not measured: ${failure}`);
    return { scenario, findings: [], failure };
  }
}
