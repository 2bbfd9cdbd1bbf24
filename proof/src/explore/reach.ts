import { type Coverage, missingFrom } from "./coverage.js";
import { POST_ROW_NAMES } from "./provider/post-rows.js";
import { HONEST_ROWS } from "./random-schedule.js";

/** Runs by chance have missed a thing by bad luck alone when they are fewer than this. */
export const RUNS_THAT_REACH = 5_000;

/** What chance decides: everything, or where two faults strike the scenarios of the tables. */
export type Draw = "everything" | "pairs";

/**
 * What chance meets never, or fewer than ten times in that many runs (counted over 20,000 runs of everything and 12,000
 * pairs): it is no sign of anything when a search lacks it. Single faults must meet all of it.
 */
export const LEFT_TO_SINGLES: Readonly<Record<Draw, ReadonlySet<string>>> = {
  everything: new Set([
    "the move queued -> processing",
    "the move queued -> rejected",
    "the move queued -> review",
    "the move submitting -> review",
    "the move held -> unknown",
    "the move held -> failed",
    "the move held -> rejected",
    "the move held -> review",
    "the move review -> succeeded",
    "the move review -> refunded",
    "the move review -> failed",
    "the move review -> queued",
    ...POST_ROW_NAMES.filter((row) => !HONEST_ROWS.includes(row)).map((row) => `the answer "${row}"`),
    'the recovery "sent and not executed, and nobody hears the answer"',
    'the recovery "answered, and the answer is not written down"',
    'the recovery "answered while Redis is away for longer than the lease"',
    'the recovery "written down, and the alarm is not set"',
    'the recovery "the provider\'s last word is heard and not written down"',
    'the recovery "the last word is written down, and the reply is lost"',
    'the recovery "the process dies in a hold on FAILED"',
    'the recovery "a zombie wakes up with an answer"',
    "the seam ledger.evidence",
    "the seam gates.parked",
    "the seam queue.hurry",
    "the seam provider.balance",
  ]),
  pairs: new Set([
    "the move queued -> processing",
    "the move queued -> review",
    'the recovery "sent and not executed, and nobody hears the answer"',
    'the recovery "answered while Redis is away for longer than the lease"',
    'the recovery "the process dies in a hold on FAILED"',
    "the seam queue.hurry",
    "the seam queue.replace-data",
    "the seam provider.balance",
  ]),
};

/** What so many runs by chance should have met and did not, in words. Nothing is asked of too few. */
export function missingFromChance(coverage: Coverage, draw: Draw, runs: number): string[] {
  if (runs < RUNS_THAT_REACH) return [];
  return missingFrom(coverage).filter((thing) => !LEFT_TO_SINGLES[draw].has(thing));
}
