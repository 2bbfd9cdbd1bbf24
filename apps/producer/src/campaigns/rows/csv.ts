import { spreadsheetSafe } from "@surefill/campaign";
import type { Delimiter } from "@surefill/topup-store";
import { stringify } from "csv-stringify/sync";

/** How a CSV file of ours is written. It is UTF-8 always; `hasMark` puts a byte order mark in front, which Excel needs. */
export type CsvForm = { delimiter: Delimiter; hasMark: boolean };

/** What programs read that know nothing of the file. */
export const PLAIN_CSV: CsvForm = { delimiter: ",", hasMark: false };

/**
 * Quoted as well: cells that other programs would part in two, which stay whole where they begin a line; and cells that
 * could call a function, because a program that finds no separator takes a line for one cell, in which a signed number
 * and what stands behind its comma would make one formula, if no quote stood between them. A decimal comma parts nothing
 * that could be one.
 */
const QUOTED = /[;\t|(]|^(?![+-]?\d+,\d+$)[^,]*,/;

/** Lines of a CSV file (UTF-8, a line feed after each), in which no cell can be run as a formula. */
export function csvLines(rows: ReadonlyArray<readonly string[]>, { delimiter }: CsvForm = PLAIN_CSV): string {
  return stringify(
    rows.map((cells) => cells.map((cell) => spreadsheetSafe(cell, delimiter))),
    { delimiter, quoted_match: QUOTED },
  );
}

/** Cells of a row, filled up to the width of the file: a short row leaves its last cells away. */
export function padded(cells: readonly string[], width: number): string[] {
  return Array.from({ length: width }, (_, index) => cells[index] ?? "");
}
