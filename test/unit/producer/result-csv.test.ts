/** The CSV files that campaigns give out, opened by a program that separates cells otherwise than they do. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { columnsWithOurs, RESULT_COLUMNS } from "@surefill/campaign";
import { parse } from "csv-parse/sync";
import { describe, expect, onTestFinished, test } from "vitest";
import { readPackResults } from "../../../apps/cli/src/campaign/pack-results.js";
import { csvLines } from "../../../apps/producer/src/campaigns/rows/csv.js";

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

describe.each([";", "\t", "|", ","])("a program that separates cells at %j", (delimiter) => {
  test.each(ATTACKS)("finds no formula in the first, middle or last cell: %j", (cell) => {
    const lines = csvLines([
      [cell, "5", "x"],
      ["5", cell, "x"],
      ["5", "x", cell],
      ["7", "y", "z"],
    ]);

    for (const found of cellsAt(delimiter, lines)) expect(found).not.toMatch(/^[=@]/);
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
    repeatedReferences: 0,
  });
});

test("A number in front makes no formula of what stands behind it, where a whole line is one cell", () => {
  const lines = csvLines([["+2348031234567", "5+WEBSERVICE(B3)"]]);

  expect(lines).toBe('+2348031234567,"5+WEBSERVICE(B3)"\n');
});
