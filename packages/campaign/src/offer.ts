import { Big } from "big.js";
import type { CatalogueOperator } from "./catalogue.js";
import { formatUnits, type Units } from "./money.js";
import type { Assumption, Problem, ProblemCode } from "./problems.js";

/** An amount that a file asks for. `toleranceUnits`: how much more may be sent, so that it is one the operator sells. */
export type WantedAmount = { units: Units; isLocal: boolean; toleranceUnits: Units };

/** `doubt`: why the provider may still refuse the amount, though the catalogue says that it is sold. */
export type Fit =
  | { ok: true; units: Units; isLocal: boolean; assumption?: Assumption; doubt?: Assumption }
  | { ok: false; problem: Problem };

/** Finds the amount that is sent for the wanted one: the same, or the least more within the tolerance. Never less. */
export type Offer = (wanted: WantedAmount) => Fit;

/** What an operator sells in one currency. */
type Shelf = FixedShelf | RangeShelf;

/** Just these amounts, which rise. `everywhere`: those of all circles, where the operator sells by circle. */
type FixedShelf = { amounts: readonly Units[]; everywhere?: ReadonlySet<Units>; currency: string };

/** Everything between the bounds. Between `sureMin` and `sureMax` all that the operator publishes agrees. */
type RangeShelf = { min: Units; max: Units; sureMin: Units; sureMax: Units; currency: string };

/** Reads what an operator sells, once for all rows that ask it. */
export function createOffer(operator: CatalogueOperator): Offer {
  const account = accountShelf(operator);
  const local = localShelf(operator);
  const rate = operator.fxRate === null ? undefined : new Big(operator.fxRate);
  return (wanted) => {
    if (!wanted.isLocal) return fitOnShelf(account, wanted);
    if (local !== undefined) return fitOnShelf(local, wanted);
    // The rate moves, so that what is delivered is never known exactly: only who allows a difference gets one.
    const converted = rate?.gt(0) && wanted.toleranceUnits > 0 ? convert(account, wanted, rate) : undefined;
    if (converted !== undefined) {
      const fit = { ok: true, units: converted, isLocal: false, assumption: "local-amount-converted" } as const;
      return { ...fit, ...doubtOf(account, converted) };
    }
    return refuse(
      "LOCAL_AMOUNT_NOT_SUPPORTED",
      `takes amounts in ${operator.accountCurrency} only, and none delivers this within the tolerance`,
    );
  };
}

function fitOnShelf(shelf: Shelf, { units, isLocal, toleranceUnits }: WantedAmount): Fit {
  const found = leastFrom(shelf, units, units + toleranceUnits);
  if (found === undefined || found - units > toleranceUnits) return refusal(shelf, units);
  const moved = found === units ? {} : ({ assumption: "amount-moved" } as const);
  return { ok: true, units: found, isLocal, ...moved, ...doubtOf(shelf, found) };
}

/** The least amount on the shelf that is not less. Below a range it is the least that is sure, if that is within `most`. */
function leastFrom(shelf: Shelf, units: Units, most: Units): Units | undefined {
  if ("amounts" in shelf) return shelf.amounts.find((amount) => amount >= units);
  const { min, max, sureMin } = shelf;
  const least = units >= min ? units : sureMin <= most ? sureMin : min;
  return least <= max ? least : undefined;
}

function doubtOf(shelf: Shelf, units: Units): { doubt?: Assumption } {
  if ("amounts" in shelf) {
    return shelf.everywhere === undefined || shelf.everywhere.has(units) ? {} : { doubt: "amount-of-some-circles" };
  }
  return units >= shelf.sureMin && units <= shelf.sureMax ? {} : { doubt: "bounds-disagree" };
}

const CENT = 1_000;

/** The least amount in the account's currency, in whole cents, that delivers the wanted local one within its tolerance. */
function convert(shelf: Shelf, { units, toleranceUnits }: WantedAmount, rate: Big): Units | undefined {
  const exact = new Big(units).div(rate);
  const cents = exact.div(CENT).round(0, Big.roundUp).times(CENT).toNumber();
  const found = leastFrom(shelf, cents, new Big(units + toleranceUnits).div(rate).round(0, Big.roundDown).toNumber());
  if (found === undefined) return undefined;
  const delivered = rate.times(found);
  return delivered.gte(units) && delivered.lte(units + toleranceUnits) ? found : undefined;
}

