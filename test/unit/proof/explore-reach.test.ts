// Runs that met nothing have found nothing: what is asked of `npm run explore` besides that no promise was broken.
import {
  emptyCoverage,
  LEFT_TO_SINGLES,
  missingFrom,
  missingFromChance,
  RUNS_THAT_REACH,
  runExplore,
} from "@surefill/proof";
import { describe, expect, test } from "vitest";

const everything = missingFrom(emptyCoverage());

describe.for(["everything", "pairs"] as const)("runs by chance that draw %s", (draw) => {
  test("fail when they met nothing", () => {
    const missing = missingFromChance(emptyCoverage(), draw, RUNS_THAT_REACH);
    expect(missing).toContain("the move processing -> held");
    expect(missing).toContain('the recovery "a poll dies"');
    expect(missing).toHaveLength(everything.length - LEFT_TO_SINGLES[draw].size);
  });

  test("are asked for nothing when they are few", () => {
    expect(missingFromChance(emptyCoverage(), draw, RUNS_THAT_REACH - 1)).toEqual([]);
  });

  test("leave to single faults only what those must meet", () => {
    expect([...LEFT_TO_SINGLES[draw]].filter((thing) => !everything.includes(thing))).toEqual([]);
  });
});

test("few runs that break no promise end well, and say that they were not asked what they met", async () => {
  const lines: string[] = [];
  const printer = { line: (text: string) => void lines.push(text), progress: () => undefined };
  await expect(runExplore(["--seeds", "3", "--seed", "211486"], printer)).resolves.toBe(0);
  expect(lines.join("\n")).toContain(`Fewer than ${RUNS_THAT_REACH} runs: not asked what they met.`);
});
