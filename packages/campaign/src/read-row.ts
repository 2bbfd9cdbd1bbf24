import { nautaEmailSchema, newReferenceSchema, type Phone } from "@surefill/topup";
import type { CheckOptions } from "./check-options.js";
import { cleanCell } from "./clean-cell.js";
import { type NamedCountry, readCountry } from "./country-names.js";
import type { Mapping } from "./mapping.js";
import { type Units, unitsOf } from "./money.js";
import type { Assumption, Problem, ProblemCode } from "./problems.js";
import { readAmount } from "./read-amount.js";
import { readMobile, readSender } from "./read-phone.js";
import { type AmountUnit, createUnitReader, type UnitReader } from "./read-unit.js";

/** A row as the file says it, before anything else is known. What is wrong with it stands in `problems`. */
export type ReadRow = {
  /** Counts the file's data rows from 1. */
  row: number;
  /** The line of the file that it begins on, counted from 1. */
  line: number;
  problems: Problem[];
  assumptions: Assumption[];
  /** The cell that the first problem is about. */
  culprit?: string;
  phone?: Phone;
  /** Instead of a phone: the address of a Nauta account, in lower case. */
  email?: string;
  operator?: { kind: "id"; operatorId: number } | { kind: "name"; name: string } | { kind: "detect" };
  amountUnits?: Units;
  toleranceUnits: Units;
  unit?: AmountUnit;
  /** Lower-case. Absent where the row names none. */
  reference?: string;
  sender?: Phone;
  metadata?: Record<string, string>;
};

/** Reads rows of one file under one mapping. `cells` stand in the order of the file's columns; `line` is that of the file. */
export type RowReader = (row: number, cells: readonly string[], line?: number) => ReadRow;

/** Longer, and a cell that means something is refused; the result file still shows it whole. */
export const CELL_CHARACTERS_MAX = 1_000;

/** The columns that a mapping names and the file does not have, with the fields that name them. */
export function unknownColumns(mapping: Mapping, columns: readonly string[]): { field: string; column: string }[] {
  const { metadata = {}, ...fields } = mapping;
  const named = [...Object.entries(fields), ...Object.entries(metadata).map(([key, to]) => [`metadata.${key}`, to])];
  return named.flatMap(([field = "", column = ""]) => (columns.includes(column) ? [] : [{ field, column }]));
}

/**
 * Makes the reader of a file's rows.
 * @throws {RangeError} when the mapping names a column that the file does not have; ask `unknownColumns` before.
 */
export function createRowReader(file: {
  columns: readonly string[];
  mapping: Mapping;
  options: CheckOptions;
  /** What references are derived from; a row may not take a name of that form. */
  run: string;
  /** The columns in which a comma can only part decimals. */
  decimalCommaColumns?: readonly string[] | undefined;
}): RowReader {
  const places = placesOf(file.mapping, file.columns);
  const { options, run } = file;
  const countryOf = rememberCountries();
  const amountRules = amountRulesOf(file);
  const unitReader = createUnitReader(file.mapping.amount, options);
  return (row, cells, line = row) => {
    const read: ReadRow = { row, line, problems: [], assumptions: [], toleranceUnits: 0 };
    const cellOf = (field: keyof typeof places.fields) => {
      const place = places.fields[field];
      return place === undefined ? "" : (cells[place] ?? "");
    };
    if (!hasRightShape(read, cells, file.columns, places.all)) return read;
    const recipient = { phone: cellOf("phone"), email: cellOf("email"), country: cellOf("country") };
    readRecipientOf(read, recipient, countryOf, options);
    readOperatorOf(read, cellOf("operator"), options);
    readAmountOf(read, cellOf("amount"), amountRules);
    readToleranceOf(read, cellOf("tolerance"), amountRules);
    readUnitOf(read, { flag: cellOf("useLocalAmount"), currency: cellOf("currency") }, unitReader);
    readReferenceOf(read, cellOf("reference"), run);
    readSenderOf(read, cellOf("sender"));
    if (places.metadata.length > 0) readMetadataOf(read, places.metadata, cells);
    return read;
  };
}

type Field = Exclude<keyof Mapping, "metadata">;
type Places = {
  fields: Readonly<Partial<Record<Field, number>>>;
  metadata: ReadonlyArray<{ key: string; place: number }>;
  all: readonly number[];
};

function placesOf({ metadata = {}, ...fields }: Mapping, columns: readonly string[]): Places {
  const placeOf = (column: string) => {
    const place = columns.indexOf(column);
    if (place < 0) throw new RangeError(`the file has no column named ${JSON.stringify(column)}`);
    return place;
  };
  const named: Partial<Record<Field, number>> = {};
  for (const field of FIELDS) {
    const column = fields[field];
    if (column !== undefined) named[field] = placeOf(column);
  }
  const entries = Object.entries(metadata).map(([key, column]) => ({ key, place: placeOf(column) }));
  return { fields: named, metadata: entries, all: [...Object.values(named), ...entries.map(({ place }) => place)] };
}

