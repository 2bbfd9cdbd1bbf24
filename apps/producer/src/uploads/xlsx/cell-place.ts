import { damaged } from "./zip-archive.js";

/** The last row and column that a sheet has. */
export const SHEET_ROWS_MAX = 1_048_576;
export const SHEET_COLUMNS_MAX = 16_384;

/** Where a cell is; both count from 1. */
export type CellPlace = { row: number; column: number };

/** Cells from one corner to the other. */
export type CellRange = { first: CellPlace; last: CellPlace };

/** Reads a place such as `AB12`. Throws an `UploadFault` where it is none. */
export function placeOf(reference: string): CellPlace {
  const match = /^\$?([A-Z]{1,3})\$?([1-9]\d{0,6})$/i.exec(reference);
  if (match === null) throw damaged("a cell has no place");
  let column = 0;
  for (const letter of (match[1] ?? "").toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  const row = Number(match[2]);
  if (column > SHEET_COLUMNS_MAX || row > SHEET_ROWS_MAX) throw damaged("a cell is outside of the sheet");
  return { row, column };
}

/** Reads a range such as `A1:B3`, or of one cell. */
export function rangeOf(reference: string): CellRange {
  const [first = "", last = first] = reference.split(":", 2);
  return { first: placeOf(first), last: placeOf(last) };
}

/** The letters of a column. */
export function columnLetters(column: number): string {
  let letters = "";
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}
