/** Running many schedules of the harness in a test, and telling what they met. */
import { type Coverage, missingFrom, POST_ROW_NAMES, type SingleFaultsReport } from "@surefill/proof";

/**
 * Runs without stack traces: a run throws hundreds of errors that are answers, and their stacks would take a third of
 * its time.
 */
export async function withShortStacks<T>(run: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Prints what the runs met, with counts. */
export function printCoverage(title: string, { runs, steps, coverage }: SingleFaultsReport): void {
  const counts = (entries: ReadonlyMap<string, number>) =>
    [...entries].map(([name, count]) => `    ${count} x ${name}`).join("\n");
  console.log(
    [
      `${title}: ${runs} runs, ${steps} steps`,
      `  moves met: ${coverage.moves.size}, answers to a POST met: ${coverage.rows.size}`,
      `  faults:\n${counts(coverage.faults)}`,
      `  recoveries:\n${counts(coverage.recoveries)}`,
    ].join("\n"),
  );
}

/**
 * What only the runs of the table of answers meet: every answer, and what needs a late or a foreign one. Everything
 * else is for the other runs to meet, so that nothing is left to neither.
 */
const MET_BY_ANSWERS: ReadonlySet<string> = new Set([
  ...POST_ROW_NAMES.map((row) => `the answer "${row}"`),
  "the move queued -> review",
  "the move submitting -> rejected",
  "the move submitting -> review",
  "the move held -> unknown",
  "the move processing -> unknown",
  'the recovery "a zombie wakes up with an answer"',
  "the seam ledger.evidence",
]);

/** What the runs of the table of answers should have met and did not. Runs that met nothing would have found nothing. */
export function missingFromAnswers(coverage: Coverage): string[] {
  return missingFrom(coverage).filter((thing) => MET_BY_ANSWERS.has(thing));
}

/** What all other runs should have met and did not. */
export function missingFromOthers(coverage: Coverage): string[] {
  return missingFrom(coverage).filter((thing) => !MET_BY_ANSWERS.has(thing));
}
