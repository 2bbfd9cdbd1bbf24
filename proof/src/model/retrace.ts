import { encode } from "./codec.js";
import type { Rules } from "./rules.js";
import type { StateTable } from "./state-table.js";
import type { StepKind } from "./step.js";
import { everyStep } from "./steps.js";
import { firstWorld, type World } from "./world.js";

/** One step of a run, with the worlds on both sides of it. */
export type Taken = { kind: StepKind; actor: number; before: World; after: World };

/** The steps by which a search came to a state, with each worker under one name all the way. */
export function retrace(table: StateTable, target: number, rules: Rules): Taken[] {
  const path: number[] = [];
  for (let number = target; number > 0; number = table.parentOf(number)) path.unshift(number);
  let before = firstWorld();
  return path.map((number) => {
    const step = stepTo(table.wordsOf(number), before, rules);
    before = step.after;
    return step;
  });
}

function stepTo(wanted: Uint32Array, before: World, rules: Rules): Taken {
  const taken: Taken[] = [];
  everyStep(before, rules, (kind, actor, after) => {
    if (encode(after).every((word, index) => word === wanted[index])) taken.push({ kind, actor, before, after });
  });
  const [step] = taken;
  if (step === undefined) throw new Error("a path of the search cannot be walked again");
  return step;
}
