/** Keeps spreadsheets from running cells of our files as formulas, and takes that back when such a file is uploaded. */

/** What shows nothing or is dropped before a cell is read: white space, control and format characters, byte order marks. */
const DROPPED = "[[\\s\\p{Cc}\\p{Cf}]--[\\t\\r\\n]]";
/** How formulas begin, in their wide and small forms as well, which some spreadsheets read as the plain ones. */
const SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫";
/** Guards that are there already, quotes, and what is dropped. Line ends and tabs begin a cell themselves. */
const BEFORE = `'*(?:${DROPPED}|")*`;
/** A number of which a spreadsheet computes nothing. */
const NUMBER = "[+\\-]?\\d+(?:\\.\\d+)?";

/**
 * A number that fills its cell, as a spreadsheet reads it: `+2348031234567`, `-12.5`, `-12,5`; or a phone number whose
 * groups stand apart by spaces or points, which is no formula either: `+234 803 123 4567`.
 */
const PLAIN_NUMBER = new RegExp(
  `^'*${DROPPED}*(?:[+\\-]?\\d+(?:[.,]\\d+)?|\\+\\d+(?:[ .\\u00A0\\u202F]\\d+)+)${DROPPED}*$`,
  "v",
);

/**
 * The places where a guard belongs: at the beginning of the cell, and behind whatever a program parts cells or lines at,
 * since quotes keep a cell whole only where that program, too, begins a cell with them. Exempt is a number that fills its
 * part: one behind a line end is followed by the same line end, so that it does so for every program.
 */
function places(parts: string, guarded: "" | "'"): RegExp {
  const first = `^(?=${BEFORE}[${SIGNS}\\t\\r\\n])`;
  const further =
    `(?<=(\\r\\n|[${parts}]))(?=${BEFORE}(?:[${SIGNS}\\t]|\\r(?!\\n)))` +
    `(?!'*${DROPPED}*${NUMBER}${DROPPED}*(?:\\r?\\1|$))`;
  return new RegExp(`(?:${first}|${further})${guarded}`, "gv");
}

/** By what parts the cells of the file. A program that does so by commas, too, finds every cell of such a file whole. */
const COMMA_PARTS = ";\\t\\|\\r\\n";
const OTHER_PARTS = `,${COMMA_PARTS}`;
const GUARDS = { comma: places(COMMA_PARTS, ""), other: places(OTHER_PARTS, "") };
const GUARDED = { comma: places(COMMA_PARTS, "'"), other: places(OTHER_PARTS, "'") };

/** Most cells begin with a letter or a digit and hold nothing that parts: these are told fast. */
const MAY_HAVE = { comma: /^[^\p{L}\p{N}]|[;\t|\r\n]/u, other: /^[^\p{L}\p{N}]|[,;\t|\r\n]/u };

const formOf = (delimiter: string) => (delimiter === "," ? "comma" : "other");

/**
 * Makes a cell harmless where a spreadsheet would run it, or a part of it, as a formula, by the `'` that spreadsheets
 * read as "this is text". Numbers stay as they are, phone numbers with a plus among them: they compute nothing.
 * `delimiter` is what parts the cells of the file.
 */
export function spreadsheetSafe(cell: string, delimiter = ","): string {
  const form = formOf(delimiter);
  if (!MAY_HAVE[form].test(cell) || PLAIN_NUMBER.test(cell)) return cell;
  return cell.replace(GUARDS[form], "'");
}

/** The cell that `spreadsheetSafe` made this one of. */
export function withoutGuards(cell: string, delimiter = ","): string {
  if (!cell.includes("'") || PLAIN_NUMBER.test(cell)) return cell;
  return cell.replace(GUARDED[formOf(delimiter)], "");
}

const FORMULA_LIKE = new RegExp(`^${BEFORE}[${SIGNS}\\t\\r\\n]`, "v");

/** Whether a spreadsheet may take the cell for a formula when a person edits it. */
export function isFormulaLike(cell: string): boolean {
  return FORMULA_LIKE.test(cell);
}
