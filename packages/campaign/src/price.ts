import { Big } from "big.js";
import type { CatalogueOperator } from "./catalogue.js";
import { formatUnits, type Units } from "./money.js";

/** What one top-up costs, in units of the account's currency: `cost` is `face` - `discount` + `fee`. */
export type Price = {
  face: Units;
  discount: Units;
  fee: Units;
  cost: Units;
  /** The most that the provider may debit. */
  reserve: Units;
};

/** Prices amounts of one operator. `undefined` for a local amount whose rate the catalogue does not know. */
export type Pricer = (amountUnits: Units, useLocalAmount: boolean) => Price | undefined;

const UNITS_PER_ONE = 100_000;
/** Amounts repeat; a file of a million different ones must not fill the memory with their prices. */
const REMEMBERED_MAX = 10_000;

/**
 * Reloadly's debit, rounded half up to five decimals: `S * (1 - discount % + fee %) + flat fee`, with S the amount in
 * the account's currency. An order that pays a percentage fee gets no discount. A local amount is divided by the rate,
 * as its flat fee is, and has the local percentages.
 *
 * The reserve leaves the discount away, and for a local amount adds `marginPercent` because its rate moves.
 */
export function createPricer(operator: CatalogueOperator, marginPercent: number): Pricer {
  const account = createRule(operator, false, 0);
  const local = createRule(operator, true, marginPercent);
  const remembered = { account: new Map<Units, Price>(), local: new Map<Units, Price>() };
  return (amountUnits, useLocalAmount) => {
    const rule = useLocalAmount ? local : account;
    if (rule === undefined) return undefined;
    const known = useLocalAmount ? remembered.local : remembered.account;
    const price = known.get(amountUnits) ?? rule(amountUnits);
    if (known.size < REMEMBERED_MAX) known.set(amountUnits, price);
    return price;
  };
}

function createRule(
  operator: CatalogueOperator,
  isLocal: boolean,
  marginPercent: number,
): ((amountUnits: Units) => Price) | undefined {
  const { fees } = operator;
  const rate = isLocal ? new Big(operator.fxRate ?? "0") : new Big(1);
  if (rate.eq(0)) return undefined;
  const feePercent = new Big(isLocal ? fees.localPercentage : fees.internationalPercentage);
  const flatFee = new Big(isLocal ? fees.local : fees.international);
  const discountPercent = feePercent.eq(0)
    ? new Big(isLocal ? operator.localDiscount : operator.internationalDiscount)
    : new Big(0);
  const margin = new Big(marginPercent).div(100).plus(1);
  return (amountUnits) => {
    // Divided by the rate last: what falls half-way between two units would not any more, had it been cut off before.
    const amount = new Big(formatUnits(amountUnits));
    const undiscounted = amount.plus(amount.times(feePercent).div(100)).plus(flatFee);
    const discounted = undiscounted.minus(amount.times(discountPercent).div(100));
    const cost = toUnits(discounted.div(rate), Big.roundHalfUp);
    const face = toUnits(amount.div(rate), Big.roundHalfUp);
    // Whatever rounding leaves over goes to the discount, or to the fee where there is none: the three always add up.
    const fee = discountPercent.eq(0) ? cost - face : toUnits(undiscounted.minus(amount).div(rate), Big.roundHalfUp);
    const reserve = toUnits(undiscounted.times(margin).div(rate), Big.roundUp);
    return { face, discount: face + fee - cost, fee, cost, reserve };
  };
}

function toUnits(amount: Big, rounding: 1 | 3): Units {
  return amount.times(UNITS_PER_ONE).round(0, rounding).toNumber();
}
