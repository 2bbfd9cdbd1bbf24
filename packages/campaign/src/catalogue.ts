import { Big } from "big.js";
import { z } from "zod";

const decimalSchema = z.string().regex(/^\d{1,20}(\.\d{1,20})?$/);
const optionalDecimalSchema = decimalSchema.nullable();

/** A region that an operator sells in, as in India, and what it sells there. */
const circleSchema = z.object({
  name: z.string(),
  fixedAmounts: z.array(decimalSchema),
  localFixedAmounts: z.array(decimalSchema),
});
export type Circle = z.output<typeof circleSchema>;

/**
 * An operator as the check needs it: what it sells and what that costs. Kept in the cache and, for the operators
 * that are used, in the plan. Amounts are decimal text; without "local" in the account's currency.
 */
export const catalogueOperatorSchema = z.object({
  operatorId: z.int().min(1),
  name: z.string(),
  countryCode: z.string(),
  isActive: z.boolean(),
  /** Nauta (Cuba): recipients are e-mail addresses, which a file of phone numbers cannot name. */
  takesEmail: z.boolean(),
  /** Whether what it sells is a PIN that the recipient types in. Absent in plans of earlier versions: not known. */
  issuesPins: z.boolean().optional(),
  accountCurrency: z.string(),
  localCurrency: z.string(),
  supportsLocalAmounts: z.boolean(),
  denominations: z.enum(["FIXED", "RANGE"]),
  minAmount: optionalDecimalSchema,
  maxAmount: optionalDecimalSchema,
  localMinAmount: optionalDecimalSchema,
  localMaxAmount: optionalDecimalSchema,
  fixedAmounts: z.array(decimalSchema),
  localFixedAmounts: z.array(decimalSchema),
  /**
   * Of an operator that sells by circle: what it sells in each. The fixed amounts above are then those of all circles
   * together, since the circle that a recipient is in is not known.
   */
  circles: z.array(circleSchema).optional(),
  /** Local units for one unit of the account's currency; `null` when the catalogue does not say. */
  fxRate: optionalDecimalSchema,
  /** Percent. */
  internationalDiscount: decimalSchema,
  localDiscount: decimalSchema,
  /** Flat in the account's currency, the local one in the operator's; percentages in percent. */
  fees: z.object({
    international: decimalSchema,
    internationalPercentage: decimalSchema,
    local: decimalSchema,
    localPercentage: decimalSchema,
  }),
});
export type CatalogueOperator = z.output<typeof catalogueOperatorSchema>;

/** What the catalogue's answer says of an operator, as far as this package reads it; the provider may leave any out. */
export type ProviderOperator = {
  operatorId: number;
  name: string;
  supportsLocalAmounts: boolean | null;
  denominationType: string | null;
  senderCurrencyCode: string | null;
  destinationCurrencyCode: string | null;
  internationalDiscount: string | null;
  localDiscount: string | null;
  minAmount: string | null;
  maxAmount: string | null;
  localMinAmount: string | null;
  localMaxAmount: string | null;
  country: { isoName: string | null } | null;
  fx: { rate: string | null } | null;
  fixedAmounts: readonly string[];
  localFixedAmounts: readonly string[];
  geographicalRechargePlans?: ReadonlyArray<{
    locationCode: string | null;
    locationName: string | null;
    fixedAmounts: readonly string[];
    localAmounts: readonly string[];
  }>;
  fees: {
    international: string | null;
    internationalPercentage: string | null;
    local: string | null;
    localPercentage: string | null;
  } | null;
  status: string | null;
  pin?: boolean | null;
};

/**
 * The operator as the check reads it, or `undefined` when it cannot be sold from: it does not say where it is, in what
 * currency its amounts are or which it sells. A discount or fee that is not told is none.
 */
