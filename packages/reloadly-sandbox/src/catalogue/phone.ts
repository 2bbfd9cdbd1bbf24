import type { Country } from "./countries.js";

/**
 * Reads a recipient number in any of the forms that Reloadly takes: with `+` and calling code, with the bare calling
 * code, national, national with a trunk zero where the country has one, with spaces and dashes.
 * Gives international digits without `+`, or undefined when it is no mobile number of that country.
 */
export function internationalDigits(country: Country, written: string): string | undefined {
  const text = written.replace(/[\s()-]/g, "");
  if (!/^\+?\d{4,17}$/.test(text)) return undefined;
  const digits = text.startsWith("+") ? text.slice(1) : text;
  const national = nationalNumber(country, digits, text.startsWith("+"));
  return national === undefined ? undefined : country.callingCode + national;
}

function nationalNumber(country: Country, digits: string, isInternational: boolean): string | undefined {
  const { callingCode, mobile, hasTrunkZero } = country;
  if (digits.startsWith(callingCode) && mobile.test(digits.slice(callingCode.length))) {
    return digits.slice(callingCode.length);
  }
  if (isInternational) return undefined;
  if (mobile.test(digits)) return digits;
  const withoutZero = digits.slice(1);
  return hasTrunkZero && digits.startsWith("0") && mobile.test(withoutZero) ? withoutZero : undefined;
}

/** A sender may live anywhere and have any number, so only digits are asked for. Without `+`, or undefined. */
export function senderDigits(written: string): string | undefined {
  const digits = written.replace(/[\s()+-]/g, "");
  return /^\d{1,15}$/.test(digits) ? digits : undefined;
}
