import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  Metadata,
  type PhoneNumber,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";
import { z } from "zod";
import { refusedForm, retiredForm } from "./phone-plans.js";
import { type PhoneFaultCode, readPhoneText } from "./phone-text.js";

/** A phone number as it is kept: `countryCode` in ISO 3166-1 alpha-2, `number` as E.164 digits without "+". */
export type Phone = { countryCode: string; number: string };

const CODE_WANTED = 'must be an ISO 3166-1 country code such as "NG"';

/** A country code in either case; comes out in capitals. */
export const countryCodeSchema = z.string({ error: CODE_WANTED }).transform((text, context): CountryCode => {
  const code = text.toUpperCase();
  if (isSupportedCountry(code)) return code;
  context.addIssue(CODE_WANTED);
  return z.NEVER;
});

/**
 * A phone number as callers send it (Reloadly's own form), by the grammar of `readPhoneText`: national, or
 * international with "+", a leading "00" or only the country's code. It must be a valid number of that very country.
 */
export const phoneSchema = z
  .strictObject(
    {
      countryCode: countryCodeSchema.describe("ISO 3166-1 alpha-2, in either case"),
      number: z
        .union([z.string(), z.number()], { error: "must be a phone number as text" })
        .transform(String)
        .pipe(z.string().max(40, { error: "is longer than any phone number" }))
        .describe(
          "National or international: digits with one + before them, and spaces, dots, hyphens or one bracketed " +
            "prefix between groups of digits; a valid number of the country",
        ),
    },
    { error: "must be an object with countryCode and number" },
  )
  .transform(({ countryCode, number }, context): Phone => {
    const read = readPhone(number, countryCode);
    if (read.ok) return read.phone;
    context.addIssue({ code: "custom", path: ["number"], ...issueOf(read.fault) });
    return z.NEVER;
  });

/**
 * A number to look up, of `countryCode` or of any country: E.164 digits, or the issue to show. Without a country it
 * must be surely international: an answer about another line than the one that is meant reads as "never paid".
 */
export function readPhoneToFind(
  written: string,
  countryCode: string | undefined,
): { number: string } | { issue: { message: string; params: { code?: string } } } {
  const read = readPhone(written, countryCode);
  return read.ok ? { number: read.phone.number } : { issue: issueOf(read.fault) };
}

function issueOf({ code, detail }: ReadPhoneFault): { message: string; params: { code?: string } } {
  return { message: detail, params: SPECIFIC.has(code) ? { code: code.toLowerCase() } : {} };
}

/** Faults that the API tells by a code of their own; the others are `invalid`. */
const SPECIFIC: ReadonlySet<string> = new Set([
  "PHONE_SEVERAL",
  "PHONE_EXTENSION",
  "PHONE_SPREADSHEET_DAMAGE",
  "PHONE_RETIRED_PLAN",
  "PHONE_AMBIGUOUS",
] satisfies ReadPhoneFault["code"][]);

type ReadPhoneFault = { code: PhoneFaultCode | "PHONE_RETIRED_PLAN" | "PHONE_AMBIGUOUS" | "INVALID"; detail: string };

function readPhone(
  written: string,
  countryCode: string | undefined,
): { ok: true; phone: Phone } | { ok: false; fault: ReadPhoneFault } {
  const text = readPhoneText(written);
  if (text.kind === "fault") return { ok: false, fault: text.fault };
  if (text.kind === "float") return invalid("ends in decimals; send it as text");
  // The parser reads a leading 00 as part of the national number (00254… would become +2540254…).
  const international = (digits: string) => digits.replace(/^00(?=[1-9])/, "+");
  if (countryCode === undefined && !isSurelyInternational(international(text.digits))) return invalid(COUNTRY_WANTED);
  const plus = countryCode === undefined && !international(text.digits).startsWith("+") ? "+" : "";
  const recognised = recognisePhone(`${plus}${international(text.digits)}`, countryCode);
  switch (recognised.kind) {
    case "mobile":
    case "other-line":
      if (text.orWithoutLast !== undefined && isNumber(`${plus}${international(text.orWithoutLast)}`, countryCode)) {
        return { ok: false, fault: { code: "PHONE_SEVERAL", detail: SET_OFF } };
      }
      return { ok: true, phone: recognised.phone };
    case "other-country":
      return invalid(`is a number of ${recognised.found ?? "another country"}, not of ${countryCode ?? "it"}`);
    case "no-country":
      return invalid("belongs to no country");
    case "invalid":
      return {
        ok: false,
        fault: faultOf(
          recognised,
          `is not a valid phone number${countryCode === undefined ? "" : ` of ${countryCode}`}`,
        ),
      };
  }
}

