/**
 * The real processors on a world in memory where each call can be stopped before its effect and after it. Every single
 * fault is tried at every step, for whatever becomes of a top-up: what the provider, the report, the queue and people
 * do. The judge is the provider's own books. (The file beside this one does the same for every answer to a POST.)
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
} from "@surefill/proof";
import { describe, expect, test } from "vitest";
import { missingFromOthers, printCoverage, withShortStacks } from "../support/harness.js";

describe("a schedule that is kept", () => {
  test.for(FOUND_SCHEDULES.map((found) => [found.what, found] as const))("%s", async ([, found]) => {
    expect(failureText(await runFound(found))).not.toContain("BROKEN");
  });
});

test("any one fault has nobody paid twice, lost or left in doubt, whatever becomes of a top-up", {
  timeout: 900_000,
}, async () => {
  const others = { scenarios: OTHER_SCENARIOS, struckElsewhere: ANSWER_SCENARIOS };
  const options = { ...others, workers: [1], strike: "place", seed: 1 } as const;
  const report = await withShortStacks(() => runSingleFaults(options));
  printCoverage("everything else", report);
  expect(report.failures.slice(0, 3).map(failureText).join("\n\n")).toBe("");
  const met = emptyCoverage();
  addCoverage(met, report.coverage);
  for (const found of FOUND_SCHEDULES) cover(met, await runFound(found));
  expect(missingFromOthers(met)).toEqual([]);
});
