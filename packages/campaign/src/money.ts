/**
 * Money of the account is counted in units of 0.00001, the precision of Reloadly's wallet: whole numbers, so that
 * sums are exact. A safe integer reaches 90 billion in any currency.
 */
export type Units = number;

const UNITS_PER_ONE = 100_000;
/** Decimals of one unit. */
export const UNITS_DECIMALS = 5;

const DECIMAL_PATTERN = /^(-?)(\d{1,11})(?:\.(\d{1,5}))?$/;

/** Reads decimal text with at most five decimals. Throws a `RangeError` on anything else. */
export function unitsOf(text: string): Units {
  const match = DECIMAL_PATTERN.exec(text);
  if (match === null)
    throw new RangeError(`not an amount with at most ${UNITS_DECIMALS} decimals: ${text.slice(0, 40)}`);
  const [, sign, whole = "", fraction = ""] = match;
  const units = Number(whole) * UNITS_PER_ONE + Number(fraction.padEnd(UNITS_DECIMALS, "0"));
  if (!Number.isSafeInteger(units)) throw new RangeError(`more money than can be counted exactly: ${text}`);
  return sign === "-" && units !== 0 ? -units : units;
}

/** Prints units as the shortest decimal text: `12.5`, `0.00001`, `-3`. */
export function formatUnits(units: Units): string {
  if (!Number.isSafeInteger(units)) throw new RangeError(`not a whole number of units: ${units}`);
  const digits = Math.abs(units)
    .toString()
    .padStart(UNITS_DECIMALS + 1, "0");
  const whole = digits.slice(0, -UNITS_DECIMALS);
  const fraction = digits.slice(-UNITS_DECIMALS).replace(/0+$/, "");
  return `${units < 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
