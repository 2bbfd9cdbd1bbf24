import { exact } from "../json.js";
import { type Decimal, decimal, formatDecimal } from "../money.js";
import type { Circle } from "./circles.js";
import type { Operator } from "./operators.js";
import { PROMOTIONS } from "./promotions.js";

const SYMBOLS: Readonly<Record<string, string>> = { USD: "$", EUR: "€", GBP: "£" };

/** An amount as Reloadly prints it: a number with at most two decimals. */
const amount = (value: Decimal) => exact(formatDecimal(value, 2));

/** The operator object of every operator endpoint. */
export function operatorBody(
  operator: Operator,
  shown: { currency: string; suggestions: boolean },
): Record<string, unknown> {
  const { country, internationalDiscount, localDiscount, fees, kind } = operator;
  return {
    id: operator.operatorId,
    operatorId: operator.operatorId,
    name: operator.name,
    bundle: kind === "bundle",
    data: kind === "data",
    comboProduct: kind === "combo",
    pin: kind === "pin",
    supportsLocalAmounts: operator.supportsLocalAmounts,
    supportsGeographicalRechargePlans: operator.circles.length > 0,
    denominationType: operator.range === undefined ? "FIXED" : "RANGE",
    senderCurrencyCode: shown.currency,
    senderCurrencySymbol: SYMBOLS[shown.currency] ?? shown.currency,
    destinationCurrencyCode: country.currencyCode,
    destinationCurrencySymbol: country.currencySymbol,
    commission: exact(internationalDiscount.toFixed()),
    internationalDiscount: exact(internationalDiscount.toFixed()),
    localDiscount: exact(localDiscount.toFixed()),
    ...bounds(operator),
    country: { isoName: country.isoName, name: country.name },
    fx: { rate: exact(operator.fxRate.toFixed()), currencyCode: country.currencyCode },
    logoUrls: [`https://s3.amazonaws.com/rld-operator/sandbox-${operator.operatorId}-size-1.png`],
    ...fixedAmounts(operator),
    ...suggestions(operator, shown.suggestions),
    fees: {
      international: exact(fees.international.toFixed()),
      internationalPercentage: exact(fees.internationalPercentage.toFixed()),
      local: exact(fees.local.toFixed()),
      localPercentage: exact(fees.localPercentage.toFixed()),
    },
    geographicalRechargePlans: operator.circles.map((circle) => circleBody(circle, operator)),
    promotions: PROMOTIONS.filter(({ operatorId }) => operatorId === operator.operatorId),
    additionalPlans: [],
    status: "ACTIVE",
  };
}

/** Bounds in sender currency are the local ones, converted and rounded to cents. */
function bounds(operator: Operator): Record<string, unknown> {
  const { range, supportsLocalAmounts, fxRate } = operator;
  if (range === undefined) {
    const none = { minAmount: null, maxAmount: null, localMinAmount: null, localMaxAmount: null };
    return { mostPopularAmount: null, mostPopularLocalAmount: null, ...none };
  }
  const [min, max] = supportsLocalAmounts ? [range.min.div(fxRate), range.max.div(fxRate)] : [range.min, range.max];
  return {
    mostPopularAmount: amount(min.times(2)),
    mostPopularLocalAmount: supportsLocalAmounts ? amount(range.min.times(2)) : null,
    minAmount: amount(min),
    maxAmount: amount(max),
    localMinAmount: supportsLocalAmounts ? amount(range.min) : null,
    localMaxAmount: supportsLocalAmounts ? amount(range.max) : null,
  };
}

function fixedAmounts(operator: Operator): Record<string, unknown> {
  return {
    fixedAmounts: operator.fixedAmounts.map(amount),
    fixedAmountsPlanNames: planNames(operator, operator.fixedAmounts),
    fixedAmountsDescriptions: descriptions(operator, operator.fixedAmounts),
    localFixedAmounts: operator.localFixedAmounts.map(amount),
    localFixedAmountsPlanNames: planNames(operator, operator.localFixedAmounts),
    localFixedAmountsDescriptions: descriptions(operator, operator.localFixedAmounts),
  };
}

function circleBody(circle: Circle, { country }: Operator): Record<string, unknown> {
  const { locationCode, locationName, fixedAmounts, localAmounts } = circle;
  const texts = (amounts: readonly Decimal[], text: (local: string) => string) =>
    Object.fromEntries(amounts.map((one, index) => [one.toFixed(2), text((localAmounts[index] ?? one).toFixed(2))]));
  const name = (local: string) => `Talktime ${local}`;
  const description = (local: string) => `Get Talktime of ${country.currencyCode} ${local}`;
  return {
    locationCode,
    locationName,
    fixedAmounts: fixedAmounts.map(amount),
    localAmounts: localAmounts.map(amount),
    fixedAmountsPlanNames: texts(fixedAmounts, name),
    fixedAmountsDescriptions: texts(fixedAmounts, description),
    localFixedAmountsPlanNames: texts(localAmounts, name),
    localFixedAmountsDescriptions: texts(localAmounts, description),
  };
}

const PLAN_KINDS: ReadonlySet<Operator["kind"]> = new Set(["bundle", "data", "combo"]);

function planNames({ kind }: Operator, amounts: readonly Decimal[]): Record<string, string> {
  if (!PLAN_KINDS.has(kind)) return {};
  return Object.fromEntries(amounts.map((one, index) => [one.toFixed(2), `Plan ${index + 1}`]));
}

function descriptions(operator: Operator, amounts: readonly Decimal[]): Record<string, string> {
  if (!PLAN_KINDS.has(operator.kind)) return {};
  return Object.fromEntries(amounts.map((one, index) => [one.toFixed(2), `${operator.name} plan ${index + 1}`]));
}

function suggestions(operator: Operator, isShown: boolean): Record<string, unknown> {
  const { range, fxRate, supportsLocalAmounts } = operator;
  if (!isShown) return { suggestedAmounts: [], suggestedAmountsMap: {} };
  if (range === undefined) {
    const delivered = operator.fixedAmounts.map((one) => [one.toFixed(2), amount(one.times(fxRate))]);
    return { suggestedAmounts: [], suggestedAmountsMap: Object.fromEntries(delivered) };
  }
  const min = supportsLocalAmounts ? range.min.div(fxRate) : range.min;
  const max = supportsLocalAmounts ? range.max.div(fxRate) : range.max;
  const suggested = ["1", "5", "10", "20", "50"].map(decimal).filter((one) => one.gte(min) && one.lte(max));
  const delivered = suggested.map((one) => [formatDecimal(one, 2), amount(one.times(fxRate))]);
  return { suggestedAmounts: suggested.map(amount), suggestedAmountsMap: Object.fromEntries(delivered) };
}
