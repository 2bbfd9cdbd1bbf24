/**
 * The real processors on a world in memory where each call can be stopped before its effect and after it. Every single
 * fault is tried at every step: for every kind of answer to a POST with one worker and with two, and for everything
 * else that the provider, the queue and people do. The judge is the provider's own books.
 */
import {
  ANSWER_SCENARIOS,
  addCoverage,
  emptyCoverage,
  FOUND_SCHEDULES,
  failureText,
  missingFrom,
  OTHER_SCENARIOS,
  runFound,
  runSingleFaults,
} from "@surefill/proof";
import { describe, expect, test } from "vitest";
import { printCoverage, withShortStacks } from "../support/harness.js";

const met = emptyCoverage();
const struck = new Set<string>();

async function strikeEverywhere(title: string, options: Omit<Parameters<typeof runSingleFaults>[0], "seed">) {
  const report = await withShortStacks(() => runSingleFaults({ ...options, seed: 1, struck }));
  addCoverage(met, report.coverage);
  printCoverage(title, report);
  return report.failures.slice(0, 3).map(failureText).join("\n\n");
}

describe("any one fault, at any step", () => {
  test("has nobody paid twice, lost or left in doubt, whatever a POST is answered", { timeout: 240_000 }, async () => {
    const options = { scenarios: ANSWER_SCENARIOS, workers: [1, 2], strike: "outlook" } as const;
    expect(await strikeEverywhere("answers to a POST", options)).toBe("");
  });

  test("has nobody paid twice, lost or left in doubt, whatever becomes of it then", { timeout: 240_000 }, async () => {
    const options = { scenarios: OTHER_SCENARIOS, workers: [1], strike: "place" } as const;
    expect(await strikeEverywhere("everything else", options)).toBe("");
    // Runs that met nothing would have found nothing.
    expect(missingFrom(met)).toEqual([]);
  });
});

describe("a schedule that once broke a promise", () => {
  test.for(FOUND_SCHEDULES.map((found) => [found.what, found] as const))("%s", async ([, found]) => {
    const result = await runFound(found);
    expect(failureText(result)).not.toContain("BROKEN");
  });
});
