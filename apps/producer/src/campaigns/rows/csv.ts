import { spreadsheetSafe } from "@surefill/campaign";
import { stringify } from "csv-stringify/sync";

/**
 * A spreadsheet may separate cells at these whatever the file does; what comes behind them would begin a cell of its
 * own, and could be a formula.
 */
const OTHER_SEPARATORS = /[;\t|]/;

/** Lines of a CSV file (comma, UTF-8, a line feed after each), in which no cell can be run as a formula. */
export function csvLines(rows: ReadonlyArray<readonly string[]>): string {
  return stringify(
    rows.map((cells) => cells.map(spreadsheetSafe)),
    { quoted_match: OTHER_SEPARATORS },
  );
}

/** Cells of a row, filled up to the width of the file: a short row leaves its last cells away. */
export function padded(cells: readonly string[], width: number): string[] {
  return Array.from({ length: width }, (_, index) => cells[index] ?? "");
}
