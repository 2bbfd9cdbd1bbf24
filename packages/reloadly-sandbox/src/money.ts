import { Big } from "big.js";

/**
 * Wallet money is held in units of 0.00001, the precision of Reloadly's wallet, as whole numbers: sums are exact and
 * cheap, and there is nothing to round. A safe integer reaches 90 billion in any currency.
 */
export type Units = number;

const UNITS_PER_ONE = 100_000;

/** Exact decimal arithmetic, for everything that is not a sum of units. */
export type Decimal = Big;

/** A sign, digits, and at most a two-digit exponent: what a person or a program may reasonably send as an amount. */
const NUMBER = /^[+-]?(\d{1,30}(\.\d{1,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?$/;

/** Reads an amount exactly, or undefined when the text is no number. */
export function parseDecimal(text: string): Decimal | undefined {
  return NUMBER.test(text) ? new Big(text) : undefined;
}

/** An exact decimal from a literal of the catalogue. */
export function decimal(text: string): Decimal {
  return new Big(text);
}

/** Rounds half up to the wallet's precision. */
export function toUnits(amount: Decimal): Units {
  return amount.times(UNITS_PER_ONE).round(0, Big.roundHalfUp).toNumber();
}

/** Prints units with all five decimals, as the wallet does: `993.61215`, `5.00000`. */
export function formatUnits(units: Units): string {
  const digits = Math.abs(units).toString().padStart(6, "0");
  return `${units < 0 ? "-" : ""}${digits.slice(0, -5)}.${digits.slice(-5)}`;
}

/** Prints a decimal rounded half up to `places`, without trailing zeros and never with an exponent. */
export function formatDecimal(amount: Decimal, places: number): string {
  return amount.round(places, Big.roundHalfUp).toFixed();
}

/** Percentages and flat fee that apply to an order, the flat fee and the discount in sender currency. */
export interface Pricing {
  readonly discountPercentage: Decimal;
  readonly feePercentage: Decimal;
  readonly flatFee: Decimal;
}

/** What an order takes from the wallet, in units. */
export interface Price {
  readonly cost: Units;
  readonly discount: Units;
  readonly fee: Units;
}

/**
 * Reloadly's debit: `round5(S * (1 - discount% + fee%) + flatFee)` with S in sender currency. An order that pays a
 * percentage fee gets no discount.
 */
export function priceOrder(senderAmount: Decimal, pricing: Pricing): Price {
  const paysPercentage = !pricing.feePercentage.eq(0);
  const discount = paysPercentage ? new Big(0) : senderAmount.times(pricing.discountPercentage).div(100);
  const fee = senderAmount.times(pricing.feePercentage).div(100).plus(pricing.flatFee);
  return {
    cost: toUnits(senderAmount.minus(discount).plus(fee)),
    discount: toUnits(discount),
    fee: toUnits(fee),
  };
}
