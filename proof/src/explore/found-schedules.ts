import { scenarioNamed } from "./scenarios.js";
import type { Seam } from "./seams.js";
import type { Fault, FaultKind } from "./simulation/faults.js";
import { type RunResult, runSchedule } from "./simulation/run.js";

/** A fault that strikes the `nth` step at a seam that is about something. */
export type Strike = { seam: Seam; about: RegExp; nth: number; fault: FaultKind };

/** A schedule of one or two faults that is kept. The second one strikes the run that the first one leads to. */
export type FoundSchedule = { what: string; scenario: string; workers: 1 | 2; strikes: readonly Strike[] };

/** What was found in the money path, kept so that it stays mended; and what single faults do not reach. */
export const FOUND_SCHEDULES: readonly FoundSchedule[] = [
  {
    what: "a worker that stands still between looking at a record and asking for its status cuts no hold short",
    scenario: "fate: failed",
    workers: 1,
    strikes: [{ seam: "ledger.look", about: /order-1/, nth: 2, fault: "long-stall-after" }],
  },
  {
    what: "a machine that sleeps before it asks for a status cuts no hold short",
    scenario: "fate: failed",
    workers: 1,
    strikes: [{ seam: "provider.status", about: /1001/, nth: 2, fault: "suspend-before" }],
  },
  {
    what: "a late answer with the id of another top-up goes to a person, and does not wait for ever",
    scenario: "POST: accepted with the id of another top-up",
    workers: 1,
    strikes: [{ seam: "ledger.evidence", about: /transaction 77/, nth: 1, fault: "die-after" }],
  },
  {
    what: "an answer that comes while its top-up waits to be sent again is taken, and nothing is sent",
    scenario: "POST: accepted, and no report ever shows it",
    workers: 2,
    strikes: [
      { seam: "provider.post", about: /order-1/, nth: 1, fault: "long-stall-after" },
      { seam: "queue.take", about: /^submit-order-1-1-1$/, nth: 1, fault: "wipe" },
    ],
  },
];

/** Runs a found schedule. Throws a `RangeError` when one of its faults has nothing to strike any more. */
export async function runFound(found: FoundSchedule): Promise<RunResult> {
  const schedule = { scenario: scenarioNamed(found.scenario), workers: found.workers, seed: 1, isShaken: false };
  const faults: Fault[] = [];
  for (const { seam, about, nth, fault } of found.strikes) {
    const { steps } = await runSchedule({ ...schedule, faults: [...faults] });
    const step = steps.filter((one) => one.seam === seam && about.test(one.about))[nth - 1];
    if (step === undefined) throw new RangeError(`${found.scenario} has no step ${nth} at ${seam} about ${about}`);
    faults.push({ step: step.number, kind: fault });
  }
  return runSchedule({ ...schedule, faults });
}
