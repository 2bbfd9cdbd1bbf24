/**
 * The file that tells what became of every row: the input's columns first, then these. `counted` is what the campaign
 * counts as debited for a row, in the account's currency: the cost of one that succeeded, or what was reserved where no
 * cost could be read, and `extraCost`, what the provider debited for it beyond that.
 */
export const RESULT_COLUMNS = [
  "state",
  "reason",
  "reference",
  "transactionId",
  "cost",
  "costCurrency",
  "extraTransactionIds",
  "extraCost",
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

/** Those of vouchers. A file has them where an operator of its plan issues PINs. */
const PIN_COLUMNS: ReadonlySet<ResultColumn> = new Set(["pinCode", "pinSerial", "pinInfo"]);
/** Those of debits that came too much. A file has them where its campaign has such a debit. */
const EXTRA_COLUMNS: ReadonlySet<ResultColumn> = new Set(["extraTransactionIds", "extraCost"]);

/**
 * Our columns of a result file, in their order. `pins`: whether an operator of the plan issues PINs, or may. `extra`:
 * whether the provider debited more than the states of the rows account for.
 */
export function resultColumns({ pins, extra = false }: { pins: boolean; extra?: boolean }): readonly ResultColumn[] {
  return RESULT_COLUMNS.filter((column) => (pins || !PIN_COLUMNS.has(column)) && (extra || !EXTRA_COLUMNS.has(column)));
}

/**
 * Every list of our columns that a result file may have. A version that adds columns keeps here the lists without them,
 * by which the files of earlier versions are known.
 */
const RESULT_FORMS: ReadonlyArray<readonly ResultColumn[]> = [
  resultColumns({ pins: true, extra: false }),
  resultColumns({ pins: false, extra: false }),
  resultColumns({ pins: true, extra: true }),
  resultColumns({ pins: false, extra: true }),
];

/** Which of our columns stand last in a file with these columns; `undefined` where it is no result file of ours. */
export function resultColumnsIn(columns: readonly string[]): readonly ResultColumn[] | undefined {
  return RESULT_FORMS.find((ours) => endsWithOurs(columns, ours));
}

function endsWithOurs(columns: readonly string[], ours: readonly string[]): boolean {
  if (columns.length <= ours.length) return false;
  const input = columns.slice(0, -ours.length);
  return columnsWithOurs(input, ours).every((name, place) => name === columns[place]);
}

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
  if (endsWithOurs(columns, REJECT_COLUMNS)) return columnsWithoutOurs(columns.slice(0, -REJECT_COLUMNS.length));
  const ours = resultColumnsIn(columns);
  if (ours === undefined) return { columns };
  const input = columns.slice(0, -ours.length);
  return { ...columnsWithoutOurs(input), references: columns[input.length + ours.indexOf("reference")] ?? "" };
}

/** Whether a file with these columns is one of ours: its last columns are those of refused rows or of results. */
export function isOurFile(columns: readonly string[]): boolean {
  return columnsWithoutOurs(columns).columns.length < columns.length;
}
