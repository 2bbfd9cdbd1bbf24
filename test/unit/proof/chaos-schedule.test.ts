/** The schedule of a chaos run: what a seed stands for. */
import { FAULTS, namesOf, planFaults, planRedisKills, profileOf, TARGETS } from "@surefill/proof";
import { describe, expect, test } from "vitest";
import { expectGeneratedBlock } from "../../support/generated-block.js";

const TEN_MINUTES = { durationMs: 600_000, gapScale: 1 };

describe("the schedule of a chaos run", () => {
  test("is the same for the same seed, and another for another", () => {
    expect(planFaults({ ...TEN_MINUTES, seed: 7 })).toEqual(planFaults({ ...TEN_MINUTES, seed: 7 }));
    expect(planFaults({ ...TEN_MINUTES, seed: 7 })).not.toEqual(planFaults({ ...TEN_MINUTES, seed: 8 }));
  });

  test("holds every fault and every target within ten minutes, and ends in time", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const faults = planFaults({ ...TEN_MINUTES, seed });
      expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(Object.keys(FAULTS)));
      expect(new Set(faults.map(({ target }) => target))).toEqual(new Set(TARGETS));
      expect(faults.length).toBeGreaterThan(150);
      for (const { atMs, forMs } of faults) expect(atMs + forMs).toBeLessThanOrEqual(TEN_MINUTES.durationMs);
    }
  });

  test.for([0.6, 1, 3, 10])("holds every fault that a run of %s minutes is asked for", (minutes) => {
    const { durationMs, gapScale, minimums } = profileOf(minutes, []);
    for (const seed of [1, 2, 3, 4, 5]) {
      const planned = new Set(
        planFaults({ seed, durationMs, gapScale }).map(({ target, kind }) => `${target} ${kind}`),
      );
      expect(minimums.wanted.filter((wanted) => !namesOf(wanted).some((name) => planned.has(name)))).toEqual([]);
    }
  });

  test("never puts two faults on one target at the same time", () => {
    for (const target of TARGETS) {
      const lane = planFaults({ ...TEN_MINUTES, seed: 3 }).filter((fault) => fault.target === target);
      for (const [index, fault] of lane.entries()) {
        const before = lane[index - 1];
        if (before !== undefined) expect(fault.atMs).toBeGreaterThan(before.atMs + before.forMs);
      }
    }
  });

  test("leaves out what this machine cannot do", () => {
    const faults = planFaults({ ...TEN_MINUTES, seed: 1, without: ["disk-refuses"] });
    expect(faults.filter(({ kind }) => kind === "disk-refuses")).toEqual([]);
  });

  test("of kills of Redis has as many as were asked for, and nothing else", () => {
    const kills = planRedisKills(1, 100);
    expect(kills).toHaveLength(100);
    expect(new Set(kills.map(({ target, kind }) => `${target} ${kind}`))).toEqual(new Set(["redis kill"]));
  });
});

test("the page on chaos tells every fault, what it is and whom it meets", async () => {
  const faults = planFaults({ ...TEN_MINUTES, seed: 1 });
  const rows = Object.entries(FAULTS).map(([kind, says]) => {
    const targets = TARGETS.filter((target) => faults.some((fault) => fault.kind === kind && fault.target === target));
    return `| ${kind} | ${says} | ${targets.join(", ")} |`;
  });
  const table = ["| fault | what it is | whom it meets |", "|---|---|---|", ...rows].join("\n");
  await expectGeneratedBlock("docs/chaos.md", "faults", table);
});