export function catalogueOperatorOf(operator: ProviderOperator): CatalogueOperator | undefined {
  const { country, senderCurrencyCode, destinationCurrencyCode, fees, fx } = operator;
  const circles = circlesOf(operator);
  const read = catalogueOperatorSchema.safeParse({
    operatorId: operator.operatorId,
    name: operator.name,
    countryCode: country?.isoName,
    // The provider lists what it sells; it tells the status in newer answers only.
    isActive: operator.status === null || operator.status === "ACTIVE",
    takesEmail: /\bnauta\b/i.test(operator.name),
    issuesPins: operator.pin ?? undefined,
    accountCurrency: senderCurrencyCode,
    localCurrency: destinationCurrencyCode ?? senderCurrencyCode,
    supportsLocalAmounts: operator.supportsLocalAmounts ?? false,
    denominations: operator.denominationType,
    minAmount: operator.minAmount,
    maxAmount: operator.maxAmount,
    localMinAmount: operator.localMinAmount,
    localMaxAmount: operator.localMaxAmount,
    fixedAmounts: distinct([operator.fixedAmounts, ...circles.map((circle) => circle.fixedAmounts)]),
    localFixedAmounts: distinct([operator.localFixedAmounts, ...circles.map((circle) => circle.localFixedAmounts)]),
    ...(circles.length > 0 && { circles }),
    fxRate: fx?.rate ?? null,
    internationalDiscount: operator.internationalDiscount ?? "0",
    localDiscount: operator.localDiscount ?? "0",
    fees: {
      international: fees?.international ?? "0",
      internationalPercentage: fees?.internationalPercentage ?? "0",
      local: fees?.local ?? "0",
      localPercentage: fees?.localPercentage ?? "0",
    },
  });
  return read.success ? read.data : undefined;
}

/** What the operator sells in each of its circles; what it sells without naming one it sells in all. */
function circlesOf({ geographicalRechargePlans = [], fixedAmounts, localFixedAmounts }: ProviderOperator): Circle[] {
  return geographicalRechargePlans
    .map((plan) => ({
      name: plan.locationName ?? plan.locationCode ?? "",
      fixedAmounts: distinct([fixedAmounts, plan.fixedAmounts]),
      localFixedAmounts: distinct([localFixedAmounts, plan.localAmounts]),
    }))
    .filter((circle) => circle.fixedAmounts.length + circle.localFixedAmounts.length > 0);
}

/** All amounts of the lists, each once, however it is written. One that is no amount of money is left out. */
function distinct(lists: ReadonlyArray<readonly string[]>): string[] {
  const known = new Map<string, string>();
  for (const amount of lists.flat()) {
    if (!decimalSchema.safeParse(amount).success) continue;
    const plain = new Big(amount).toFixed();
    if (!known.has(plain)) known.set(plain, amount);
  }
  return [...known.values()];
}

/** Finds operators by id, or by name within a country. */
export interface Catalogue {
  byId(operatorId: number): CatalogueOperator | undefined;
  /** By its whole name, whatever its case; `undefined` also when several share it. */
  byName(countryCode: string, name: string): CatalogueOperator | undefined;
  /** How many operators of the country there are. */
  namesIn(countryCode: string): readonly string[];
}

/** Makes a catalogue of the operators that were read from the provider. */
export function createCatalogue(operators: Iterable<CatalogueOperator>): Catalogue {
  const byId = new Map<number, CatalogueOperator>();
  const byName = new Map<string, CatalogueOperator | undefined>();
  const names = new Map<string, string[]>();
  for (const operator of operators) {
    byId.set(operator.operatorId, operator);
    const key = nameKey(operator.countryCode, operator.name);
    byName.set(key, byName.has(key) ? undefined : operator);
    names.set(operator.countryCode, [...(names.get(operator.countryCode) ?? []), operator.name]);
  }
  return {
    byId: (operatorId) => byId.get(operatorId),
    byName: (countryCode, name) => byName.get(nameKey(countryCode, name)),
    namesIn: (countryCode) => names.get(countryCode) ?? [],
  };
}

function nameKey(countryCode: string, name: string): string {
  return `${countryCode}:${name.toLowerCase().replace(/\s+/g, " ").trim()}`;
}