const FIELDS = [
  "phone",
  "email",
  "country",
  "operator",
  "amount",
  "useLocalAmount",
  "currency",
  "tolerance",
  "reference",
  "sender",
] as const satisfies readonly Field[];

function hasRightShape(
  read: ReadRow,
  cells: readonly string[],
  columns: readonly string[],
  mapped: readonly number[],
): boolean {
  if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell.trim() !== "")) {
    const hint = `has ${cells.length} cells, but the file ${columns.length} columns: is a cell with a separator unquoted?`;
    fault(read, "ROW_TOO_MANY_CELLS", hint, cells.at(-1) ?? "");
    return false;
  }
  const tooLong = mapped.find((place) => (cells[place] ?? "").length > CELL_CHARACTERS_MAX);
  if (tooLong === undefined) return true;
  const hint = `the cell under ${JSON.stringify(columns[tooLong])} has more than ${CELL_CHARACTERS_MAX} characters`;
  fault(read, "ROW_CELL_TOO_LONG", hint, cells[tooLong] ?? "");
  return false;
}

function readRecipientOf(
  read: ReadRow,
  { phone, email, country: countryCell }: { phone: string; email: string; country: string },
  countryOf: CountryOf,
  options: CheckOptions,
): void {
  const country = cleanCell(countryCell).text;
  const named = country === "" ? undefined : countryOf(country);
  if (named?.ok === false) {
    fault(read, "COUNTRY_UNKNOWN", named.hint, countryCell);
    return;
  }
  const rowCountry = named?.countryCode;
  const hasBoth = !isEmpty(email) && !isEmpty(phone) && email !== phone;
  if (hasBoth) {
    fault(read, "RECIPIENT_TWICE", "has a phone number and an e-mail address: which of them is paid?", email);
  } else if (!isEmpty(email)) readEmailOf(read, email, rowCountry);
  else if (/@nauta\.(com|co)\.cu\s*$/i.test(phone)) readEmailOf(read, phone, rowCountry);
  else readPhoneOf(read, phone, rowCountry, options);
}

const NAUTA_COUNTRY = "CU";

function readEmailOf(read: ReadRow, cell: string, rowCountry: string | undefined): void {
  const email = nautaEmailSchema.safeParse(cleanCell(cell).text);
  if (!email.success) {
    fault(read, "EMAIL_INVALID", email.error.issues[0]?.message ?? "", cell);
  } else if (rowCountry !== undefined && rowCountry !== NAUTA_COUNTRY) {
    fault(read, "COUNTRY_MISMATCH", `is a Nauta address of ${NAUTA_COUNTRY}, the row's country is ${rowCountry}`, cell);
  } else read.email = email.data;
}

function readPhoneOf(read: ReadRow, cell: string, rowCountry: string | undefined, options: CheckOptions): void {
  const { defaultCountry, plainNumbers } = options;
  const phone = readMobile(cell, {
    plainNumbers,
    ...(rowCountry !== undefined && { rowCountry }),
    ...(defaultCountry !== undefined && { defaultCountry }),
  });
  if (!phone.ok) {
    fault(read, phone.problem.code, phone.problem.hint, cell);
    return;
  }
  read.phone = phone.phone;
  read.assumptions.push(...phone.assumptions);
}

type CountryOf = (cell: string) => NamedCountry;

const COUNTRY_CELLS_MAX = 1_000;

/** Files repeat a few countries; each way of writing one is read once. */
function rememberCountries(): CountryOf {
  const known = new Map<string, NamedCountry>();
  return (cell) => {
    const remembered = known.get(cell);
    if (remembered !== undefined) return remembered;
    const country = readCountry(cell);
    if (known.size < COUNTRY_CELLS_MAX) known.set(cell, country);
    return country;
  };
}

function readOperatorOf(read: ReadRow, cell: string, { defaultOperatorId }: CheckOptions): void {
  const { text } = cleanCell(cell);
  if (text === "" && defaultOperatorId !== undefined) {
    read.operator = { kind: "id", operatorId: defaultOperatorId };
    read.assumptions.push("default-operator");
  } else if (text === "" || text.toLowerCase() === "auto") {
    read.operator = { kind: "detect" };
  } else if (/^[1-9]\d{0,8}$/.test(text)) {
    read.operator = { kind: "id", operatorId: Number(text) };
  } else if (/\p{L}/u.test(text) && !/^[=@]/.test(text)) {
    read.operator = { kind: "name", name: text };
  } else {
    fault(read, "OPERATOR_INVALID", 'is neither an operator id nor a name, nor "auto"', cell);
  }
}

type AmountRules = {
  /** What every row is sent, or those whose cell is empty. */
  everybodyUnits: Units | undefined;
  defaultUnits: Units | undefined;
  amountMark: CheckOptions["decimalMark"];
  toleranceMark: CheckOptions["decimalMark"];
  isMarkFound: boolean;
};

