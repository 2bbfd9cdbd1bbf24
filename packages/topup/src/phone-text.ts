/**
 * The one grammar of phone numbers, for every way in. A number is digits, one "+" before them, and between groups of
 * digits a space, a dot or a hyphen; one prefix may stand in brackets. Whatever else stands there is refused: a second
 * number or a note that is read as digits pays a stranger.
 */

/** Why a text, or the number in it, is refused. Campaign files tell these codes; the API tells them in small letters. */
export type PhoneFaultCode =
  | "PHONE_MISSING"
  | "PHONE_NOT_A_NUMBER"
  | "PHONE_FORMULA"
  | "PHONE_SEVERAL"
  | "PHONE_EXTENSION"
  | "PHONE_SPREADSHEET_DAMAGE"
  | "PHONE_TOO_SHORT"
  | "PHONE_TOO_LONG";

/** `detail` is for the person who repairs the text, and repeats nothing of it that is a number. */
export type PhoneFault = { code: PhoneFaultCode; detail: string };

/**
 * What a text says: digits with "+" before them where it has one. `orWithoutLast` are the digits before the last
 * group where that group is set off, as in `012 345 678-9`: when they are a number too, the text holds two.
 * `float` are the digits of a number that was written with decimals, as data frames do (`712345678.0`).
 */
export type PhoneText =
  | { kind: "digits"; digits: string; orWithoutLast?: string }
  | { kind: "float"; digits: string }
  | { kind: "fault"; fault: PhoneFault };

const DIGITS_MIN = 5;
const DIGITS_MAX = 15;

/** Reads a text by the grammar. Takes time linear in its length. */
export function readPhoneText(written: string): PhoneText {
  if (isPlainNumber(written)) return { kind: "digits", digits: written };
  if (holdsLineBreak(written)) return fault("PHONE_SEVERAL", "holds a line break or a tab; give each recipient a row");
  const text = plainPhoneText(written);
  if (text === "") return fault("PHONE_MISSING", "is empty");
  const damage = DAMAGES.find(({ pattern }) => pattern.test(text));
  if (damage !== undefined) return fault("PHONE_SPREADSHEET_DAMAGE", damage.detail);
  const float = /^([1-9]\d{6,14})[.,]0+$/.exec(text);
  if (float !== null) return { kind: "float", digits: float[1] ?? "" };
  const other = OTHER_VALUES.find(({ pattern }) => pattern.test(text));
  if (other !== undefined) return { kind: "fault", fault: other.fault };
  if (!SHAPES.some((shape) => shape.test(text))) return { kind: "fault", fault: whyNoNumber(text) };
  return boundedDigits(text);
}

/** Digits of a length that can be a number of any country: most texts, read at no cost. */
const PLAIN = /^(?:\+[1-9]\d{7,14}|\d{8,15})$/;

/** Whether a text is digits and nothing else, so that it says what it says. Most cells are; it costs next to nothing. */
export function isPlainNumber(text: string): boolean {
  return PLAIN.test(text) && !(text.endsWith("000000") && ROUNDED.test(text));
}

/** What a spreadsheet writes in place of the last digits when it has shown a number as 2.54712E+11. */
const ROUNDED = /^\d{2,9}0{6}$/;

const LINE_OR_TAB = /[\t\n\v\f\r\u0085\u2028\u2029]/;

/** Whether a text goes on behind a line break or a tab. */
export function holdsLineBreak(text: string): boolean {
  return LINE_OR_TAB.test(text.trim());
}

