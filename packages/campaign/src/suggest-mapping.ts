import type { CheckOptions } from "./check-options.js";
import { cleanCell } from "./clean-cell.js";
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
  /** Absent where no column looks like phone numbers. */
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

/** What people call such columns, without case, spaces and signs. The first that fits a column's name wins. */
const NAMES: Readonly<Record<MappingField, RegExp>> = {
  sender: /^(sender|senderphone|sendernumber|from|fromnumber)$/,
  phone:
    /^(recipient)?(phone|phonenumber|mobile|mobilenumber|mobileno|msisdn|cell|cellphone|cellnumber|telephone|tel|number|recipient|recipientphone|recipientnumber|phoneno|telefono|telefone|telephonenumber|celular|numero|portable)$/,
  country: /^(recipient)?(country|countrycode|countryiso|iso|iso2|countryiso2|pays|pais)$/,
  operator: /^(operator|operatorid|operatorname|network|carrier|provider|operateur|operador|mno)$/,
  useLocalAmount: /^(islocal|uselocalamount|local|localamount|islocalamount)$/,
  currency: /^(currency|currencycode|amountcurrency|devise|moneda|moeda)$/,
  tolerance: /^tolerance$/,
  amount: /^(amount|value|topup|topupamount|airtime|airtimeamount|sum|denomination|montant|monto|valor|importe)$/,
  reference: /^(reference|ref|customidentifier|externalid|transactionref|clientreference|idempotencykey|topupid)$/,
};

function likelyMapping(columns: readonly string[], rows: ReadonlyArray<readonly string[]>): SuggestedMapping {
  const reasons: MappingReason[] = [];
  const taken = new Set<string>();
  for (const field of MAPPING_FIELDS) {
    const column = columns.find((name) => !taken.has(name) && NAMES[field].test(plainName(name)));
    if (column === undefined || (field === "currency" && reasons.some((one) => one.field === "useLocalAmount")))
      continue;
    taken.add(column);
    reasons.push({ field, column, confidence: "likely", because: `the column is called ${JSON.stringify(column)}` });
  }
  for (const field of ["phone", "amount"] as const) {
    if (reasons.some((reason) => reason.field === field)) continue;
    const place = columns.findIndex((name, index) => !taken.has(name) && looksLike(field, index, rows));
    const column = columns[place];
    if (column === undefined) continue;
    taken.add(column);
    reasons.push({ field, column, confidence: "possible", because: `its first cells look like ${LOOKS[field].what}` });
  }
  const has = (field: string) => reasons.some((reason) => reason.field === field);
  const missing = (["phone", "amount"] as const).filter((field) => !has(field));
  return { ...(has("phone") && { mapping: mappingOf(reasons) }), options: {}, reasons, missing };
}

function plainName(column: string): string {
  return column
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
}

const LOOKS = {
  phone: { what: "phone numbers", pattern: /^(?=(?:\D*\d){7,15}\D*$)\+?[\d\s().-]{7,25}$|^\d[.,]\d+E\+1\d$/i },
  amount: { what: "amounts", pattern: /^\d{1,6}([.,]\d{1,2})?$/ },
} as const;

/** Most cells that are not empty look like it, and there are some. */
function looksLike(field: keyof typeof LOOKS, place: number, rows: ReadonlyArray<readonly string[]>): boolean {
  const cells = rows.map((row) => cleanCell(row[place] ?? "").text).filter((cell) => cell !== "");
  const fitting = cells.filter((cell) => LOOKS[field].pattern.test(cell)).length;
  return cells.length > 0 && fitting * 10 >= cells.length * 8;
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
