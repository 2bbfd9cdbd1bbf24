/**
 * The real processors on a world in memory where each call can be stopped before its effect and after it. Every single
 * fault is tried at every step, for whatever becomes of a top-up: what the provider, the report, the queue and people
 * do. All are tried with one worker; with two those after which the other one goes on, so that whoever stood still
 * wakes up as a zombie with a rival. The judge is the provider's own books. (The file beside this one does the same for every answer to a POST.)
 */
import {
  ANSWER_SCENARIOS,
  addCoverage,
  cover,
  emptyCoverage,
  FOUND_SCHEDULES,
  failureText,
  OTHER_SCENARIOS,
  runFound,
  runSingleFaults,
  TAKEN_OVER,
} from "@surefill/proof";
import { describe, expect, test } from "vitest";
import { missingFromOthers, printCoverage, withShortStacks } from "../support/harness.js";

describe("a schedule that is kept", () => {
  test.for(FOUND_SCHEDULES.map((found) => [found.what, found] as const))("%s", async ([, found]) => {
    expect(failureText(await runFound(found))).not.toContain("BROKEN");
  });
});

describe("any one fault, whatever becomes of a top-up", { timeout: 900_000 }, () => {
  const others = { scenarios: OTHER_SCENARIOS, struckElsewhere: ANSWER_SCENARIOS, strike: "place", seed: 1 } as const;
  const met = emptyCoverage();

  test("has nobody paid twice, lost or left in doubt, with one worker", async () => {
    const report = await withShortStacks(() => runSingleFaults({ ...others, workers: [1] }));
    addCoverage(met, report.coverage);
    printCoverage("everything else, one worker", report);
    expect(report.failures.slice(0, 3).map(failureText).join("\n\n")).toBe("");
    for (const found of FOUND_SCHEDULES) cover(met, await runFound(found));
    expect(missingFromOthers(met)).toEqual([]);
  });

  test("has nobody paid twice, lost or left in doubt, when a second worker goes on", async () => {
    const options = { ...others, workers: [2], kinds: TAKEN_OVER } as const;
    const report = await withShortStacks(() => runSingleFaults(options));
    printCoverage("everything else, two workers", report);
    expect(report.failures.slice(0, 3).map(failureText).join("\n\n")).toBe("");
  });
});
