import { scenarioNamed } from "./scenarios.js";
import type { Seam } from "./seams.js";
import type { FaultKind } from "./simulation/faults.js";
import { type RunResult, runSchedule } from "./simulation/run.js";

/** A schedule that once broke a promise: the fault strikes the `nth` step at a seam that is about something. */
export type FoundSchedule = {
  what: string;
  scenario: string;
  workers: 1 | 2;
  seam: Seam;
  about: RegExp;
  nth: number;
  fault: FaultKind;
};

/** What the harness has found in the money path, kept so that it stays mended. */
export const FOUND_SCHEDULES: readonly FoundSchedule[] = [
  {
    what: "a worker that stands still between looking at a record and asking for its status cuts no hold short",
    scenario: "fate: failed",
    workers: 1,
    seam: "ledger.look",
    about: /order-1/,
    nth: 2,
    fault: "long-stall-after",
  },
  {
    what: "a machine that sleeps before it asks for a status cuts no hold short",
    scenario: "fate: failed",
    workers: 1,
    seam: "provider.status",
    about: /1001/,
    nth: 2,
    fault: "suspend-before",
  },
  {
    what: "a late answer with the id of another top-up goes to a person, and does not wait for ever",
    scenario: "POST: accepted with the id of another top-up",
    workers: 1,
    seam: "ledger.evidence",
    about: /transaction 77/,
    nth: 1,
    fault: "die-after",
  },
];

/** Runs a found schedule. Throws a `RangeError` when its fault has nothing to strike any more. */
export async function runFound(found: FoundSchedule): Promise<RunResult> {
  const { workers, seam, about, nth, fault } = found;
  const schedule = { scenario: scenarioNamed(found.scenario), workers, seed: 1, isShaken: false };
  const plain = await runSchedule({ ...schedule, faults: [] });
  const steps = plain.steps.filter((step) => step.seam === seam && about.test(step.about));
  const step = steps[nth - 1];
  if (step === undefined) throw new RangeError(`${found.scenario} has no step ${nth} at ${seam} about ${about}`);
  return runSchedule({ ...schedule, faults: [{ step: step.number, kind: fault }] });
}
