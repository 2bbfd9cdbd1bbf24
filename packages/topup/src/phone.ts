import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";
import { z } from "zod";

/** A phone number as it is kept: `countryCode` in ISO 3166-1 alpha-2, `number` as E.164 digits without "+". */
export type Phone = { countryCode: string; number: string };

const COUNTRY_WANTED = 'must be an ISO 3166-1 country code such as "NG"';

/** A country code in either case; comes out in capitals. */
export const countryCodeSchema = z.string({ error: COUNTRY_WANTED }).transform((text, context): CountryCode => {
  const code = text.toUpperCase();
  if (isSupportedCountry(code)) return code;
  context.addIssue(COUNTRY_WANTED);
  return z.NEVER;
});

/**
 * A phone number as callers send it (Reloadly's own form). The number may be national or international, with
 * spaces, dashes, a "+" or a leading "00"; it must be a valid number of that very country.
 */
export const phoneSchema = z
  .strictObject(
    {
      countryCode: countryCodeSchema.describe("ISO 3166-1 alpha-2, in either case"),
      number: z
        .union([z.string(), z.number()], { error: "must be a phone number as text" })
        .transform(String)
        .pipe(z.string().max(40, { error: "is longer than any phone number" }))
        .describe("National or international, spaces and dashes allowed; a valid number of the country"),
    },
    { error: "must be an object with countryCode and number" },
  )
  .transform(({ countryCode, number }, context): Phone => {
    // The parser reads a leading 00 as part of the national number (00254… would become +2540254…).
    const international = number.trim().replace(/^00[\s-]*(?=[1-9])/, "+");
    const parsed = parsePhoneNumberFromString(international, { defaultCountry: countryCode, extract: false });
    if (parsed === undefined || parsed.ext !== undefined || !parsed.isValid()) {
      context.addIssue({ code: "custom", path: ["number"], message: `is not a valid phone number of ${countryCode}` });
      return z.NEVER;
    }
    const found = parsed.country;
    if (!isValidIn(parsed, countryCode)) {
      context.addIssue({
        code: "custom",
        path: ["number"],
        message: `is a number of ${found ?? "another country"}, not of ${countryCode}`,
      });
      return z.NEVER;
    }
    return { countryCode, number: parsed.number.slice(1) };
  });

/**
 * Countries that share a calling code have plans of their own: +1 876 is Jamaica and no number of the United States.
 * Some share their very ranges (Guadeloupe and Saint Martin), where only the caller knows which one it is.
 */
function isValidIn(parsed: PhoneNumber, countryCode: CountryCode): boolean {
  parsed.country = countryCode;
  return parsed.countryCallingCode === getCountryCallingCode(countryCode) && parsed.isValid();
}

/**
 * What a text without any doubt about its digits turned out to be. `lineType` is libphonenumber's word for what is
 * neither mobile nor possibly mobile: FIXED_LINE, TOLL_FREE, VOIP, … `found` is the country of a number that is valid,
 * but not in the country that was named; absent where the number belongs to no country.
 */
export type RecognisedPhone =
  | { kind: "mobile"; phone: Phone }
  | { kind: "other-line"; phone: Phone; lineType: string }
  | { kind: "other-country"; found?: string }
  | { kind: "no-country" }
  | { kind: "invalid"; because: "too-short" | "too-long" | "no-such-number" };

/**
 * Recognises a number as `phoneSchema` does, and says more: which kind of line it is and what is wrong. `text` is
 * digits, with a "+" before them when they are international. `countryCode` is the country it must be a number of,
 * and the one that digits without "+" are read in.
 */
export function recognisePhone(text: string, countryCode: string | undefined): RecognisedPhone {
  const country = countryCode !== undefined && isSupportedCountry(countryCode) ? countryCode : undefined;
  const options = country === undefined ? { extract: false } : { defaultCountry: country, extract: false };
  const parsed = parsePhoneNumberFromString(text, options);
  if (parsed === undefined) return { kind: "invalid", because: whyInvalid(text, country) };
  const found = parsed.country;
  const wanted = country ?? found;
  if (wanted === undefined) {
    return parsed.isValid() ? { kind: "no-country" } : { kind: "invalid", because: whyInvalid(text, undefined) };
  }
  if (parsed.countryCallingCode !== getCountryCallingCode(wanted)) return otherCountry(parsed, text);
  parsed.country = wanted;
  const lineType = parsed.getType();
  if (lineType === undefined) {
    if (found !== wanted) {
      if (found === undefined) delete parsed.country;
      else parsed.country = found;
      return otherCountry(parsed, text);
    }
    return { kind: "invalid", because: whyInvalid(text, wanted) };
  }
  const phone = { countryCode: wanted, number: parsed.number.slice(1) };
  const isMobile = lineType === "MOBILE" || lineType === "FIXED_LINE_OR_MOBILE";
  return isMobile ? { kind: "mobile", phone } : { kind: "other-line", phone, lineType };
}

function otherCountry(parsed: PhoneNumber, text: string): RecognisedPhone {
  if (!parsed.isValid()) return { kind: "invalid", because: whyInvalid(text, parsed.country) };
  return parsed.country === undefined ? { kind: "other-country" } : { kind: "other-country", found: parsed.country };
}

function whyInvalid(text: string, country: CountryCode | undefined): "too-short" | "too-long" | "no-such-number" {
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
