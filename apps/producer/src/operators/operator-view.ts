import type { Operator } from "@surefill/reloadly-client";
import { z } from "zod";

const amount = z.string().describe("Decimal text");

const shelfSchema = z.object({
  currency: z.string().nullable(),
  min: amount.nullable(),
  max: amount.nullable(),
  fixed: z.array(amount).describe("Just these amounts are sold, where there are any"),
  plans: z
    .array(z.object({ amount, name: z.string().nullable(), description: z.string().nullable() }))
    .describe("What the operator calls its amounts, where it says so"),
});

/** An operator as the API shows it. */
export const operatorViewSchema = z
  .object({
    operatorId: z.number().int(),
    name: z.string(),
    countryCode: z.string().nullable(),
    countryName: z.string().nullable(),
    status: z.string().nullable().describe("ACTIVE, or why it takes no top-ups; null where Reloadly does not say"),
    kinds: z.array(z.enum(["data", "bundle", "combo", "pin"])).describe("None for plain airtime"),
    recipient: z.enum(["phone", "email"]).describe("What a top-up has to name; e-mail for Nauta in Cuba"),
    denominationType: z.string().nullable().describe("FIXED or RANGE"),
    account: shelfSchema.describe("Amounts in the account's currency"),
    local: shelfSchema.nullable().describe("Amounts with useLocalAmount; null where the operator takes none"),
    circles: z
      .array(z.object({ name: z.string(), fixed: z.array(amount), localFixed: z.array(amount) }))
      .describe("Regions in which the operator sells amounts of its own"),
    fxRate: amount.nullable().describe("Local units for one unit of the account's currency"),
    discountPercent: amount.nullable(),
    localDiscountPercent: amount.nullable(),
    fees: z
      .object({
        flat: amount.nullable(),
        percent: amount.nullable(),
        localFlat: amount.nullable(),
        localPercent: amount.nullable(),
      })
      .nullable(),
  })
  .meta({ id: "Operator" });

export type OperatorView = z.output<typeof operatorViewSchema>;

/** Shows an operator of the catalogue. */
export function operatorView(operator: Operator): OperatorView {
  const { country, fees, fx } = operator;
  const kinds = [
    operator.data && ("data" as const),
    operator.bundle && ("bundle" as const),
    operator.comboProduct && ("combo" as const),
    operator.pin && ("pin" as const),
  ].filter((kind) => kind !== null && kind !== false);
  return {
    operatorId: operator.operatorId,
    name: operator.name,
    countryCode: country?.isoName ?? null,
    countryName: country?.name ?? null,
    status: operator.status,
    kinds,
    recipient: /\bnauta\b/i.test(operator.name) ? "email" : "phone",
    denominationType: operator.denominationType,
    account: {
      currency: operator.senderCurrencyCode,
      min: operator.minAmount,
      max: operator.maxAmount,
      fixed: [...operator.fixedAmounts],
      plans: plansOf(operator.fixedAmountsPlanNames, operator.fixedAmountsDescriptions),
    },
    local: operator.supportsLocalAmounts
      ? {
          currency: operator.destinationCurrencyCode,
          min: operator.localMinAmount,
          max: operator.localMaxAmount,
          fixed: [...operator.localFixedAmounts],
          plans: plansOf(operator.localFixedAmountsPlanNames, operator.localFixedAmountsDescriptions),
        }
      : null,
    circles: operator.geographicalRechargePlans.map((circle) => ({
      name: circle.locationName ?? circle.locationCode ?? "",
      fixed: [...circle.fixedAmounts],
      localFixed: [...circle.localAmounts],
    })),
    fxRate: fx?.rate ?? null,
    discountPercent: operator.internationalDiscount,
    localDiscountPercent: operator.localDiscount,
    fees:
      fees === null
        ? null
        : {
            flat: fees.international,
            percent: fees.internationalPercentage,
            localFlat: fees.local,
            localPercent: fees.localPercentage,
          },
  };
}

function plansOf(names: Readonly<Record<string, string>>, descriptions: Readonly<Record<string, string>>) {
  const amounts = [...new Set([...Object.keys(names), ...Object.keys(descriptions)])];
  return amounts.map((each) => ({
    amount: each,
    name: names[each] ?? null,
    description: descriptions[each] ?? null,
  }));
}
