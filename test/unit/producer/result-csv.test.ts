/** The CSV files that campaigns give out, opened by a program that separates cells otherwise than they do. */
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { csvLines } from "../../../apps/producer/src/campaigns/rows/csv.js";

test.each([
  [";", "Anna;=1+1"],
  ["\t", "Anna\t=1+1"],
  ["|", "Anna|=1+1"],
])("A cell with %j stays one cell where that separates cells, so that nothing behind it is run", (delimiter, cell) => {
  const lines = csvLines([[cell, "5"]]);
  expect(parse(lines)).toEqual([[cell, "5"]]);
  for (const cells of parse(lines, { delimiter, relax_quotes: true, relax_column_count: true })) {
    for (const each of cells) expect(each).not.toMatch(/^=/);
  }
});
