import { type Phone, recognisePhone } from "@surefill/topup";
import { cleanCell } from "./clean-cell.js";
import type { Assumption, Problem, ProblemCode } from "./problems.js";

/** What a file says about where its numbers belong. */
export type PhoneContext = {
  /** The row's own country; digits without "+" are read in it, and the number must be one of it. */
  rowCountry?: string;
  /** The country of digits without "+" where the row names none. */
  defaultCountry?: string;
  plainNumbers: "national" | "international";
};

export type ReadPhone =
  | { ok: true; phone: Phone; assumptions: readonly Assumption[] }
  | { ok: false; problem: Problem };

const EASY = /^\+?\d{8,15}$/;

/** Reads a recipient's cell: a mobile number, or the one reason why it is none. */
export function readMobile(cell: string, context: PhoneContext): ReadPhone {
  const read = readDigits(cell);
  if (!read.ok) return read;
  const assumptions = [...read.assumptions];
  const { text, country, assumed } = inCountry(read.text, context);
  if (assumed !== undefined) assumptions.push(assumed);
  if (country === undefined && !text.startsWith("+")) {
    return refuse("COUNTRY_MISSING", "the number has no + and the row no country");
  }
  const recognised = recognisePhone(text, country);
  switch (recognised.kind) {
    case "mobile":
      return { ok: true, phone: recognised.phone, assumptions };
    case "other-line":
      return refuse("PHONE_NOT_MOBILE", `is no mobile number but ${LINE_TYPES[recognised.lineType] ?? "another line"}`);
    case "other-country":
      return refuse(
        "COUNTRY_MISMATCH",
        `is a number of ${recognised.found ?? "no country"}, not of ${country ?? "the country"}`,
      );
    case "no-country":
      return refuse("PHONE_NOT_MOBILE", "belongs to no country");
    case "invalid":
      return explainInvalid(text, country, recognised.because);
  }
}

/** Reads a sender's cell: any valid number in international form, or in that of the recipient's country. */
export function readSender(cell: string, countryCode: string | undefined): ReadPhone {
  const read = readDigits(cell);
  if (!read.ok) return refuse("SENDER_INVALID", read.problem.hint);
  const international = read.text.startsWith("00") ? `+${read.text.slice(2)}` : read.text;
  const isInternational = international.startsWith("+");
  const recognised = recognisePhone(international, isInternational ? undefined : countryCode);
  if (recognised.kind === "mobile" || recognised.kind === "other-line") {
    return { ok: true, phone: recognised.phone, assumptions: read.assumptions };
  }
  return refuse("SENDER_INVALID", "is not a valid phone number; write it with + and the country code");
}

const LINE_TYPES: Readonly<Record<string, string>> = {
  FIXED_LINE: "a fixed line",
  TOLL_FREE: "a free-call number",
  PREMIUM_RATE: "a premium-rate number",
  SHARED_COST: "a shared-cost number",
  VOIP: "an internet telephony number",
  PERSONAL_NUMBER: "a personal number",
  PAGER: "a pager",
  UAN: "a company-wide number",
  VOICEMAIL: "a voicemail number",
};

function inCountry(
  digits: string,
  { rowCountry, defaultCountry, plainNumbers }: PhoneContext,
): { text: string; country: string | undefined; assumed?: Assumption } {
  if (digits.startsWith("+")) return { text: digits, country: rowCountry };
  if (digits.startsWith("00")) {
    return { text: `+${digits.slice(2)}`, country: rowCountry, assumed: "leading-zeros-read-as-plus" };
  }
  if (plainNumbers === "international") {
    return { text: `+${digits}`, country: rowCountry, assumed: "plain-number-read-as-international" };
  }
  if (rowCountry !== undefined) return { text: digits, country: rowCountry };
  if (defaultCountry === undefined) return { text: digits, country: undefined };
  return { text: digits, country: defaultCountry, assumed: "default-country" };
}

function explainInvalid(
  text: string,
  country: string | undefined,
  because: "too-short" | "too-long" | "no-such-number",
): ReadPhone {
  const where = country === undefined ? "" : ` for ${country}`;
  if (!text.startsWith("+") && country !== undefined) {
    const international = recognisePhone(`+${text}`, undefined);
    if (international.kind === "mobile" || international.kind === "other-line") {
      const found = international.phone.countryCode;
      return refuse("COUNTRY_MISMATCH", `is no number of ${country}; with a + it would be one of ${found}`);
    }
  }
  if (because === "too-short") return refuse("PHONE_TOO_SHORT", `has too few digits${where}`);
  if (because === "too-long") return refuse("PHONE_TOO_LONG", `has too many digits${where}`);
  return refuse("PHONE_INVALID", `no such number is in use${country === undefined ? "" : ` in ${country}`}`);
}

