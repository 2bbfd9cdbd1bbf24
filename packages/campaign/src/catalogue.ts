import { z } from "zod";

const decimalSchema = z.string().regex(/^\d{1,20}(\.\d{1,20})?$/);
const optionalDecimalSchema = decimalSchema.nullable();

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
