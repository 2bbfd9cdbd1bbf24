import { asciiDigits, INVISIBLE } from "@surefill/topup";
import type { Assumption } from "./problems.js";

/** A cell without what cannot be seen and what spreadsheets put around text, and what that took. */
export type CleanCell = { text: string; assumptions: readonly Assumption[] };

const SPACES = /[\s\u00A0]+/gu;
/** `="0712…"` and `'0712…`: how a spreadsheet is told to keep a number as it was typed. */
const FORMULA_QUOTES = /^="([^"]*)"$/;

const PLAIN = /^[\x21-\x7e]*$/;

/**
 * Removes invisible characters, spaces around, apostrophes in front and `="…"`; turns digits of other scripts into
 * ASCII ones. None of it can change which number is meant.
 */
export function cleanCell(cell: string): CleanCell {
  const mayBeQuoted = cell.startsWith("'") || cell.startsWith("=");
  if (!mayBeQuoted && PLAIN.test(cell)) return { text: cell, assumptions: NONE };
  const assumptions: Assumption[] = [];
  let text = cell.replace(INVISIBLE, "").replace(SPACES, " ").trim();
  // Before the quotes: our own files have it in front of them, as of every formula.
  if (text.startsWith("'")) text = text.replace(/^'+/, "").trim();
  const quoted = FORMULA_QUOTES.exec(text);
  if (quoted !== null) {
    text = (quoted[1] ?? "").trim();
    assumptions.push("formula-quotes-removed");
  }
  const translated = asciiDigits(text).replaceAll("\uFF0B", "+");
  if (translated !== text) assumptions.push("digits-translated");
  return { text: translated, assumptions };
}

const NONE: readonly Assumption[] = [];

/** A cell as it may be shown in an answer: digits are hidden but for the last two, and it is cut short. */
export function maskCell(cell: string): string {
  const charactersMax = 60;
  const shown = cell.length > charactersMax ? `${cell.slice(0, charactersMax)}…` : cell;
  let digits = (shown.match(/\p{Nd}/gu) ?? []).length;
  if (digits <= 4) return shown;
  return shown.replace(/\p{Nd}/gu, (digit) => {
    digits -= 1;
    return digits < 2 ? digit : "•";
  });
}