const DAMAGES = [
  {
    pattern: /^[+-]?\d+([.,]\d+)? ?[eE] ?\+?\d+$/,
    detail: "was rounded by a spreadsheet (scientific notation); its last digits are lost",
  },
  {
    pattern: ROUNDED,
    detail: "ends in six zeros, as numbers that a spreadsheet has rounded do; write it with + if it is right",
  },
  { pattern: /^#/, detail: "is the error sign of a spreadsheet that could not show or compute the cell" },
];

const DAY = "(?:0?[1-9]|[12]\\d|3[01])";
const MONTH = "(?:0?[1-9]|1[0-2])";
const YEAR = "(?:19|20)\\d\\d";

/** Values that are no phone numbers and have their signs: in some country the digits of each are a number in use. */
const OTHER_VALUES: ReadonlyArray<{ pattern: RegExp; fault: PhoneFault }> = [
  {
    pattern: new RegExp(
      `^(?:${YEAR}-${MONTH}-${DAY}|${YEAR}\\.${MONTH}\\.${DAY}|${DAY}-${MONTH}-${YEAR}|${MONTH}-${DAY}-${YEAR}|` +
        `${DAY}\\.${MONTH}\\.${YEAR}|${MONTH}\\.${DAY}\\.${YEAR})$`,
    ),
    fault: {
      code: "PHONE_NOT_A_NUMBER",
      detail: "has the form of a date; write it without hyphens and dots if it is a phone number",
    },
  },
  {
    pattern: /^\d+\.(?:\d\d|0+)$/,
    fault: {
      code: "PHONE_NOT_A_NUMBER",
      detail: "has the form of an amount with decimals; write it without the dot if it is a phone number",
    },
  },
  {
    pattern: /^\d+\.\d$/,
    fault: {
      code: "PHONE_SEVERAL",
      detail: "has one digit behind a dot: is it an amount, or are there two numbers in it? Write one, without the dot",
    },
  },
];

/** Digits in groups; a bracket around the first group; one around a later group that ends within the first digits. */
const SHAPES = [
  /^(?:\+ ?)?\d+(?:(?: ?[-.] ?| )\d+)*$/,
  /^(?:\+ ?)?\( ?\d{1,6} ?\)(?: ?[-.] ?| )?\d+(?:(?: ?[-.] ?| )\d+)*$/,
  /^\( ?\+ ?\d{1,6} ?\)(?: ?[-.] ?| )?\d+(?:(?: ?[-.] ?| )\d+)*$/,
  /^(?:\+ ?)?\d{1,5}(?:(?: ?[-.] ?| )\d{1,3})?(?: ?[-.] ?| )?\( ?\d{1,5} ?\)(?: ?[-.] ?| )?\d+(?:(?: ?[-.] ?| )\d+)*$/,
];

/** Marks of direction, joiners, soft hyphens and byte order marks: they cannot be seen, and are copied along. */
export const INVISIBLE =
  /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]|[\uFE0E\uFE0F]/gu;
const SPACES = /\s+/gu;
const HYPHENS = /[\u2010-\u2015\u2212\uFE63\uFF0D]/gu;
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu;

/**
 * The text in ASCII signs: digits of other scripts become 0 to 9, spaces and hyphens of all kinds one kind, a
 * full-width plus a plus; what is invisible and copied along (marks of direction, joiners) goes.
 */
function plainPhoneText(text: string): string {
  const signs = text.replace(INVISIBLE, "").replace(SPACES, " ").replace(HYPHENS, "-").replaceAll("\uFF0B", "+");
  return asciiDigits(signs).trim();
}

/** Turns digits of other scripts into 0 to 9. */
export function asciiDigits(text: string): string {
  return text.replace(OTHER_DIGITS, asciiDigit);
}

/** Every script's digits are ten code points in a row, from zero to nine; some rows follow one another. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let firstZero = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(firstZero - 1))) firstZero -= 1;
  return String((code - firstZero) % 10);
}

function boundedDigits(text: string): PhoneText {
  const groups = text.match(/\d+/g) ?? [];
  const all = groups.join("");
  if (all.length < DIGITS_MIN) return fault("PHONE_TOO_SHORT", "has too few digits for a phone number");
  if (all.replace(/^0+/, "").length > DIGITS_MAX) {
    if (/^0*(\d{2,3})\1/.test(all)) {
      return fault("PHONE_TOO_LONG", "has more digits than any phone number: is the country's code in it twice?");
    }
    if (groups.length > 1) return fault("PHONE_SEVERAL", SEVERAL);
    return fault("PHONE_TOO_LONG", "has more digits than any phone number");
  }
  const plus = text.includes("+") ? "+" : "";
  const digits = `${plus}${all}`;
  if (plus !== "" && all.startsWith("00")) {
    return fault("PHONE_NOT_A_NUMBER", "begins with both + and 00; write one of them");
  }
  const last = groups.at(-1) ?? "";
  if (groups.length < 2 || !isSetOff(text, groups)) return { kind: "digits", digits };
  return { kind: "digits", digits, orWithoutLast: digits.slice(0, -last.length) };
}

/** Whether the last group may be the end of a second number (`678-9`) or a note: it is parted otherwise, or one digit. */
function isSetOff(text: string, groups: readonly string[]): boolean {
  const separators = text.split(/\d+/).slice(1, -1);
  const last = separators.at(-1);
  return groups.length === 2 || groups.at(-1)?.length === 1 || last !== separators.at(-2);
}

