import {
  holdsLineBreak,
  type InvalidPhone,
  isNumber,
  isPlainNumber,
  type Phone,
  readPhoneText,
  recognisePhone,
  SET_OFF,
} from "@surefill/topup";
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

/** Reads a recipient's cell: a mobile number, or the one reason why it is none. */
export function readMobile(cell: string, context: PhoneContext): ReadPhone {
  const read = readDigits(cell);
  if (!read.ok) return read;
  const assumptions = [...read.assumptions];
  const { text, country, assumed } = inCountry(read.digits, context);
  if (assumed !== undefined) assumptions.push(assumed);
  if (country === undefined && !text.startsWith("+")) {
    return refuse("COUNTRY_MISSING", "the number has no + and the row no country");
  }
  const recognised = recognisePhone(text, country);
  switch (recognised.kind) {
    case "mobile":
      if (read.orWithoutLast !== undefined && isNumber(inCountry(read.orWithoutLast, context).text, country)) {
        return refuse("PHONE_SEVERAL", SET_OFF);
      }
      if (recognised.isRewritten) assumptions.push("argentine-15-read-as-9");
      return { ok: true, phone: recognised.phone, assumptions };
    case "other-line":
      return refuse("PHONE_NOT_MOBILE", whyNotMobile(recognised));
    case "other-country":
      return refuse(
        "COUNTRY_MISMATCH",
        `is a number of ${recognised.found ?? "no country"}, not of ${country ?? "the country"}`,
      );
    case "no-country":
      return refuse("PHONE_NOT_MOBILE", "belongs to no country");
    case "invalid":
      return explainInvalid(text, country, recognised);
  }
}

function whyNotMobile({ phone, lineType }: { phone: Phone; lineType: string }): string {
  const why = `is no mobile number but ${LINE_TYPES[lineType] ?? "another line"}`;
  return phone.countryCode === "AR" ? `${why}; mobile numbers of Argentina have a 9 behind +54` : why;
}

/** Reads a sender's cell: any valid number in international form, or in that of the recipient's country. */
export function readSender(cell: string, countryCode: string | undefined): ReadPhone {
  const read = readDigits(cell);
  if (!read.ok) return refuse("SENDER_INVALID", read.problem.hint);
  const international = read.digits.startsWith("00") ? `+${read.digits.slice(2)}` : read.digits;
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
  { because, detail }: InvalidPhone,
): { ok: false; problem: Problem } {
  const where = country === undefined ? "" : ` for ${country}`;
  const inPlace = country === undefined ? "" : ` in ${country}`;
  if (because === "retired-plan") return refuse("PHONE_RETIRED_PLAN", detail ?? "has the form of a retired plan");
  if (because === "ambiguous") return refuse("PHONE_AMBIGUOUS", detail ?? "can be read in two ways");
  if (because === "zero-missing") return refuse("PHONE_SPREADSHEET_DAMAGE", detail ?? "lacks a 0");
  if (because === "code-twice") return refuse("PHONE_INVALID", detail ?? "has the country's code twice");
  if (!text.startsWith("+") && country !== undefined) {
    const international = recognisePhone(`+${text}`, undefined);
    if (international.kind === "mobile" || international.kind === "other-line") {
      const found = international.phone.countryCode;
      return refuse("COUNTRY_MISMATCH", `is no number of ${country}; with a + it would be one of ${found}`);
    }
  }
  if (because === "too-short") return refuse("PHONE_TOO_SHORT", `has too few digits${where}`);
  if (because === "too-long") return refuse("PHONE_TOO_LONG", `has too many digits${where}`);
  return refuse("PHONE_INVALID", `no such number is in use${inPlace}`);
}

type Digits =
  | { ok: true; digits: string; orWithoutLast?: string; assumptions: readonly Assumption[] }
  | { ok: false; problem: Problem };

const NONE: readonly Assumption[] = [];

/** The digits of a cell, with a "+" before them where it has one; or why they cannot be trusted. */
function readDigits(cell: string): Digits {
  if (isPlainNumber(cell)) return { ok: true, digits: cell, assumptions: NONE };
  const { text, assumptions } = cleanCell(cell);
  // Cleaning makes spaces of line breaks; two lines are two numbers.
  const read = readPhoneText(holdsLineBreak(cell) ? cell : text);
  switch (read.kind) {
    case "fault":
      return { ok: false, problem: { code: read.fault.code, hint: read.fault.detail } };
    case "float":
      return { ok: true, digits: read.digits, assumptions: [...assumptions, "trailing-decimals-removed"] };
    case "digits":
      return { ...read, ok: true, assumptions };
  }
}

function refuse(code: ProblemCode, hint: string): { ok: false; problem: Problem } {
  return { ok: false, problem: { code, hint } };
}
