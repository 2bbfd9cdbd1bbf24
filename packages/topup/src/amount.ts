import { z } from "zod";

/** Reloadly counts its wallet to five decimals; with more, what it debits is off by millionths. */
const AMOUNT_PATTERN = /^(0|[1-9]\d{0,8})(\.\d{1,5})?$/;

/**
 * An amount as callers send it: a plain decimal, as text or as a JSON number, above 0 and below a billion,
 * with at most five decimals and no exponent. Comes out as the shortest text of the same value (`5.50` is `5.5`).
 */
export const amountSchema = z
  .union([z.string().meta({ pattern: AMOUNT_PATTERN.source }), z.number()], {
    error: 'must be a decimal such as "5" or "12.50"',
  })
  .transform(String)
  .pipe(
    z.string().regex(AMOUNT_PATTERN, {
      // In words: as digits the bound would be masked in logs, as a phone number.
      error:
        'must be a plain decimal such as "5" or "12.50": no sign, no exponent, at most 5 decimals, below a billion',
    }),
  )
  // Piped, not chained: one fault, one complaint.
  .pipe(z.string().refine((amount) => /[1-9]/.test(amount), { error: "must be above 0" }))
  .transform(shortestDecimal);

function shortestDecimal(amount: string): string {
  return amount.includes(".") ? amount.replace(/\.?0+$/, "") : amount;
}

type Decimal = { units: bigint; scale: number };

/** Exponents beyond this are no amounts of money; without the bound `1e999999999` would fill the memory. */
const EXPONENT_MAX = 30;

function readDecimal(text: string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) throw new SyntaxError(`not a decimal number: ${text.slice(0, 40)}`);
  const [, sign, whole = "", fraction = "", exponentText = "0"] = match;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > EXPONENT_MAX) throw new RangeError(`exponent out of range: ${text.slice(0, 40)}`);
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const scale = fraction.length - exponent;
  return scale >= 0 ? { units: digits, scale } : { units: digits * 10n ** BigInt(-scale), scale: 0 };
}

function unitsAt(decimal: Decimal, scale: number): bigint {
  return decimal.units * 10n ** BigInt(scale - decimal.scale);
}

/** Compares two decimals exactly, whatever their scale or exponent. Throws a `SyntaxError` on anything else. */
export function compareDecimals(left: string, right: string): -1 | 0 | 1 {
  const a = readDecimal(left);
  const b = readDecimal(right);
  const scale = Math.max(a.scale, b.scale);
  const difference = unitsAt(a, scale) - unitsAt(b, scale);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

/** Adds two decimals exactly, as plain text with the longer fraction of the two. Throws as `compareDecimals`. */
export function addDecimals(left: string, right: string): string {
  const a = readDecimal(left);
  const b = readDecimal(right);
  const scale = Math.max(a.scale, b.scale);
  const sum = unitsAt(a, scale) + unitsAt(b, scale);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, "0");
  const fraction = scale === 0 ? "" : `.${digits.slice(-scale)}`;
  return `${sum < 0n ? "-" : ""}${digits.slice(0, digits.length - scale)}${fraction}`;
}