const COUNTRY_WANTED =
  "may be a national number: write it with + and the country's code (%2B in a URL), or give the country beside it";

/** Whether digits are complete with their country's code: by their "+", or because no country has them as they are. */
function isSurelyInternational(digits: string): boolean {
  if (digits.startsWith("+")) return true;
  if (digits.startsWith("0") || recognisePhone(`+${digits}`, undefined).kind !== "mobile") return false;
  return !getCountries().some(
    (country) => nationalLengths(country).has(digits.length) && isMobileType(lineTypeOf(digits, country)),
  );
}

function faultOf({ because, detail }: InvalidPhone, otherwise: string): ReadPhoneFault {
  switch (because) {
    case "retired-plan":
      return { code: "PHONE_RETIRED_PLAN", detail: detail ?? otherwise };
    case "ambiguous":
      return { code: "PHONE_AMBIGUOUS", detail: detail ?? otherwise };
    default:
      return { code: "INVALID", detail: detail ?? otherwise };
  }
}

function invalid(detail: string): { ok: false; fault: ReadPhoneFault } {
  return { ok: false, fault: { code: "INVALID", detail } };
}

/** What is said of a text whose last group of digits makes a second number of it (`012 345 678-9`). */
export const SET_OFF =
  "is a number without its last group of digits too: are there two numbers in it? Write one, without separators";

/** Whether the digits are a valid number of the country, of any kind of line. */
export function isNumber(text: string, countryCode: string | undefined): boolean {
  const { kind } = recognisePhone(text, countryCode);
  return kind === "mobile" || kind === "other-line";
}

/** Why a text is no number. `detail` says more where there is more to say, and repeats nothing of the number. */
export type InvalidPhone = {
  kind: "invalid";
  because: "too-short" | "too-long" | "no-such-number" | "retired-plan" | "zero-missing" | "code-twice" | "ambiguous";
  detail?: string;
};

/**
 * What a text without any doubt about its digits turned out to be. `lineType` is libphonenumber's word for what is
 * neither mobile nor possibly mobile: FIXED_LINE, TOLL_FREE, VOIP, … `found` is the country of a number that is valid,
 * but not in the country that was named; absent where the number belongs to no country. `isRewritten`: the digits are
 * those of the other form of an Argentine mobile number (15 behind the area code for the 9 before it).
 */
export type RecognisedPhone =
  | { kind: "mobile"; phone: Phone; isRewritten?: true }
  | { kind: "other-line"; phone: Phone; lineType: string }
  | { kind: "other-country"; found?: string }
  | { kind: "no-country" }
  | InvalidPhone;

/**
 * Recognises a number as `phoneSchema` does, and says more: which kind of line it is and what is wrong. `text` is
 * digits, with a "+" before them when they are international. `countryCode` is the country it must be a number of,
 * and the one that digits without "+" are read in.
 */
