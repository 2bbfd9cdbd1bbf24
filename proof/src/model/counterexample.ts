import { narrate } from "./narrate.js";
import type { Taken } from "./retrace.js";
import { VIOLATIONS, type Violation } from "./safety.js";

/** A run into a violation as numbered sentences, one a line, ending with what it has come to. */
export function printCounterexample(violation: Violation, steps: readonly Taken[]): string {
  return [...numbered(steps), `   => ${VIOLATIONS[violation]}`].join("\n");
}

/** A run to a state that nothing leads out of, as numbered sentences. */
export function printDeadEnd(steps: readonly Taken[]): string {
  const end = "Nothing that happens by itself will bring the top-up to an end, or to a person.";
  return [...numbered(steps), `   => ${end}`].join("\n");
}

function numbered(steps: readonly Taken[]): string[] {
  return steps.map((step, index) => `${String(index + 1).padStart(5)}. ${narrate(step)}`);
}
