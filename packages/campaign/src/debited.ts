import { UNITS_DECIMALS, type Units } from "./money.js";

/** Decimal text as a provider may write it, with an exponent or with more decimals than are counted. */
const AMOUNT = /^(-?)(\d+)\.?(\d*)[eE]?([+-]?\d*)$/;

/**
 * What a campaign counts as debited for a row that succeeded, in units: its cost, rounded up where it is finer than a
 * unit; and where it tells no readable cost in the account's currency, what was reserved for the row. The campaign's
 * own count is made in Redis by the same rule, so that the sum over its rows is the same to the unit.
 */
export function debitedUnits(
  { cost = "", costCurrency }: { cost?: string; costCurrency?: string },
  { currency, reserveUnits }: { currency: string; reserveUnits: Units },
): Units {
  const isOurs = costCurrency === undefined || costCurrency === currency;
  return (isOurs ? unitsRoundedUp(cost) : undefined) ?? reserveUnits;
}

function unitsRoundedUp(text: string): Units | undefined {
  const [, sign, ones = "", fraction = "", exponent = ""] = AMOUNT.exec(text) ?? [];
  if (ones === "") return undefined;
  const scale = fraction.length - (Number(exponent) || 0);
  const digits = `${ones}${fraction}${"0".repeat(Math.max(UNITS_DECIMALS - scale, 0))}`;
  const kept = digits.length - Math.max(scale - UNITS_DECIMALS, 0);
  const isCut = /[1-9]/.test(digits.slice(Math.max(kept, 0)));
  const units = (kept > 0 ? Number(digits.slice(0, kept)) : 0) + (isCut && sign === "" ? 1 : 0);
  if (!Number.isSafeInteger(units)) return undefined;
  return sign === "-" && units !== 0 ? -units : units;
}