export function recognisePhone(text: string, countryCode: string | undefined): RecognisedPhone {
  const country = countryCode !== undefined && isSupportedCountry(countryCode) ? countryCode : undefined;
  const options = country === undefined ? { extract: false } : { defaultCountry: country, extract: false };
  const parsed = parsePhoneNumberFromString(text, options);
  if (parsed === undefined) return whyInvalid(text, country);
  const found = parsed.country;
  const wanted = country ?? found;
  if (wanted === undefined) return parsed.isValid() ? { kind: "no-country" } : whyInvalid(text, undefined);
  if (parsed.countryCallingCode !== getCountryCallingCode(wanted)) return otherCountry(parsed, text);
  // Countries that share a calling code have plans of their own: +1 876 is Jamaica and no number of the United States.
  // Some share their very ranges (Guadeloupe and Saint Martin), where only the caller knows which one it is.
  parsed.country = wanted;
  const lineType = parsed.getType();
  if (lineType === undefined) {
    if (found !== wanted) {
      if (found === undefined) delete parsed.country;
      else parsed.country = found;
      return otherCountry(parsed, text);
    }
    return whyInvalid(text, wanted);
  }
  const doubt = doubtOf(text, parsed, wanted);
  if (doubt !== undefined) return doubt;
  const phone = { countryCode: wanted, number: parsed.number.slice(1) };
  if (!isMobileType(lineType)) return { kind: "other-line", phone, lineType };
  return isRewritten(text, parsed) ? { kind: "mobile", phone, isRewritten: true } : { kind: "mobile", phone };
}

function isMobileType(lineType: string | undefined): boolean {
  return lineType === "MOBILE" || lineType === "FIXED_LINE_OR_MOBILE";
}

function otherCountry(parsed: PhoneNumber, text: string): RecognisedPhone {
  if (!parsed.isValid()) return whyInvalid(text, parsed.country);
  return parsed.country === undefined ? { kind: "other-country" } : { kind: "other-country", found: parsed.country };
}

/** What speaks against a number that libphonenumber takes. */
function doubtOf(text: string, parsed: PhoneNumber, country: CountryCode): InvalidPhone | undefined {
  const today = refusedForm(country, parsed.nationalNumber);
  if (today !== undefined) return { kind: "invalid", because: "retired-plan", detail: today };
  if (!isAsWritten(text, parsed)) return { kind: "invalid", because: "no-such-number" };
  if (hasOtherReading(text, parsed, country)) return { kind: "invalid", because: "ambiguous", detail: TWO_READINGS };
  return undefined;
}

const TWO_READINGS = "can be read with and without the country's code in front: write it with + and the country's code";

/** What may stand before a national number behind a country's code: the trunk prefix, once. */
const TRUNK = /^(?:0|1|8|80|06)?$/;

/** What may stand before a national number without its country's code: as TRUNK, or 0 and the code of a carrier. */
const TRUNK_AND_CARRIER = /^(?:1|8|80|90\d\d|0\d{0,3})?$/;

/**
 * Whether the number's digits are, in order, those that were written. Else libphonenumber has taken away or put in
 * more than a trunk prefix, and guesses who is meant.
 */
function isAsWritten(text: string, parsed: PhoneNumber): boolean {
  const { nationalNumber, countryCallingCode } = parsed;
  const digits = text.replace(/^\+/, "");
  if (!digits.endsWith(nationalNumber)) {
    // The local form of islands that have one area code, and the 15 of Argentina.
    return (digits.length === 7 && nationalNumber.endsWith(digits)) || isRewritten(text, parsed);
  }
  const front = digits.slice(0, -nationalNumber.length);
  if (front.startsWith(countryCallingCode) && TRUNK.test(front.slice(countryCallingCode.length))) return true;
  return !text.startsWith("+") && TRUNK_AND_CARRIER.test(front);
}

/** Whether an Argentine mobile number was written with 15 behind the area code, for the 9 before it. */
function isRewritten(text: string, { nationalNumber, country }: PhoneNumber): boolean {
  if (country !== "AR" || text.endsWith(nationalNumber) || !nationalNumber.startsWith("9")) return false;
  const area = [2, 3, 4].find((length) => {
    const [code, line] = [nationalNumber.slice(1, 1 + length), nationalNumber.slice(1 + length)];
    return text.endsWith(`${code}15${line}`);
  });
  return area !== undefined;
}