type Digits = { ok: true; text: string; assumptions: readonly Assumption[] } | { ok: false; problem: Problem };

/** The digits of a cell, with a "+" before them where it has one; or why they cannot be trusted. */
function readDigits(cell: string): Digits {
  if (EASY.test(cell) && !cell.endsWith(ROUNDED)) return { ok: true, text: cell, assumptions: NONE };
  const { text, assumptions } = cleanCell(cell);
  if (text === "") return refuse("PHONE_MISSING", "the cell is empty");
  const suspicion = SUSPICIONS.find(({ pattern }) => pattern.test(text));
  if (suspicion !== undefined) return refuse(suspicion.code, suspicion.hint);
  const float = /^(\d{7,15})[.,]0+$/.exec(text);
  if (float !== null) {
    return { ok: true, text: float[1] ?? "", assumptions: [...assumptions, "trailing-decimals-removed"] };
  }
  if (holdsSeveral(text)) return refuse("PHONE_SEVERAL", "holds more than one number; give each recipient a row");
  const foreign = /[^\d\s+().\-/\u2010-\u2015]/u.exec(text.replace(/^\+/, ""));
  if (foreign !== null) {
    return refuse("PHONE_NOT_A_NUMBER", `holds "${foreign[0]}", which is no part of a phone number`);
  }
  const digits = text.replace(/[^\d+]/g, "");
  if (!/^\+?\d+$/.test(digits)) return refuse("PHONE_NOT_A_NUMBER", "holds no digits, or a + in their midst");
  if (digits.length < 5) return refuse("PHONE_TOO_SHORT", "has fewer than 5 digits");
  if (digits.replace(/^\+?0*/, "").length > 15) return refuse("PHONE_TOO_LONG", "has more than 15 digits");
  return { ok: true, text: digits, assumptions };
}

const NONE: readonly Assumption[] = [];

/** What a spreadsheet writes in place of the last digits when it has shown a number as 2.54712E+11. */
const ROUNDED = "000000";

const SUSPICIONS: ReadonlyArray<{ pattern: RegExp; code: ProblemCode; hint: string }> = [
  {
    pattern: /^[+-]?\d+([.,]\d+)?\s?[eE]\s?\+?\d+$/,
    code: "PHONE_SPREADSHEET_DAMAGE",
    hint: "the spreadsheet has rounded the number (scientific notation); its last digits are lost",
  },
  {
    pattern: /^\d{2,9}0{6}$/,
    code: "PHONE_SPREADSHEET_DAMAGE",
    hint: "ends in six zeros, as numbers that a spreadsheet has rounded do; write it with + if it is right",
  },
  {
    pattern: /^#/,
    code: "PHONE_SPREADSHEET_DAMAGE",
    hint: "the spreadsheet could not show or compute the cell and exported its error sign",
  },
  {
    pattern: /^[=@]|^[+-].*[A-Za-z|!(]{2}/s,
    code: "PHONE_FORMULA",
    hint: "is a formula, not a number",
  },
  {
    pattern: /^-/,
    code: "PHONE_NOT_A_NUMBER",
    hint: "starts with a minus",
  },
  {
    pattern: /\d\s*(?:;?ext\b|extension\b|poste\b|x\s?\d|#\s?\d)/i,
    code: "PHONE_EXTENSION",
    hint: "has an extension; a top-up goes to a whole line",
  },
];

/** Two runs of six digits and more, parted by what parts list entries, or more digits in groups than one number has. */
function holdsSeveral(text: string): boolean {
  if ((text.match(/\+\s*\d/g) ?? []).length > 1) return true;
  const parts = text.split(/[/;,|&\n\r]|\s(?:or|and|ou|et|y|o|und)\s/i);
  if (parts.filter((part) => digitCount(part) >= 6).length > 1) return true;
  return digitCount(text) > 15 && text.split(/\s+-?\s*/).filter((part) => digitCount(part) >= 7).length > 1;
}

function digitCount(text: string): number {
  return (text.match(/\d/g) ?? []).length;
}

function refuse(code: ProblemCode, hint: string): { ok: false; problem: Problem } {
  return { ok: false, problem: { code, hint } };
}
