import { FAULTS, faultText } from "./simulation/faults.js";
import type { RunResult, Schedule } from "./simulation/run.js";
import { START_MS } from "./simulation/timeline.js";

/** A broken promise as a person follows it: what broke, under which schedule, and every step up to there. */
export function failureText(result: RunResult): string {
  const { schedule } = result;
  const { scenario, workers, faults, seed, isShaken } = schedule;
  const struck = result.steps.filter(({ fault }) => fault !== undefined);
  return [
    `${scenario.name}, ${workers} worker${workers === 1 ? "" : "s"}, seed ${seed}${isShaken ? ", shaken" : ""}`,
    ...struck.map(({ number, fault }) => `  step ${number}: ${fault === undefined ? "" : FAULTS[fault]}`),
    ...result.violations.map(
      ({ rule, what, atMs }) => `  BROKEN after ${(atMs - START_MS) / 1_000} s, ${rule}: ${what}`,
    ),
    ...result.lines().map((line) => `    ${line}`),
    `  replay: npm run explore -- --replay '${replayText(schedule)}'`,
    ...(faults.length === 0 ? [] : [`  faults: ${faults.map(faultText).join()}`]),
  ].join("\n");
}

/** A schedule in one line of JSON, to be run again. */
export function replayText(schedule: Schedule): string {
  return JSON.stringify(schedule);
}
