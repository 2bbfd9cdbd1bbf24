/** How the feeder walks through a plan: in the file's order, lane by lane, without reading the same chunks for ever. */
import { CHUNK_ROWS, type JudgedRow } from "@surefill/campaign";
import { PlanReader } from "@surefill/worker";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plannedRow } from "../../support/test-campaign.js";

const planned = (row: number, operatorId: number): JudgedRow => ({
  kind: "planned",
  planned: plannedRow(row, { operatorId }),
});
const LEFT_OUT: JudgedRow = { kind: "left-out" };

/** A plan in memory, which counts the chunks that are read of it. */
function planOf(rows: readonly JudgedRow[]) {
  const reads: number[] = [];
  const reader = new PlanReader({
    async read(_id, _version, chunk) {
      reads.push(chunk);
      return rows.slice(chunk * CHUNK_ROWS, (chunk + 1) * CHUNK_ROWS);
    },
    summary: async () => undefined,
  });
  return { reader, reads, inHand: { id: "cmp", version: 1, hash: "h1", rowsTotal: rows.length } };
}

/** Feeds until nothing is left, as if everything were taken. */
async function walk(rows: readonly JudgedRow[], open: readonly number[], limit: number) {
  const { reader, reads, inHand } = planOf(rows);
  const lanes = new Map<number, number>();
  const fed: number[] = [];
  for (let turn = 0; ; turn += 1) {
    const ahead = await reader.ahead(inHand, lanes, open, limit);
    if (ahead.lanes.length === 0) return { fed, reads, turns: turn };
    fed.push(...ahead.rows.map(({ row }) => row));
    for (const { operatorId, expected, after } of ahead.lanes) {
      expect(expected).toBe(lanes.get(operatorId) ?? 1);
      expect(after).toBeGreaterThan(expected);
      lanes.set(operatorId, after);
    }
  }
}

describe("The rows of the open lanes", () => {
  test("are each found once, in the file's order, whatever the plan is made of", async () => {
    const anyRow = fc.constantFrom("left-out" as const, 1, 2, 3);
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { minLength: 1, maxLength: 1_300, size: "max" }),
        fc.subarray([1, 2, 3], { minLength: 1 }),
        fc.integer({ min: 1, max: 100 }),
        async (kinds, open, limit) => {
          const rows = kinds.map((kind, index) => (kind === "left-out" ? LEFT_OUT : planned(index + 1, kind)));
          const due = kinds.flatMap((kind, index) => (kind !== "left-out" && open.includes(kind) ? [index + 1] : []));
          expect((await walk(rows, open, limit)).fed).toEqual(due);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("far apart cost one reading of what lies between, not one for each row", async () => {
    const rows: JudgedRow[] = Array.from({ length: 60 * CHUNK_ROWS }, () => LEFT_OUT);
    rows[0] = planned(1, 7);
    rows[rows.length - 1] = planned(rows.length, 7);
    const { fed, reads } = await walk(rows, [7], 100);
    expect(fed).toEqual([1, rows.length]);
    expect(reads).toHaveLength(60);
  });

  test("behind a lane that was closed come first when it opens, and those before it are not fed again", async () => {
    const rows = Array.from({ length: 40 }, (_, index) => planned(index + 1, index % 2 === 0 ? 1 : 2));
    const { reader, inHand } = planOf(rows);
    const lanes = new Map([[1, 41]]);
    const ahead = await reader.ahead(inHand, lanes, [1, 2], 5);
    expect(ahead.rows.map(({ row }) => row)).toEqual([2, 4, 6, 8, 10]);
    expect(ahead.lanes).toEqual([{ operatorId: 2, expected: 1, after: 11 }]);
  });
});

test("Nothing is ahead when every lane is closed", async () => {
  const { reader, inHand, reads } = planOf([planned(1, 1)]);
  expect(await reader.ahead(inHand, new Map(), [], 10)).toEqual({ lanes: [], rows: [] });
  expect(reads).toEqual([]);
});

test("A chunk that is missing or short is told, and not taken for the end of the plan", async () => {
  const { reader, inHand } = planOf([planned(1, 1), planned(2, 1)]);
  await expect(reader.ahead({ ...inHand, rowsTotal: 3 }, new Map(), [1], 10)).rejects.toThrow("is not whole");
});

test("A plan without its summary is told", async () => {
  const { reader, inHand } = planOf([planned(1, 1)]);
  await expect(reader.operators(inHand)).rejects.toThrow("is gone");
});

test("Another plan of the same version, as after a loss of data, is not taken for the one that is remembered", async () => {
  let rows = [planned(1, 1)];
  const reader = new PlanReader({ read: async () => rows, summary: async () => undefined });
  const first = { id: "cmp", version: 1, hash: "h1", rowsTotal: 1 };
  await reader.ahead(first, new Map(), [1, 2], 10);

  rows = [planned(1, 2)];
  const ahead = await reader.ahead({ ...first, hash: "h2" }, new Map(), [1, 2], 10);

  expect(ahead.rows.map(({ operatorId }) => operatorId)).toEqual([2]);
});
