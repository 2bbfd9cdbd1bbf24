import { spreadsheetSafe } from "@surefill/campaign";
import { stringify } from "csv-stringify/sync";

/**
 * Quoted as well: cells that other programs would part in two, which stay whole where they begin a line; and cells that
 * could call a function, because a program that finds no separator takes a line for one cell, in which a signed number
 * and what stands behind its comma would make one formula, if no quote stood between them.
 */
const QUOTED = /[;\t|(]/;

/** Lines of a CSV file (comma, UTF-8, a line feed after each), in which no cell can be run as a formula. */
export function csvLines(rows: ReadonlyArray<readonly string[]>): string {
  return stringify(
    rows.map((cells) => cells.map(spreadsheetSafe)),
    { quoted_match: QUOTED },
  );
}

/** Cells of a row, filled up to the width of the file: a short row leaves its last cells away. */
export function padded(cells: readonly string[], width: number): string[] {
  return Array.from({ length: width }, (_, index) => cells[index] ?? "");
}