function refusal(shelf: Shelf, units: Units): Fit {
  const { currency } = shelf;
  if (!("amounts" in shelf)) {
    return units < shelf.min
      ? refuse("AMOUNT_BELOW_MINIMUM", `the least that the operator sells is ${formatUnits(shelf.min)} ${currency}`)
      : refuse("AMOUNT_ABOVE_MAXIMUM", `the most that the operator sells is ${formatUnits(shelf.max)} ${currency}`);
  }
  const { amounts } = shelf;
  const below = amounts.findLast((amount) => amount < units);
  const above = amounts.find((amount) => amount > units);
  const nearest = [below, above].filter((amount) => amount !== undefined).map(formatUnits);
  if (nearest.length === 0)
    return refuse("AMOUNT_NOT_OFFERED", `the operator sells no amount in ${currency} at present`);
  return refuse("AMOUNT_NOT_OFFERED", `the operator sells ${nearest.join(" or ")} ${currency} next to it`);
}

const NO_BOUND = Number.MAX_SAFE_INTEGER;

/**
 * Bounds in the account's currency and those in the operator's are published side by side, and may disagree: by the
 * rounding to cents, and by more. Which are enforced is not known, so the wider ones are tried and the provider decides.
 */
function accountShelf(operator: CatalogueOperator): Shelf {
  const { accountCurrency: currency, minAmount, maxAmount, localMinAmount, localMaxAmount, fxRate } = operator;
  if (operator.denominations === "FIXED") {
    const sold = operator.circles?.map(({ fixedAmounts }) => fixedAmounts);
    return fixedShelf(operator.fixedAmounts, sold, currency);
  }
  const rate = fxRate === null || new Big(fxRate).eq(0) ? undefined : new Big(fxRate);
  const bounds = (own: string | null, local: string | null) =>
    [
      own === null ? undefined : new Big(own),
      local === null || rate === undefined ? undefined : new Big(local).div(rate),
    ]
      .filter((bound) => bound !== undefined)
      .sort((left, right) => left.cmp(right));
  const mins = bounds(minAmount, localMinAmount);
  const maxs = bounds(maxAmount, localMaxAmount);
  return {
    min: toUnits(mins[0] ?? "0", Big.roundDown),
    sureMin: toUnits(mins.at(-1) ?? "0", Big.roundUp),
    sureMax: maxs[0] === undefined ? NO_BOUND : toUnits(maxs[0], Big.roundDown),
    max: maxs[0] === undefined ? NO_BOUND : toUnits(maxs.at(-1) ?? maxs[0], Big.roundUp),
    currency,
  };
}

function localShelf(operator: CatalogueOperator): Shelf | undefined {
  if (!operator.supportsLocalAmounts) return undefined;
  const { localCurrency: currency, localMinAmount, localMaxAmount } = operator;
  if (operator.denominations === "FIXED") {
    if (operator.localFixedAmounts.length === 0) return undefined;
    const sold = operator.circles?.map(({ localFixedAmounts }) => localFixedAmounts);
    return fixedShelf(operator.localFixedAmounts, sold, currency);
  }
  const min = localMinAmount === null ? 0 : toUnits(localMinAmount, Big.roundUp);
  const max = localMaxAmount === null ? NO_BOUND : toUnits(localMaxAmount, Big.roundDown);
  return { min, max, sureMin: min, sureMax: max, currency };
}

/** An amount with more decimals than the provider takes could never be ordered, so it is left out. */
function fixedShelf(
  amounts: readonly string[],
  byCircle: ReadonlyArray<readonly string[]> | undefined,
  currency: string,
): FixedShelf {
  const shelf = { amounts: orderable(amounts).sort((left, right) => left - right), currency };
  if (byCircle === undefined) return shelf;
  const circles = byCircle.map((sold) => new Set(orderable(sold)));
  const everywhere = new Set(shelf.amounts.filter((amount) => circles.every((sold) => sold.has(amount))));
  return { ...shelf, everywhere };
}

function orderable(amounts: readonly string[]): Units[] {
  return amounts
    .map((amount) => new Big(amount).times(UNITS_PER_ONE))
    .filter((units) => units.eq(units.round(0)))
    .map((units) => units.toNumber());
}

const UNITS_PER_ONE = 100_000;

function toUnits(amount: string | Big, rounding: 0 | 3): Units {
  return new Big(amount).times(UNITS_PER_ONE).round(0, rounding).toNumber();
}

function refuse(code: ProblemCode, hint: string): Fit {
  return { ok: false, problem: { code, hint } };
}
