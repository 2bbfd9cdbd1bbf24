/** The only file that knows numfmt. */
import { format, getFormatInfo } from "numfmt";

/** What stands for dates and times whose look depends on the computer: the form that is read in one way only. */
const OF_THE_COMPUTER: Readonly<Record<number, string>> = {
  14: "yyyy-mm-dd",
  22: "yyyy-mm-dd hh:mm",
};

/** Formats that workbooks name by number only. */
const BUILT_IN: Readonly<Record<number, string>> = {
  ...OF_THE_COMPUTER,
  0: "General",
  1: "0",
  2: "0.00",
  3: "#,##0",
  4: "#,##0.00",
  9: "0%",
  10: "0.00%",
  11: "0.00E+00",
  12: "# ?/?",
  13: "# ??/??",
  15: "d-mmm-yy",
  16: "d-mmm",
  17: "mmm-yy",
  18: "h:mm AM/PM",
  19: "h:mm:ss AM/PM",
  20: "h:mm",
  21: "h:mm:ss",
  37: "#,##0;(#,##0)",
  38: "#,##0;(#,##0)",
  39: "#,##0.00;(#,##0.00)",
  40: "#,##0.00;(#,##0.00)",
  41: "#,##0;(#,##0)",
  42: '"$"#,##0;("$"#,##0)',
  43: "#,##0.00;(#,##0.00)",
  44: '"$"#,##0.00;("$"#,##0.00)',
  45: "mm:ss",
  46: "[h]:mm:ss",
  47: "mm:ss.0",
  48: "##0.0E+0",
  49: "@",
};

/** The numbers of dates in the calendars of East Asia, whose look depends on the computer. */
function isEastAsianDate(id: number): boolean {
  return (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
}

/** The pattern of a format that is named by number; General for one that nobody knows. */
export function builtInPattern(id: number): string {
  return BUILT_IN[id] ?? (isEastAsianDate(id) ? "yyyy-mm-dd" : "General");
}

const GENERAL: NumberFormat = { pattern: "General", kind: "general", scale: 1 };

/** A pattern, and what kind of text it makes. */
export type NumberFormat = {
  pattern: string;
  kind: "general" | "date" | "grouped" | "other" | "hidden";
  scale: number;
};

/** Longer, and it is no pattern of Excel's. */
const PATTERN_CHARACTERS_MAX = 500;

/** Reads a pattern; one that cannot be read is General, as in the sheet. */
export function numberFormatOf(pattern: string): NumberFormat {
  if (pattern.length > PATTERN_CHARACTERS_MAX) return GENERAL;
  if (/^;[;\s]*$/.test(pattern)) return { pattern, kind: "hidden", scale: 1 };
  const known = pattern.replace(/\[\$-F800\]/gi, "yyyy-mm-dd;").replace(/\[\$-F400\]/gi, "hh:mm:ss;");
  try {
    const { type, isDate, isText, scale } = getFormatInfo(known);
    if (type === "general" || isText) return GENERAL;
    const kind = isDate ? "date" : type === "grouped" || type === "currency" ? "grouped" : "other";
    format(known, 1);
    return { pattern: known, kind, scale: type === "percent" ? 1 : scale };
  } catch {
    return GENERAL;
  }
}

/** Days between the two beginnings of time that workbooks count from. */
const DAYS_TO_1904 = 1_462;
/** From here on a spreadsheet has lost the last digits of a whole number, and shows it in scientific notation. */
const DIGITS_LOST_FROM = 1e15;

/**
 * A number as the sheet shows it, without the marks that part thousands. Of a whole number all digits are given where
 * the format is General, since those that a narrow cell hides are not lost; one of more than 15 digits is in scientific
 * notation in any format. Where the format shows a number as a multiple of what the cell holds, or only a part
 * of a date, both are given, in a form that is no number. A minus that the format leaves to the colour is written.
 */
export function showNumber(value: number, { pattern, kind, scale }: NumberFormat, is1904: boolean): string {
  if (Math.abs(value) >= DIGITS_LOST_FROM) return value.toExponential(5).replace("e", "E");
  if (kind === "general") return plainNumber(value);
  if (kind === "hidden") return ERROR_SIGN;
  if (kind === "date") return value < 0 ? ERROR_SIGN : showDate(is1904 ? value + DAYS_TO_1904 : value, pattern);
  const text = shown(pattern, value);
  if (text === "") return value === 0 ? "" : ERROR_SIGN;
  if (scale !== 1 || lacksDigits(text, value)) return `${text} [${plainNumber(value)}]`;
  const plain = kind === "grouped" ? text.replace(/(?<=\d),(?=\d)/g, "") : text;
  return value < 0 && !/[-(]/.test(plain) ? `-${plain}` : plain;
}

/** Of a year, a day or hours alone, the whole date as well: they would be read as a number. */
function showDate(value: number, pattern: string): string {
  const text = shown(pattern, value);
  return /^[\d ]+$/.test(text) ? `${text} [${shown("yyyy-mm-dd", value)}]` : text;
}

/** Whether a text has fewer digits than the number before its decimals: one of the format's parts counts in thousands. */
function lacksDigits(text: string, value: number): boolean {
  if (/e/i.test(text)) return false;
  const digits = String(Math.trunc(Math.abs(value))).length;
  return digits > 1 && (text.match(/\d/g) ?? []).length < digits;
}

/** What a sheet shows of a number that it cannot show. */
const ERROR_SIGN = "#####";

function shown(pattern: string, value: number): string {
  try {
    return format(pattern, value, { throws: true }).trim();
  } catch {
    return ERROR_SIGN;
  }
}

/** With the fifteen digits that a spreadsheet keeps, so that 4.85 is not 4.8499999999999996. */
function plainNumber(value: number): string {
  return String(Number(value.toPrecision(15)));
}