function amountRulesOf({
  mapping,
  options,
  decimalCommaColumns = [],
}: Parameters<typeof createRowReader>[0]): AmountRules {
  const units = (amount: string | undefined) => (amount === undefined ? undefined : unitsOf(amount));
  const hasCommas = (column: string | undefined) => column !== undefined && decimalCommaColumns.includes(column);
  const markOf = (column: string | undefined) => options.decimalMark ?? (hasCommas(column) ? "," : undefined);
  return {
    everybodyUnits: units(options.amount),
    defaultUnits: units(options.defaultAmount),
    amountMark: markOf(mapping.amount),
    toleranceMark: markOf(mapping.tolerance),
    isMarkFound: options.decimalMark === undefined && hasCommas(mapping.amount),
  };
}

function readAmountOf(read: ReadRow, cell: string, rules: AmountRules): void {
  if (isEmpty(cell)) {
    const { everybodyUnits, defaultUnits } = rules;
    if (everybodyUnits !== undefined) {
      read.amountUnits = everybodyUnits;
    } else if (defaultUnits !== undefined) {
      read.amountUnits = defaultUnits;
      read.assumptions.push("default-amount");
    } else fault(read, "AMOUNT_MISSING", "the cell is empty", cell);
    return;
  }
  const amount = readAmount(cell, rules.amountMark);
  if (!amount.ok) {
    fault(read, amount.problem.code, amount.problem.hint, cell);
    return;
  }
  read.amountUnits = amount.units;
  read.assumptions.push(...amount.assumptions);
  if (rules.isMarkFound) read.assumptions.push("decimal-comma");
}

function readToleranceOf(read: ReadRow, cell: string, { toleranceMark }: AmountRules): void {
  if (isEmpty(cell) || /^\s*0+([.,]0*)?\s*$/.test(cell)) return;
  const tolerance = readAmount(cell, toleranceMark);
  if (tolerance.ok) read.toleranceUnits = tolerance.units;
  else fault(read, "TOLERANCE_INVALID", `the tolerance ${tolerance.problem.hint}`, cell);
}

function readUnitOf(read: ReadRow, cells: { flag: string; currency: string }, unitReader: UnitReader): void {
  const unit = unitReader(cells);
  if (!unit.ok) {
    fault(read, unit.problem.code, unit.problem.hint, unit.culprit);
    return;
  }
  read.unit = unit.unit;
  if (unit.assumptions.length > 0) read.assumptions.push(...unit.assumptions);
}

function readReferenceOf(read: ReadRow, cell: string, run: string): void {
  const { text } = cleanCell(cell);
  if (text === "") {
    read.assumptions.push("reference-derived");
    return;
  }
  if (/^\d([.,]\d+)?[eE]\+\d+$/.test(text)) {
    const hint = "the spreadsheet has rounded the reference (scientific notation)";
    fault(read, "REFERENCE_SPREADSHEET_DAMAGE", hint, cell);
    return;
  }
  const reference = newReferenceSchema.safeParse(text);
  if (!reference.success) {
    fault(read, "REFERENCE_INVALID", reference.error.issues[0]?.message ?? "", cell);
    return;
  }
  const lowerCase = reference.data.toLowerCase();
  if (isDerived(lowerCase, run)) {
    const hint = "has the form of the references that rows without one are given";
    fault(read, "REFERENCE_INVALID", hint, cell);
    return;
  }
  read.reference = lowerCase;
}

function isDerived(reference: string, run: string): boolean {
  return reference.startsWith(`${run}.`) && /^\d+$/.test(reference.slice(run.length + 1));
}

function readSenderOf(read: ReadRow, cell: string): void {
  if (isEmpty(cell)) return;
  const sender = readSender(cell, read.phone?.countryCode);
  if (sender.ok) read.sender = sender.phone;
  else fault(read, sender.problem.code, sender.problem.hint, cell);
}

function readMetadataOf(read: ReadRow, entries: Places["metadata"], cells: readonly string[]): void {
  const metadata: Record<string, string> = {};
  for (const { key, place } of entries) {
    const text = cells[place] ?? "";
    if (text === "") continue;
    if (text.length > 200) {
      fault(read, "METADATA_INVALID", `${key} has more than 200 characters`, text);
      return;
    }
    if (/\p{Surrogate}/u.test(text)) {
      fault(read, "METADATA_INVALID", `${key} is not well-formed Unicode`, "");
      return;
    }
    metadata[key] = text;
  }
  if (Object.keys(metadata).length > 0) read.metadata = metadata;
}

function isEmpty(cell: string): boolean {
  return cell === "" || cleanCell(cell).text === "";
}

function fault(read: ReadRow, code: ProblemCode, hint: string, cell: string): void {
  if (read.problems.length === 0) read.culprit = cell;
  read.problems.push({ code, hint });
}
