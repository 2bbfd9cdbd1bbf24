import { Big } from "big.js";
import type { CatalogueOperator } from "./catalogue.js";
import { formatUnits, type Units } from "./money.js";
import type { Assumption, Problem, ProblemCode } from "./problems.js";

/** An amount that a file asks for. `toleranceUnits`: how much more may be sent, so that it is one the operator sells. */
export type WantedAmount = { units: Units; isLocal: boolean; toleranceUnits: Units };

export type Fit =
  | { ok: true; units: Units; isLocal: boolean; assumption?: Assumption }
  | { ok: false; problem: Problem };

/** Finds the amount that is sent for the wanted one: the same, or the least more within the tolerance. Never less. */
export type Offer = (wanted: WantedAmount) => Fit;

/** What an operator sells in one currency. `amounts` rise; where they are absent, everything between the bounds is sold. */
type Shelf = { amounts?: readonly Units[]; min: Units; max: Units; currency: string };

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
      return { ok: true, units: converted, isLocal: false, assumption: "local-amount-converted" };
    }
    return refuse(
      "LOCAL_AMOUNT_NOT_SUPPORTED",
      `takes amounts in ${operator.accountCurrency} only, and none delivers this within the tolerance`,
    );
  };
}

function fitOnShelf(shelf: Shelf, { units, isLocal, toleranceUnits }: WantedAmount): Fit {
  const found = leastFrom(shelf, units);
  if (found === units) return { ok: true, units, isLocal };
  if (found !== undefined && found - units <= toleranceUnits) {
    return { ok: true, units: found, isLocal, assumption: "amount-moved" };
  }
  return refusal(shelf, units);
}

/** The least amount on the shelf that is not less. */
function leastFrom({ amounts, min, max }: Shelf, units: Units): Units | undefined {
  if (amounts !== undefined) return amounts.find((amount) => amount >= units);
  const least = Math.max(units, min);
  return least <= max ? least : undefined;
}

const CENT = 1_000;

/** The least amount in the account's currency, in whole cents, that delivers the wanted local one within its tolerance. */
function convert(shelf: Shelf, { units, toleranceUnits }: WantedAmount, rate: Big): Units | undefined {
  const exact = new Big(units).div(rate);
  const cents = exact.div(CENT).round(0, Big.roundUp).times(CENT).toNumber();
  const found = leastFrom(shelf, cents);
  if (found === undefined) return undefined;
  const delivered = rate.times(found);
  return delivered.gte(units) && delivered.lte(units + toleranceUnits) ? found : undefined;
}

function refusal({ amounts, min, max, currency }: Shelf, units: Units): Fit {
  if (amounts === undefined) {
    return units < min
      ? refuse("AMOUNT_BELOW_MINIMUM", `the least that the operator sells is ${formatUnits(min)} ${currency}`)
      : refuse("AMOUNT_ABOVE_MAXIMUM", `the most that the operator sells is ${formatUnits(max)} ${currency}`);
  }
  const below = amounts.findLast((amount) => amount < units);
  const above = amounts.find((amount) => amount > units);
  const nearest = [below, above].filter((amount) => amount !== undefined).map(formatUnits);
  if (nearest.length === 0)
    return refuse("AMOUNT_NOT_OFFERED", `the operator sells no amount in ${currency} at present`);
  return refuse("AMOUNT_NOT_OFFERED", `the operator sells ${nearest.join(" or ")} ${currency} next to it`);
}

const NO_BOUND = Number.MAX_SAFE_INTEGER;

/** Bounds in the account's currency are the local ones rounded to cents, but it is the local ones that are enforced. */
function accountShelf(operator: CatalogueOperator): Shelf {
  const { accountCurrency: currency, minAmount, maxAmount, localMinAmount, localMaxAmount, fxRate } = operator;
  if (operator.denominations === "FIXED") return fixedShelf(operator.fixedAmounts, currency);
  const rate = operator.supportsLocalAmounts && fxRate !== null && !new Big(fxRate).eq(0) ? new Big(fxRate) : undefined;
  const mins = [minAmount, rate && localMinAmount && new Big(localMinAmount).div(rate)];
  const maxs = [maxAmount, rate && localMaxAmount && new Big(localMaxAmount).div(rate)];
  return {
    min: Math.max(0, ...mins.map((bound) => (bound ? toUnits(bound, Big.roundUp) : 0))),
    max: Math.min(NO_BOUND, ...maxs.map((bound) => (bound ? toUnits(bound, Big.roundDown) : NO_BOUND))),
    currency,
  };
}

function localShelf(operator: CatalogueOperator): Shelf | undefined {
  if (!operator.supportsLocalAmounts) return undefined;
  const { localCurrency: currency, localMinAmount, localMaxAmount } = operator;
  if (operator.denominations === "FIXED") {
    return operator.localFixedAmounts.length === 0 ? undefined : fixedShelf(operator.localFixedAmounts, currency);
  }
  return {
    min: localMinAmount === null ? 0 : toUnits(localMinAmount, Big.roundUp),
    max: localMaxAmount === null ? NO_BOUND : toUnits(localMaxAmount, Big.roundDown),
    currency,
  };
}

/** An amount with more decimals than the provider takes could never be ordered, so it is left out. */
function fixedShelf(amounts: readonly string[], currency: string): Shelf {
  const rising = amounts
    .map((amount) => new Big(amount).times(UNITS_PER_ONE))
    .filter((units) => units.eq(units.round(0)))
    .map((units) => units.toNumber())
    .sort((left, right) => left - right);
  return { amounts: rising, min: rising[0] ?? 0, max: rising.at(-1) ?? 0, currency };
}

const UNITS_PER_ONE = 100_000;

function toUnits(amount: string | Big, rounding: 0 | 3): Units {
  return new Big(amount).times(UNITS_PER_ONE).round(0, rounding).toNumber();
}

function refuse(code: ProblemCode, hint: string): Fit {
  return { ok: false, problem: { code, hint } };
}
