/**
 * The file that tells what became of every row: the input's columns first, then these. `counted` is what the campaign
 * counts as debited for a row that succeeded, in the account's currency: its cost, or what was reserved where no cost
 * could be read.
 */
export const RESULT_COLUMNS = [
  "state",
  "reason",
  "reference",
  "transactionId",
  "cost",
  "costCurrency",
  "counted",
  "delivered",
  "deliveredCurrency",
  "pinCode",
  "pinSerial",
  "pinInfo",
  "acceptedAt",
  "finalAt",
] as const;
export type ResultColumn = (typeof RESULT_COLUMNS)[number];

/** The file of rows that are not sent: the input's columns first, then these, so that it can be mended and sent again. */
export const REJECT_COLUMNS = ["problem", "hint"] as const;

/**
 * How a row is told in results, besides the states of its top-up. `not-sent`: the check refused it. `waiting`: it
 * will become a top-up. `withdrawn`: the campaign was cancelled before it
 * became one. `already`: a top-up of the same content exists under its reference, and was not made by this campaign.
 * `conflict`: one with other content does. `paid-recently`: after the check, another top-up has paid the recipient, or may.
 */
export const UNFED_ROW_STATES = ["not-sent", "waiting", "withdrawn", "already", "conflict", "paid-recently"] as const;
export type UnfedRowState = (typeof UNFED_ROW_STATES)[number];

/**
 * The names of a result file's columns. Where the input has a column of the same name, ours is called
 * `surefill_<name>`: the last columns of the file are ours in any case, in the order of `ours`.
 */
export function columnsWithOurs(input: readonly string[], ours: readonly string[]): string[] {
  const taken = new Set(input);
  return [...input, ...ours.map((name) => freeName(name, taken))];
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  while (taken.has(free)) free = `surefill_${free}`;
  return free;
}

/** What a file was before it became one of ours: its columns, and the column of our references if it has results. */
export type ColumnsBefore = { columns: readonly string[]; references?: string };

/** The columns that a file had before it became one or more of our files in turn. Undoes `columnsWithOurs`. */
export function columnsWithoutOurs(columns: readonly string[]): ColumnsBefore {
  for (const ours of [REJECT_COLUMNS, RESULT_COLUMNS]) {
    const input = columns.slice(0, -ours.length);
    const isOurs = columnsWithOurs(input, ours).every((name, place) => name === columns[place]);
    if (!isOurs || columns.length <= ours.length) continue;
    const before = columnsWithoutOurs(input);
    if (ours === REJECT_COLUMNS) return before;
    return { ...before, references: columns[input.length + RESULT_COLUMNS.indexOf("reference")] ?? "" };
  }
  return { columns };
}

/** A number as a spreadsheet reads it, which it computes nothing from: `+2348031234567`, `-12.5`. */
const PLAIN_NUMBER = /^[+-]?\d+(?:\.\d+)?$/;
/**
 * Where a spreadsheet may take for a formula what follows: at the beginning of the cell, and behind whatever a program
 * parts cells or lines at, since quotes keep a cell whole only where that program, too, begins a cell with them. Formulas
 * begin with `= + - @`, in their wide forms as well, and may stand behind quotes or white space that is dropped. Exempt are
 * a number that fills its part of the cell, and CR LF, which is one end of a line.
 */
const FORMULA_BEGINS =
  /^(?=[=+\-@\t\r\n＝＋－＠])|(?<=([;\t|\r\n]))(?="*(?:[=+\-@\t＝＋－＠]|\r(?!\n)))(?![+-]?\d+(?:\.\d+)?(?:\r?\1|$))/g;
/** What each cell with such a place has. Most have not, and this is seen three times as fast. */
const MAY_HAVE_FORMULA = /^[=+\-@＝＋－＠]|[;\t|\r\n]/;

/**
 * Makes a cell harmless where a spreadsheet would run it, or a part of it, as a formula, by the `'` that spreadsheets
 * read as "this is text". Numbers stay as they are, phone numbers with a plus among them: they compute nothing.
 */
export function spreadsheetSafe(cell: string): string {
  if (!MAY_HAVE_FORMULA.test(cell) || PLAIN_NUMBER.test(cell)) return cell;
  return cell.replace(FORMULA_BEGINS, "'");
}
