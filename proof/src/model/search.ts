import { decode, encode, WORDS } from "./codec.js";
import { retrace, type Taken } from "./retrace.js";
import type { Rules } from "./rules.js";
import { type Violation, violationIn } from "./safety.js";
import { StateTable } from "./state-table.js";
import { happensByItself, type StepKind } from "./step.js";
import { everyStep } from "./steps.js";
import { statesWithoutWayOut, WaysOut } from "./ways-out.js";
import { firstWorld } from "./world.js";

/** What a search found. */
export type Exploration = {
  states: number;
  edges: number;
  /** Steps to the state that is furthest from the beginning. */
  depth: number;
  /** Every state was met. A search that ends at a violation, or at its limit, has not met them all. */
  isComplete: boolean;
  /** The shortest run into a violation. */
  counterexample?: { violation: Violation; steps: readonly Taken[] };
  /** The states from which nothing leads to an end by itself, and the way to the nearest. */
  stuck?: { count: number; steps: readonly Taken[] };
  /** Moves of the record that were made, as `from to`; moves to the same state are not noted. */
  moves: ReadonlySet<string>;
  /** How often each kind of step was taken. */
  steps: ReadonlyMap<StepKind, number>;
  /** Memory that the states took, in bytes. */
  bytes: number;
};

export type SearchOptions = {
  /** No more states than this are looked at. */
  statesMax?: number;
  /** Looks for states without a way to an end, too. */
  liveness?: boolean;
  /** Goes on behind a violation, to see what the protocol makes of it. */
  pastViolations?: boolean;
  /** Told whenever all states at one distance have been looked at. */
  onDepth?: (depth: number, states: number) => void;
};

/** Looks at every world that can come about, nearest first, until one breaks a rule. */
export function explore(rules: Rules, options: SearchOptions = {}): Exploration {
  const { statesMax = 100_000_000, liveness = false, pastViolations = false, onDepth } = options;
  const table = new StateTable();
  const ways = new WaysOut();
  const moves = new Set<string>();
  const steps = new Map<StepKind, number>();
  let edges = 0;
  let depth = 0;
  let broken: { number: number; violation: Violation } | undefined;
  const words = new Uint32Array(WORDS);
  table.add(encode(firstWorld(), words), 0);
  let levelEnd = table.size;
  let number = 0;
  for (; number < table.size && broken === undefined && table.size <= statesMax; number += 1) {
    if (number === levelEnd) {
      depth += 1;
      levelEnd = table.size;
      onDepth?.(depth, table.size);
    }
    const world = decode(table.wordsOf(number));
    const { state } = world.record;
    everyStep(world, rules, (kind, _, after) => {
      edges += 1;
      steps.set(kind, (steps.get(kind) ?? 0) + 1);
      if (after.record.state !== state) moves.add(`${state} ${after.record.state}`);
      const added = table.add(encode(after, words), number);
      if (liveness && happensByItself(kind)) ways.add(number, added.number);
      if (!added.isNew || broken !== undefined || pastViolations) return;
      const violation = violationIn(after);
      if (violation !== undefined) broken = { number: added.number, violation };
    });
  }
  const isComplete = broken === undefined && number === table.size;
  const found = { states: table.size, edges, depth, isComplete, moves, steps, bytes: table.bytes };
  if (broken !== undefined) {
    const { violation } = broken;
    return { ...found, counterexample: { violation, steps: retrace(table, broken.number, rules) } };
  }
  const without = liveness && isComplete ? statesWithoutWayOut(table, ways, rules) : [];
  const [nearest] = without;
  if (nearest === undefined) return found;
  return { ...found, stuck: { count: without.length, steps: retrace(table, nearest, rules) } };
}