/** Whether digits without "+" are a mobile number both with the country's code in front and without it. */
function hasOtherReading(text: string, { nationalNumber, number }: PhoneNumber, country: CountryCode): boolean {
  const code = getCountryCallingCode(country);
  if (!text.startsWith(code)) return false;
  const isNational = text === nationalNumber;
  const lengths = nationalLengths(country);
  if (!lengths.has(isNational ? text.length - code.length : text.length)) return false;
  const other = parsePhoneNumberFromString(isNational ? `+${text}` : `+${code}${text}`, { extract: false });
  if (other === undefined || other.number === number) return false;
  if (!isNational && other.nationalNumber !== text) return false;
  other.country = country;
  return isMobileType(other.getType());
}

const LENGTHS = new Map<CountryCode, ReadonlySet<number>>();

/** How many digits national numbers of the country have. */
function nationalLengths(country: CountryCode): ReadonlySet<number> {
  const known = LENGTHS.get(country);
  if (known !== undefined) return known;
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  const lengths = new Set(metadata.numberingPlan?.possibleLengths() ?? []);
  LENGTHS.set(country, lengths);
  return lengths;
}

function whyInvalid(text: string, country: CountryCode | undefined): InvalidPhone {
  const because = whyLength(text, country);
  const plan = country ?? parsePhoneNumberFromString(text, { extract: false })?.country;
  if (plan === undefined) return { kind: "invalid", because };
  const code = getCountryCallingCode(plan);
  const written = text.replace(/^\+/, "");
  const afterCode = written.startsWith(code) ? [written.slice(code.length)] : [];
  const nationals = text.startsWith("+") ? afterCode : [written, ...afterCode];
  for (const national of nationals) {
    const today = retiredForm(plan, national);
    if (today !== undefined) return { kind: "invalid", because: "retired-plan", detail: today };
  }
  if (nationals.some((national) => isWhole(`0${national}`, plan))) {
    const detail = `lacks the 0 that its kind of number keeps in ${plan}, also behind +${code}: spreadsheets drop it`;
    return { kind: "invalid", because: "zero-missing", detail };
  }
  if (afterCode.some((rest) => rest.startsWith(code) && isWhole(rest.slice(code.length), plan))) {
    return { kind: "invalid", because: "code-twice", detail: `has the country's code +${code} twice` };
  }
  return { kind: "invalid", because };
}

/** Whether the digits are a valid national number as they stand, with nothing taken away. */
function isWhole(national: string, country: CountryCode): boolean {
  return lineTypeOf(national, country) !== undefined;
}

/** The type of the line that the digits lead to as they stand; nothing where they are no national number. */
function lineTypeOf(national: string, country: CountryCode): string | undefined {
  const number = `+${getCountryCallingCode(country)}${national}`;
  const parsed = parsePhoneNumberFromString(number, { extract: false });
  if (parsed?.number !== number) return undefined;
  parsed.country = country;
  return parsed.getType();
}

function whyLength(text: string, country: CountryCode | undefined): "too-short" | "too-long" | "no-such-number" {
  switch (country === undefined ? validatePhoneNumberLength(text) : validatePhoneNumberLength(text, country)) {
    case "TOO_SHORT":
      return "too-short";
    case "TOO_LONG":
      return "too-long";
    default:
      return "no-such-number";
  }
}

/** Keeps the last two digits, enough for a person to recognise a number they know: `•••••••••21`. */
export function maskPhone(number: string): string {
  const keep = 2;
  return number.length <= keep ? "•••" : `${"•".repeat(number.length - keep)}${number.slice(-keep)}`;
}

/** Keeps the first character and the domain: `p•••@nauta.com.cu`. */
export function maskEmail(email: string): string {
  const at = email.indexOf("@");
  return at < 1 ? "•••" : `${email.slice(0, 1)}•••${email.slice(at)}`;
}
