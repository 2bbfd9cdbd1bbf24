/**
 * The real processors on a world in memory where each call can be stopped before its effect and after it. Every single
 * fault is tried at every step, for every kind of answer to a POST, with one worker and with two. What comes before the
 * POST is struck for one answer; from there on, and for every zombie, each has its own runs. The judge is the
 * provider's own books. (The file beside this one does the same for everything else.)
 */
import { ANSWER_SCENARIOS, addCoverage, emptyCoverage, failureText, runSingleFaults } from "@surefill/proof";
import { describe, expect, test } from "vitest";
import { missingFromAnswers, printCoverage, withShortStacks } from "../support/harness.js";

const answers = { scenarios: ANSWER_SCENARIOS, seed: 1, strike: "place" } as const;
const met = emptyCoverage();

describe("any one fault, whatever a POST is answered", { timeout: 900_000 }, () => {
  test("has nobody paid twice, lost or left in doubt, with one worker", async () => {
    const report = await withShortStacks(() => runSingleFaults({ ...answers, workers: [1] }));
    addCoverage(met, report.coverage);
    printCoverage("answers to a POST, one worker", report);
    expect(report.failures.slice(0, 3).map(failureText).join("\n\n")).toBe("");
  });

  test("has nobody paid twice, lost or left in doubt, with two workers", async () => {
    const report = await withShortStacks(() => runSingleFaults({ ...answers, workers: [2] }));
    addCoverage(met, report.coverage);
    printCoverage("answers to a POST, two workers", report);
    expect(report.failures.slice(0, 3).map(failureText).join("\n\n")).toBe("");
    expect(missingFromAnswers(met)).toEqual([]);
  });
});
