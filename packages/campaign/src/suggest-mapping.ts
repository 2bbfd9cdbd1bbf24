import type { CheckOptions } from "./check-options.js";
import { cleanCell } from "./clean-cell.js";
import { fieldOfName, isRunningName } from "./column-names.js";
import { unitOfHeader } from "./header-unit.js";
import { MAPPING_FIELDS, type Mapping, type MappingField } from "./mapping.js";
import { sortedJson } from "./plan-hash.js";
import { columnsWithoutOurs } from "./results.js";

/** The forms of file that need no mapping: those of the two bulk tools that others have used with Reloadly. */
export const KNOWN_FORMATS = ["reloadly-sample", "go-reloadly"] as const;
export type KnownFormat = (typeof KNOWN_FORMATS)[number];

/** Why a column is taken for a field. `certain` only for the known formats, where nothing is guessed. */
export type MappingReason = {
  field: string;
  column: string;
  confidence: "certain" | "likely" | "possible";
  because: string;
};

/** What a file's columns seem to mean. A person says yes to it, or sends another mapping. */
export type SuggestedMapping = {
  /**
   * The file has exactly the columns of this format, and behind them at most those of our files of refused rows; so the
   * format's mapping is used when none is given. Our results of such a file, which tell of rows that were paid, have the
   * format's mapping, with our references, as a suggestion only.
   */
  format?: KnownFormat;
  /** Of what is certain or likely. Absent where no column is surely that of phone numbers. */
  mapping?: Mapping;
  /** What the format says about the whole file, as options of the check. */
  options: Partial<Pick<CheckOptions, "useLocalAmount">>;
  reasons: readonly MappingReason[];
  /** What the file does not say and the check's options must. */
  missing: readonly ("phone" | "amount")[];
};

type Format = {
  format: KnownFormat;
  columns: Readonly<Record<string, MappingField | `metadata.${string}`>>;
  required: readonly string[];
  options: SuggestedMapping["options"];
};

const FORMATS: readonly Format[] = [
  {
    format: "reloadly-sample",
    columns: { countrycode: "country", phonenumber: "phone", islocal: "useLocalAmount", amount: "amount" },
    required: ["countrycode", "phonenumber", "islocal", "amount"],
    options: {},
  },
  {
    // Its amounts are what the recipient gets, in the recipient's currency; its `id` is the row's owner, not a reference.
    format: "go-reloadly",
    columns: {
      number: "phone",
      amount: "amount",
      country: "country",
      tolerance: "tolerance",
      operator: "operator",
      id: "metadata.id",
      custom_identifier: "reference",
    },
    required: ["number", "amount", "country", "tolerance"],
    options: { useLocalAmount: true },
  },
];

/** Reads a suggestion out of the columns' names and the first rows' cells. */
export function suggestMapping(columns: readonly string[], rows: ReadonlyArray<readonly string[]>): SuggestedMapping {
  return knownFormat(columns) ?? likelyMapping(columns, rows);
}

/**
 * What the file's format says of it as options of a check: it goes with the format's own mapping, and with no other.
 * Where references are taken from changes nothing in what amounts mean.
 */
export function optionsOfFormat(suggested: SuggestedMapping, used: Mapping): SuggestedMapping["options"] {
  const told = (mapping: Mapping | undefined) => sortedJson({ ...mapping, reference: undefined });
  return told(suggested.mapping) === told(used) ? suggested.options : {};
}

function knownFormat(given: readonly string[]): SuggestedMapping | undefined {
  const { columns, references } = columnsWithoutOurs(given);
  const names = columns.map((column) => column.trim().toLowerCase());
  const known = FORMATS.find(
    (format) =>
      names.every((name) => Object.hasOwn(format.columns, name)) &&
      format.required.every((name) => names.includes(name)) &&
      new Set(names).size === names.length,
  );
  if (known === undefined) return undefined;
  const reasons = columns.map((column, index): MappingReason => {
    const field = known.columns[names[index] ?? ""] ?? "";
    return { field, column, confidence: "certain", because: `the columns are those of ${known.format}` };
  });
  const { format, options } = known;
  if (references === undefined) return { format, mapping: mappingOf(reasons), options, reasons, missing: [] };
  if (!reasons.some(({ field }) => field === "reference")) {
    const because = "it has the references of earlier results: what was sent under them is not sent again";
    reasons.push({ field: "reference", column: references, confidence: "likely", because });
  }
  return { mapping: mappingOf(reasons), options, reasons, missing: [] };
}