const SEVERAL = "holds more than one number; give each recipient a row";

/** Says of a text that is no number what stands in it. */
function whyNoNumber(text: string): PhoneFault {
  const digits = digitCount(text);
  if (/^[=@]|^[+-] ?\p{L}|^[+-].*[|!]/u.test(text))
    return { code: "PHONE_FORMULA", detail: "is a formula, not a number" };
  if (text.startsWith("-")) return { code: "PHONE_NOT_A_NUMBER", detail: "starts with a minus" };
  if (/^(?:tel|sms|callto|whatsapp):/i.test(text)) {
    return { code: "PHONE_NOT_A_NUMBER", detail: "is written as a link; leave out what stands before the number" };
  }
  if (/\d ?(?:;?ext\b|extension\b|poste\b|x ?\d|# ?\d)/i.test(text)) {
    return { code: "PHONE_EXTENSION", detail: "has an extension; a top-up goes to a whole line" };
  }
  if (holdsSeveral(text)) return { code: "PHONE_SEVERAL", detail: SEVERAL };
  if (digits >= DIGITS_MIN) {
    const note = whereNoteStands(text);
    if (note !== undefined) return { code: "PHONE_SEVERAL", detail: note };
    const mark = /[/\\,;:|&~()[\]{}<>"*]/.exec(text.replace(/^\+/, ""));
    if (mark !== null) {
      const detail = `holds "${mark[0]}" where a number has none: are there several numbers in it, or a note?`;
      return { code: "PHONE_SEVERAL", detail };
    }
  }
  const foreign = /[^\d .()+-]/u.exec(text);
  if (foreign !== null) {
    // A control character is not repeated: the detail is printed on terminals.
    const sign = /[\p{L}\p{P}\p{S}]/u.test(foreign[0]) ? `"${foreign[0]}"` : "a sign";
    return { code: "PHONE_NOT_A_NUMBER", detail: `holds ${sign}, which is no part of a phone number` };
  }
  const detail = digits === 0 ? "holds no digits" : "has signs in a place where a phone number has none";
  return { code: "PHONE_NOT_A_NUMBER", detail };
}

/** Two runs of six digits and more, parted by what parts list entries; or two that begin with "+". */
function holdsSeveral(text: string): boolean {
  if ((text.match(/\+ ?\d/g) ?? []).length > 1) return true;
  const parts = text.split(/[/\\;,:|&~+]| (?:or|and|ou|et|y|o|e|und|oder) /i);
  return parts.filter((part) => digitCount(part) >= 6).length > 1;
}

/** Says where words stand beside a number; nothing where a single letter stands among digits, as an O for a 0 does. */
function whereNoteStands(text: string): string | undefined {
  const letters = /\p{L}[\p{L}\p{M}'’.]+|(?<=[ (])\p{L}(?=[ )]|$)/u.exec(text);
  if (letters === null) return undefined;
  const before = digitCount(text.slice(0, letters.index));
  if (before >= DIGITS_MIN) return "has text after the number; put notes into a column beside it";
  return before === 0 ? "has text before the number; put notes into a column beside it" : undefined;
}

function digitCount(text: string): number {
  return (text.match(/\d/g) ?? []).length;
}

function fault(code: PhoneFaultCode, detail: string): PhoneText {
  return { kind: "fault", fault: { code, detail } };
}
