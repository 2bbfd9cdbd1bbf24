/** Our file of refused rows as people upload it again: each row still says what it said, and is refused for what it was. */
import { Readable } from "node:stream";
import { columnsWithOurs, REJECT_COLUMNS } from "@surefill/campaign";
import { describe, expect, test } from "vitest";
import { csvLines } from "../../../apps/producer/src/campaigns/rows/csv.js";
import { rejectedCells } from "../../../apps/producer/src/campaigns/rows/problems-file.js";
import { receiveFile } from "../../../apps/producer/src/uploads/receive-file.js";
import { judgeNastyRows, NASTY_COLUMNS, NASTY_ROWS } from "../../support/nasty-rows.js";

/** The problems of every row, in their order; none where it would be sent. */
function problemsOf(columns: readonly string[], rows: readonly (readonly string[])[]) {
  return judgeNastyRows(columns, rows).map(({ judged }) =>
    judged.kind === "rejected" ? judged.rejected.problems : [],
  );
}

/** The file with these rows, as an upload cuts it into its columns and its rows. */
async function uploaded(columns: readonly string[], rows: readonly (readonly string[])[]) {
  const problems = problemsOf(columns, rows);
  const lines = rows.map((cells, index) => rejectedCells(cells, columns.length, problems[index] ?? []));
  const file = csvLines([columnsWithOurs(columns, REJECT_COLUMNS), ...lines]);
  const back: string[][] = [];
  const { columns: header } = await receiveFile(Readable.from([Buffer.from(file)]), {
    id: "upl_1",
    isGzip: false,
    wishes: { hasHeader: true },
    limits: { bytesMax: 10_000_000, rowsMax: 10_000 },
    store: { writeChunk: async (_id, _chunk, kept) => void back.push(...kept.map(({ cells }) => cells)) },
    ended: new AbortController().signal,
  });
  return { columns: header, rows: back };
}

describe("a row of the file of refused rows", () => {
  const rows = NASTY_ROWS.map(({ cells }) => cells);
  const codesOf = (problems: ReturnType<typeof problemsOf>) =>
    problems.map((ofRow, index) => [NASTY_ROWS[index]?.what, ...ofRow.map(({ code }) => code)]);
  const before = codesOf(problemsOf(NASTY_COLUMNS, rows));

  test("is refused for the same reasons when it comes back unmended, however often", async () => {
    const once = await uploaded(NASTY_COLUMNS, rows);
    expect(codesOf(problemsOf(once.columns, once.rows))).toEqual(before);
    const twice = await uploaded(once.columns, once.rows);
    expect(codesOf(problemsOf(twice.columns, twice.rows))).toEqual(before);
  });

  test("has behind ours the cells for which the file has no columns", () => {
    const problem = { code: "ROW_TOO_MANY_CELLS", hint: "has 3 cells" } as const;
    expect(rejectedCells(["+254711000001", "1", "000", ""], 2, [problem])).toEqual([
      "+254711000001",
      "1",
      "ROW_TOO_MANY_CELLS",
      "has 3 cells",
      "000",
      "",
    ]);
    expect(rejectedCells(["+254711000001", "", "", ""], 2, [])).toHaveLength(4);
    expect(rejectedCells(["+254711000001"], 2, [])).toEqual(["+254711000001", "", "", ""]);
  });
});
