/** The CSV files that campaigns give out, opened by a program that separates cells otherwise than they do. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { columnsWithOurs, RESULT_COLUMNS, type ResultColumn, resultColumns } from "@surefill/campaign";
import type { Delimiter } from "@surefill/topup-store";
import { parse } from "csv-parse/sync";
import { describe, expect, onTestFinished, test } from "vitest";
import { readPackResults } from "../../../apps/cli/src/campaign/pack-results.js";
import { csvLines } from "../../../apps/producer/src/campaigns/rows/csv.js";
import type { SentRow } from "../../../apps/producer/src/campaigns/rows/planned-file.js";
import { resultCells } from "../../../apps/producer/src/campaigns/rows/results-file.js";

/**
 * The cells that a spreadsheet finds which parts them at `delimiter`: quotes protect only where they begin a cell, what
 * stands behind the closing one belongs to the cell as it is, and one that nobody closes goes on to the end of the file.
 */
function cellsAt(delimiter: string, text: string): string[] {
  const cells: string[] = [];
  let rest = text;
  while (rest !== "") {
    const quoted = /^"((?:[^"]|"")*)(?:"|$)/.exec(rest);
    if (quoted !== null) rest = rest.slice(quoted[0].length);
    const end = rest.search(new RegExp(`[${delimiter}\r\n]`));
    const plain = end < 0 ? rest : rest.slice(0, end);
    cells.push((quoted?.[1] ?? "").replaceAll('""', '"') + plain);
    rest = end < 0 ? "" : rest.slice(end + 1);
  }
  return cells;
}

const ATTACKS = [
  "Anna;=cmd|' /C calc'!A0;",
  "Anna\t=cmd|' /C calc'!A0\t",
  "Anna|=cmd;x|",
  "Anna\n=cmd;x;",
  'Anna;"=cmd;',
  'Anna;""=cmd;""',
  "Anna\r\n@cmd",
  "=cmd",
];

const FORMS = [";", "\t", "|", ","] as const;

describe.each(FORMS)("a program that separates cells at %j", (delimiter) => {
  describe.each(FORMS)("in a file that separates them at %j", (ours) => {
    test.each([...ATTACKS, "Anna,=cmd,x", 'Anna,"=cmd,'])("finds no formula in any cell: %j", (cell) => {
      const lines = csvLines(
        [
          [cell, "5", "x"],
          ["5", cell, "x"],
          ["5", "x", cell],
          ["7", "y", "z"],
        ],
        { delimiter: ours, hasMark: false },
      );

      for (const found of cellsAt(delimiter, lines)) expect(found).not.toMatch(/^[=@]/);
    });
  });
});

test("A program that separates cells as the file does finds each whole, with nothing but a ' added", () => {
  for (const cell of ATTACKS) {
    const rows = parse(csvLines([["5", cell, "x"]])) as string[][];
    expect(rows.map((row) => row.map((found) => found.replaceAll("'", "")))).toEqual([
      ["5", cell.replaceAll("'", ""), "x"],
    ]);
  }
});

test("A result pack adds up with every such cell in it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "surefill-result-csv-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ours = { state: "succeeded", cost: "4.8", costCurrency: "USD", counted: "4.8" };
  const rows = ATTACKS.map((cell, index) => {
    const told: Record<string, string> = {
      ...ours,
      transactionId: `${index}`,
      reference: `-r.${index}`,
      pinInfo: cell,
    };
    return ["+2348031234567", cell, ...RESULT_COLUMNS.map((column) => told[column] ?? "")];
  });
  const path = join(folder, "results.csv");
  await writeFile(path, csvLines([columnsWithOurs(["number", "=name"], RESULT_COLUMNS), ...rows]));

  expect(await readPackResults(path, "USD")).toEqual({
    rows: 8,
    byState: new Map([["succeeded", 8]]),
    debited: "38.4",
    currencies: ["USD"],
    repeatedTransactions: 0,
    extra: "0",
    repeatedReferences: 0,
  });
});

test("A number in front makes no formula of what stands behind it, where a whole line is one cell", () => {
  const lines = csvLines([["+2348031234567", "5+WEBSERVICE(B3)"]]);

  expect(lines).toBe('+2348031234567,"5+WEBSERVICE(B3)"\n');
});

describe("a result file of any version", () => {
  /** A file with one row that was paid, and what it comes to. */
  async function sumsOf(columns: readonly ResultColumn[], delimiter: Delimiter, cost: string) {
    const folder = await mkdtemp(join(tmpdir(), "surefill-result-csv-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const told: Partial<Record<ResultColumn, string>> = {
      state: "succeeded",
      cost,
      costCurrency: "USD",
      counted: cost,
    };
    const rows = [columnsWithOurs(["a;b", "a,b"], columns), ["1", "2", ...columns.map((column) => told[column] ?? "")]];
    const path = join(folder, "results.csv");
    await writeFile(path, `\uFEFF${csvLines(rows, { delimiter, hasMark: true })}`);
    return readPackResults(path, "USD");
  }

  test.each([
    [",", "4.85"],
    [",", "4,85"],
    [";", "4,85"],
    [";", "4.85"],
    ["\t", "4,85"],
    ["|", "4.85"],
  ] as const)("adds up with cells parted by %j and a cost of %j, with PINs and without", async (delimiter, cost) => {
    for (const pins of [true, false]) {
      const sums = await sumsOf(resultColumns({ pins }), delimiter, cost);
      expect(sums).toMatchObject({ rows: 1, debited: "4.85", currencies: ["USD"] });
    }
  });

  test("is not taken for one where its last columns are others", async () => {
    await expect(sumsOf(["state", "reason"], ",", "1")).rejects.toThrow("has not the columns of results");
  });
});

test("A PIN that an operator issues unexpectedly stands in the reason of its row", () => {
  const columns = resultColumns({ pins: false });
  const outcome = { state: "succeeded", settlement: { pin: { code: "1234", serial: "S9" } } } as const;
  const planned = { reserveUnits: 0 } as SentRow["planned"];
  const judged = { kind: "planned", planned } as const;

  const cells = resultCells(
    { judged },
    { reference: "r1", planned, outcome },
    { columns, form: { decimalMark: "." }, currency: "USD" },
  );

  expect(cells[columns.indexOf("reason")]).toBe("PIN 1234 | S9");
});