function likelyMapping(columns: readonly string[], rows: ReadonlyArray<readonly string[]>): SuggestedMapping {
  const named = columns.map(fieldOfName);
  const reasons: MappingReason[] = [];
  for (const field of MAPPING_FIELDS) {
    if (field === "currency" && reasons.some((one) => one.field === "useLocalAmount")) continue;
    const found = columns.flatMap((column, place) =>
      isNamed(field, named[place], place, rows) ? [{ column, place }] : [],
    );
    reasons.push(...namedReasons(field, found, rows));
  }
  for (const field of ["phone", "amount"] as const) {
    if (reasons.some((reason) => reason.field === field)) continue;
    const found = columns.filter((column, place) => {
      const isFree = named[place] === undefined || named[place] === "number";
      return isFree && !isRunningName(column) && looksLike(field, place, rows);
    });
    // Who is paid may be told by the cells where no column has a name, and only one can be meant; how much, never.
    const isSure = field === "phone" && found.length === 1 && columns.every((name) => PLACE_NAME.test(name));
    const confidence = isSure ? "likely" : "possible";
    for (const column of found.slice(0, POSSIBLE_MAX)) {
      reasons.push({ field, column, confidence, because: `its first cells look like ${LOOKS[field].what}` });
    }
  }
  const sure = reasons.filter(({ confidence }) => confidence !== "possible");
  const has = (field: string) => sure.some((reason) => reason.field === field);
  const missing = (["phone", "amount"] as const).filter((field) => !has(field));
  return { ...(has("phone") && { mapping: mappingOf(sure) }), options: {}, reasons, missing };
}

/** What columns are called in a file that names none. */
const PLACE_NAME = /^column \d+$/;
/** More columns that may be meant are not listed. */
const POSSIBLE_MAX = 5;

function isNamed(
  field: MappingField,
  named: MappingField | "number" | undefined,
  place: number,
  rows: ReadonlyArray<readonly string[]>,
): boolean {
  if (field !== "phone" || named !== "number") return named === field;
  return cellsOf(place, rows).length === 0 || looksLike("phone", place, rows);
}

/** Of two columns that may say who is paid, or how much, none is chosen. */
function namedReasons(
  field: MappingField,
  found: ReadonlyArray<{ column: string; place: number }>,
  rows: ReadonlyArray<readonly string[]>,
): MappingReason[] {
  const isStrict = field === "phone" || field === "amount";
  const fitting =
    field === "phone" && found.length > 1 ? found.filter(({ place }) => looksLike(field, place, rows)) : found;
  const chosen = fitting.length === 0 ? found : fitting;
  if (isStrict && chosen.length > 1) {
    const because = `${chosen.length} columns are called like that`;
    return chosen.slice(0, POSSIBLE_MAX).map(({ column }) => ({ field, column, confidence: "possible", because }));
  }
  return chosen.slice(0, 1).map(({ column }): MappingReason => {
    return { field, column, confidence: "likely", because: `the column is called ${JSON.stringify(column)}` };
  });
}

const LOOKS = {
  phone: { what: "phone numbers", pattern: /^(?=(?:\D*\d){7,15}\D*$)\+?[\d\s().-]{7,25}\D{0,30}$|^\d[.,]\d+E\+1\d$/i },
  amount: { what: "amounts", pattern: /^\d{1,6}([.,]\d{1,2})?$/ },
} as const;

/** Of so many characters of a cell the first say what it looks like. */
const CELL_CHARACTERS_READ = 100;

function cellsOf(place: number, rows: ReadonlyArray<readonly string[]>): string[] {
  return rows
    .map((row) => cleanCell((row[place] ?? "").slice(0, CELL_CHARACTERS_READ)).text)
    .filter((cell) => cell !== "");
}

/** Most cells that are not empty look like it, and there are some; numbers of rows do not look like amounts. */
function looksLike(field: keyof typeof LOOKS, place: number, rows: ReadonlyArray<readonly string[]>): boolean {
  const cells = cellsOf(place, rows);
  const fitting = cells.filter((cell) => LOOKS[field].pattern.test(cell)).length;
  if (cells.length === 0 || fitting * 10 < cells.length * 8) return false;
  return field === "phone" || !areRunning(cells);
}

/** Whether cells number the rows: whole numbers, each above the one before. */
function areRunning(cells: readonly string[]): boolean {
  const numbers = cells.map(Number);
  return cells.length > 1 && numbers.every((one, place) => Number.isInteger(one) && one > (numbers[place - 1] ?? -1));
}

/** Whether a column numbers the rows, by its name, or, where its name says no amount, by its cells: 1, 2, 3. */
export function isRunningColumn(column: string, place: number, rows: ReadonlyArray<readonly string[]>): boolean {
  if (isRunningName(column)) return true;
  if (fieldOfName(column) === "amount" || unitOfHeader(column) !== undefined) return false;
  const numbers = cellsOf(place, rows).map(Number);
  return numbers.length > 2 && numbers.every((one, index) => one === (numbers[0] ?? 0) + index);
}

function mappingOf(reasons: readonly MappingReason[]): Mapping {
  const fields: Partial<Record<MappingField, string>> = {};
  const metadata: Record<string, string> = {};
  for (const { field, column } of reasons) {
    const known = MAPPING_FIELDS.find((name) => name === field);
    if (known !== undefined) fields[known] = column;
    else metadata[field.replace("metadata.", "")] = column;
  }
  const { phone = "", ...rest } = fields;
  return { phone, ...rest, ...(Object.keys(metadata).length > 0 && { metadata }) };
}
