/** Running many schedules of the harness in a test, and telling what they met. */
import type { SingleFaultsReport } from "@surefill/proof";

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
