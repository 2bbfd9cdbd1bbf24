import { MOVES, STATES } from "@surefill/topup";
import { POST_ROW_NAMES } from "./provider/post-rows.js";
import { RECOVERIES, RECOVERY_NAMES, type Recovery } from "./recoveries.js";
import { SEAMS } from "./seams.js";
import type { RunResult } from "./simulation/run.js";

/** How often each thing was met that must be met for the runs to mean anything. */
export type Coverage = {
  moves: Map<string, number>;
  rows: Map<string, number>;
  recoveries: Map<Recovery, number>;
  seams: Map<string, number>;
  facts: Map<string, number>;
  /** Steps struck, by seam above and by fault here. */
  faults: Map<string, number>;
};

export function emptyCoverage(): Coverage {
  return {
    moves: new Map(),
    rows: new Map(),
    recoveries: new Map(),
    seams: new Map(),
    facts: new Map(),
    faults: new Map(),
  };
}

/** Adds what a run met. */
export function cover(coverage: Coverage, result: RunResult): void {
  for (const move of result.moves) add(coverage.moves, move);
  for (const row of result.rows) add(coverage.rows, row);
  for (const [fact, count] of result.facts) add(coverage.facts, fact, count);
  for (const step of result.steps) {
    if (step.fault === undefined) continue;
    add(coverage.seams, step.seam);
    add(coverage.faults, step.fault);
    for (const recovery of RECOVERY_NAMES) {
      if (RECOVERIES[recovery].isIn(step, result)) add(coverage.recoveries, recovery);
    }
  }
}

function add<Key>(counts: Map<Key, number>, key: Key, count = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Every move of the table that leads to another state. */
export const TABLE_MOVES: readonly string[] = STATES.flatMap((from) =>
  MOVES[from].filter((to) => to !== from).map((to) => `${from} -> ${to}`),
);

/**
 * Seams that a run does not reach, since it is about one top-up: the account's gate closes for want of money after
 * failures of several recipients. The tests of gates and of recovery reach them on a real ledger.
 */
const OF_SEVERAL_RECIPIENTS: ReadonlySet<string> = new Set(["gates.open", "gates.close", "ledger.now"]);

/** What was never met, in words; nothing when the runs were not empty. */
export function missingFrom(coverage: Coverage): string[] {
  return [
    ...TABLE_MOVES.filter((move) => !coverage.moves.has(move)).map((move) => `the move ${move}`),
    ...POST_ROW_NAMES.filter((row) => !coverage.rows.has(row)).map((row) => `the answer "${row}"`),
    ...RECOVERY_NAMES.filter((name) => !coverage.recoveries.has(name)).map((name) => `the recovery "${name}"`),
    ...Object.keys(SEAMS)
      .filter((seam) => !coverage.seams.has(seam) && !OF_SEVERAL_RECIPIENTS.has(seam))
      .map((seam) => `the seam ${seam}`),
  ];
}

/** Adds one coverage to another. */
export function addCoverage(sum: Coverage, more: Coverage): void {
  for (const [key, count] of more.moves) add(sum.moves, key, count);
  for (const [key, count] of more.rows) add(sum.rows, key, count);
  for (const [key, count] of more.recoveries) add(sum.recoveries, key, count);
  for (const [key, count] of more.seams) add(sum.seams, key, count);
  for (const [key, count] of more.facts) add(sum.facts, key, count);
  for (const [key, count] of more.faults) add(sum.faults, key, count);
}
