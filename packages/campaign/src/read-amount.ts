import type { CheckOptions } from "./check-options.js";
import { cleanCell } from "./clean-cell.js";
import { type Units, unitsOf } from "./money.js";
import type { Assumption, Problem, ProblemCode } from "./problems.js";

export type ReadAmount =
  | { ok: true; units: Units; assumptions: readonly Assumption[] }
  | { ok: false; problem: Problem };

const EASY = /^(?:0|[1-9]\d{0,8})(?:\.\d{1,2})?$/;
/**
 * 1500 in much of the world, and one and a half in the rest. What is no group of thousands can only be decimals: three
 * of them behind a 0 (0.500) or behind more than three digits (1500.250), and any other number of them (1.50, 1.5000).
 */
const MAY_BE_THOUSANDS = /^([1-9]\d{0,2})\.(\d{3})$/;
const WHOLE_DIGITS_MAX = 9;
const NONE: readonly Assumption[] = [];

/**
 * Reads an amount above 0 out of a cell that is not empty, or says the one thing that is wrong with it. Where nobody has
 * said what the decimal mark is, it is a point, and nothing is read that may mean a thousand times as much.
 */
export function readAmount(cell: string, decimalMark: CheckOptions["decimalMark"]): ReadAmount {
  if (decimalMark !== "," && EASY.test(cell)) return above0(unitsOf(cell), NONE);
  const { text, assumptions } = cleanCell(cell);
  const suspicion = SUSPICIONS.find(({ pattern }) => pattern.test(text));
  if (suspicion !== undefined) return refuse(suspicion.code, suspicion.hint);
  const wrongMark = decimalMark === "," ? "." : ",";
  if (text.includes(wrongMark)) return refuse("AMOUNT_COMMA", explainMark(text, wrongMark));
  const twofold = decimalMark === undefined ? MAY_BE_THOUSANDS.exec(text) : null;
  if (twofold !== null) return refuse("AMOUNT_AMBIGUOUS", explainTwofold(twofold));
  const decimal = decimalMark === "," ? text.replace(",", ".") : text;
  const match = /^(\d+)(?:\.(\d+))?$/.exec(decimal);
  if (match === null) {
    return refuse("AMOUNT_INVALID", explainText(text));
  }
  const [, whole = "", fraction = ""] = match;
  if (/^0\d/.test(whole)) return refuse("AMOUNT_INVALID", "starts with a zero, which may stand for lost digits");
  if (whole.length > WHOLE_DIGITS_MAX) return refuse("AMOUNT_INVALID", "must be below a billion");
  const shortest = fraction.replace(/0+$/, "");
  if (shortest.length > 5) return refuse("AMOUNT_TOO_PRECISE", "has more than 5 decimals");
  return above0(unitsOf(shortest === "" ? whole : `${whole}.${shortest}`), assumptions);
}

function above0(units: Units, assumptions: readonly Assumption[]): ReadAmount {
  return units > 0 ? { ok: true, units, assumptions } : refuse("AMOUNT_NOT_ABOVE_ZERO", "must be above 0");
}

const MONTH =
  "(?:jan|feb|fev|f\u00e9v|mar|mrz|m\u00e4r|apr|avr|abr|may|mai|jun|juin|jul|juil|aug|ago|ao\u00fb|sep|set|oct|okt|out|nov|dec|dez|dic|d\u00e9c|ene)";
/** What spreadsheets make of 5-1, 1/5/26 and the like, in the languages of most of their users. */
const DATE = new RegExp(
  `^\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}$|^\\d{1,2}[-/.\\s]*${MONTH}\\p{L}*\\.?([-\\s]\\d{2,4})?$|^${MONTH}\\p{L}*\\.?[-\\s]\\d{1,4}$`,
  "iu",
);

const SUSPICIONS: ReadonlyArray<{ pattern: RegExp; code: ProblemCode; hint: string }> = [
  { pattern: /^=|^@|^[+-].*[A-Za-z|!(]{2}/s, code: "AMOUNT_FORMULA", hint: "is a formula, not a number" },
  { pattern: /^#/, code: "AMOUNT_SPREADSHEET_DAMAGE", hint: "is an error sign of the spreadsheet" },
  {
    pattern: /^[+-]?\d+([.,]\d+)?[eE][+-]?\d+$/,
    code: "AMOUNT_SPREADSHEET_DAMAGE",
    hint: "is in scientific notation, whose last digits may be lost",
  },
  {
    pattern: DATE,
    code: "AMOUNT_SPREADSHEET_DAMAGE",
    hint: "the spreadsheet has made a date of it",
  },
  { pattern: /^-\s?\d/, code: "AMOUNT_NOT_ABOVE_ZERO", hint: "is negative" },
];

function explainTwofold([, whole = "", fraction = ""]: readonly string[]): string {
  const decimals = fraction.replace(/0+$/, "");
  const read = decimals === "" ? whole : `${whole}.${decimals}`;
  return `may be ${whole}${fraction} or ${read}: write it so, or set decimalMark to "." if its point parts decimals`;
}

function explainText(text: string): string {
  if (/^\d{1,3}(\.\d{3}){2,}$/.test(text)) return "holds points that part thousands; write the number without them";
  const foreign = /[^\d.,\s]/u.exec(text);
  return foreign === null ? "is not a plain number" : `holds "${foreign[0]}"; write the number alone`;
}

function explainMark(text: string, wrongMark: "." | ","): string {
  if (wrongMark === ".") return "holds a point, although the file's decimal mark is a comma";
  return /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)
    ? "holds a comma, which may part thousands or decimals"
    : "holds a comma; write a point, or set decimalMark";
}

function refuse(code: ProblemCode, hint: string): ReadAmount {
  return { ok: false, problem: { code, hint } };
}
