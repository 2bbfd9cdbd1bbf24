import { z } from "zod";
import type { Caller, ReadOptions } from "./caller.js";
import { decimalSchema, wholeNumberSchema } from "./decimal.js";
import {
  looseCount,
  looseDecimal,
  looseDecimalMap,
  looseDecimals,
  looseFlag,
  looseList,
  looseText,
  looseTextMap,
  looseTexts,
} from "./loose.js";
import { listSchema, oneSchema, type Page, pageSchema } from "./page.js";
import { promotionSchema } from "./promotions.js";
import { queryString } from "./query.js";
import { invalidRequest, requireAmount, requireCountryCode, requireId, requirePage } from "./request-checks.js";

const feesSchema = z.object({
  international: looseDecimal,
  internationalPercentage: looseDecimal,
  local: looseDecimal,
  localPercentage: looseDecimal,
});

/**
 * What an operator sells in one of its circles (regions, as in India): `fixedAmounts` in the sender's currency and
 * `localAmounts` in the operator's, with the plans' names and descriptions by amount.
 */
const geographicalRechargePlanSchema = z.object({
  locationCode: looseText,
  locationName: looseText,
  fixedAmounts: looseDecimals,
  localAmounts: looseDecimals,
  fixedAmountsPlanNames: looseTextMap,
  fixedAmountsDescriptions: looseTextMap,
  localFixedAmountsPlanNames: looseTextMap,
  localFixedAmountsDescriptions: looseTextMap,
});

export type GeographicalRechargePlan = z.output<typeof geographicalRechargePlanSchema>;

/**
 * An operator: what it sells, in which amounts, at which discount. Amounts are decimal text. `denominationType` is
 * "RANGE" (then the minimum and maximum are set) or "FIXED" (then the fixed amounts are). Amounts without "local"
 * are in `senderCurrencyCode`, those with it in `destinationCurrencyCode`. `fx.rate` is local units for one unit of
 * the sender's currency. An operator that sells by circle has its amounts in `geographicalRechargePlans` and none of
 * its own. `additionalPlans` is not documented: as it came, with numbers as text.
 */
export const operatorSchema = z
  .object({
    operatorId: wholeNumberSchema.optional(),
    id: wholeNumberSchema.optional(),
    name: z.string(),
    bundle: looseFlag,
    data: looseFlag,
    comboProduct: looseFlag,
    pin: looseFlag,
    supportsLocalAmounts: looseFlag,
    supportsGeographicalRechargePlans: looseFlag,
    denominationType: looseText,
    senderCurrencyCode: looseText,
    senderCurrencySymbol: looseText,
    destinationCurrencyCode: looseText,
    destinationCurrencySymbol: looseText,
    commission: looseDecimal,
    internationalDiscount: looseDecimal,
    localDiscount: looseDecimal,
    mostPopularAmount: looseDecimal,
    mostPopularLocalAmount: looseDecimal,
    minAmount: looseDecimal,
    maxAmount: looseDecimal,
    localMinAmount: looseDecimal,
    localMaxAmount: looseDecimal,
    country: z.object({ isoName: looseText, name: looseText }).nullable().catch(null),
    fx: z.object({ rate: looseDecimal, currencyCode: looseText }).nullable().catch(null),
    logoUrls: looseTexts,
    fixedAmounts: looseDecimals,
    fixedAmountsPlanNames: looseTextMap,
    fixedAmountsDescriptions: looseTextMap,
    localFixedAmounts: looseDecimals,
    localFixedAmountsPlanNames: looseTextMap,
    localFixedAmountsDescriptions: looseTextMap,
    suggestedAmounts: looseDecimals,
    suggestedAmountsMap: looseDecimalMap,
    fees: feesSchema.nullable().catch(null),
    geographicalRechargePlans: looseList(geographicalRechargePlanSchema),
    promotions: looseList(promotionSchema),
    additionalPlans: looseList(z.unknown()),
    status: looseText,
  })
  .transform(({ id, operatorId = id, ...rest }, context) => {
    if (operatorId !== undefined) return { operatorId, ...rest };
    context.addIssue({ code: "custom", path: ["operatorId"], message: "must be there" });
    return z.NEVER;
  });

export type Operator = z.output<typeof operatorSchema>;

/** Which operators to list, and which page of them. Flags are Reloadly's own; what it leaves out by default varies. */
export interface OperatorFilter {
  /** Counts from 1. */
  page?: number;
  /** At most 1000. Default 200. */
  size?: number;
  includeBundles?: boolean;
  includeData?: boolean;
  includePin?: boolean;
  includeCombo?: boolean;
  includeRange?: boolean;
  includeFixed?: boolean;
  bundlesOnly?: boolean;
  comboOnly?: boolean;
  dataOnly?: boolean;
  pinOnly?: boolean;
  suggestedAmounts?: boolean;
  suggestedAmountsMap?: boolean;
}

/** `OperatorFilter` without its paging. */
export type OperatorFlags = Omit<OperatorFilter, "page" | "size">;

const fxRateSchema = z.object({
  id: looseCount,
  name: looseText,
  /** Documented as a rate, seen as the amount in the operator's currency. Use the operator's `fx.rate` to compute. */
  fxRate: decimalSchema,
  currencyCode: looseText,
});

export type FxRate = z.output<typeof fxRateSchema>;

/** Reading the catalogue of operators. */
export interface Operators {
  /** `GET /operators`. */
  listOperators(filter: OperatorFilter, options: ReadOptions): Promise<Page<Operator>>;
  /** `GET /operators/{operatorId}`. */
  getOperator(operatorId: number, options: ReadOptions): Promise<Operator>;
  /** `GET /operators/countries/{countryCode}`. */
  listOperatorsByCountry(countryCode: string, options: ReadOptions, flags?: OperatorFlags): Promise<Operator[]>;
  /** `GET /operators/auto-detect/…`: by the number's prefix, so ported numbers may be wrong. */
  detectOperator(phone: { phone: string; countryCode: string }, options: ReadOptions): Promise<Operator>;
  /**
   * `GET /operators/mnp-lookup/…`: looks the number up at its operator, ported numbers included. Reloadly charges for
   * each look-up, so it is never retried.
   */
  lookUpOperator(
    phone: { phone: string; countryCode: string },
    options: Pick<ReadOptions, "signal">,
  ): Promise<Operator>;
  /** `POST /mnp-lookup/operators`: the same look-up by the newer path. Charged for and never retried, too. */
  lookUpOperatorByPost(
    phone: { phone: string; countryCode: string },
    options: Pick<ReadOptions, "signal">,
  ): Promise<Operator>;
  /** `POST /operators/fx-rate`. */
  getFxRate(request: { operatorId: number; amount: string }, options: ReadOptions): Promise<FxRate>;
  /** `POST /operators/{operatorId}/fx-rate`: the same answer by the path of Reloadly's SDKs. */
  getFxRateOfOperator(request: { operatorId: number; amount: string }, options: ReadOptions): Promise<FxRate>;
}

const PAGE_SIZE_MAX = 1_000;
const LIST_BYTES_MAX = 16 * 1_024 * 1_024;

const operatorPageSchema = pageSchema(operatorSchema);
const operatorListSchema = listSchema(operatorSchema);
const oneOperatorSchema = oneSchema(operatorSchema);

export function createOperators(caller: Caller): Operators {
  return {
    async listOperators(filter, options) {
      const operation = "listOperators";
      requirePage(operation, filter, PAGE_SIZE_MAX);
      const path = `/operators${queryString({ ...filter })}`;
      const call = {
        operation,
        method: "GET" as const,
        path,
        schema: operatorPageSchema,
        bodyBytesMax: LIST_BYTES_MAX,
      };
      return caller.read(call, options);
    },
    async getOperator(operatorId, options) {
      const operation = "getOperator";
      requireId(operation, "operatorId", operatorId);
      const path = `/operators/${operatorId}`;
      return caller.read({ operation, method: "GET", path, schema: oneOperatorSchema }, options);
    },
    async listOperatorsByCountry(countryCode, options, flags = {}) {
      const operation = "listOperatorsByCountry";
      requireCountryCode(operation, "countryCode", countryCode);
      const path = `/operators/countries/${countryCode}${queryString({ ...flags })}`;
      const call = {
        operation,
        method: "GET" as const,
        path,
        schema: operatorListSchema,
        bodyBytesMax: LIST_BYTES_MAX,
      };
      return caller.read(call, options);
    },
    async detectOperator(phone, options) {
      const operation = "detectOperator";
      const path = `/operators/auto-detect/${phonePath(operation, phone)}`;
      return caller.read({ operation, method: "GET", path, schema: oneOperatorSchema }, options);
    },
    async lookUpOperator(phone, { signal }) {
      const operation = "lookUpOperator";
      const path = `/operators/mnp-lookup/${phonePath(operation, phone)}`;
      return caller.read({ operation, method: "GET", path, schema: oneOperatorSchema }, { signal });
    },
    async lookUpOperatorByPost(phone, { signal }) {
      const operation = "lookUpOperatorByPost";
      requireLookUpPhone(operation, phone);
      const body = JSON.stringify({ phone: phone.phone, countryCode: phone.countryCode });
      const path = "/mnp-lookup/operators";
      return caller.read({ operation, method: "POST", path, body, schema: oneOperatorSchema }, { signal });
    },
    async getFxRate({ operatorId, amount }, options) {
      const operation = "getFxRate";
      requireId(operation, "operatorId", operatorId);
      requireAmount(operation, "amount", amount);
      const body = JSON.stringify({ operatorId, amount });
      const path = "/operators/fx-rate";
      return caller.read({ operation, method: "POST", path, body, schema: fxRateSchema }, options);
    },
    async getFxRateOfOperator({ operatorId, amount }, options) {
      const operation = "getFxRateOfOperator";
      requireId(operation, "operatorId", operatorId);
      requireAmount(operation, "amount", amount);
      const path = `/operators/${operatorId}/fx-rate`;
      const body = JSON.stringify({ amount });
      return caller.read({ operation, method: "POST", path, body, schema: fxRateSchema }, options);
    },
  };
}

function phonePath(operation: string, number: { phone: string; countryCode: string }): string {
  requireLookUpPhone(operation, number);
  return `phone/${encodeURIComponent(number.phone)}/countries/${number.countryCode}`;
}

function requireLookUpPhone(operation: string, { phone, countryCode }: { phone: string; countryCode: string }): void {
  requireCountryCode(operation, "countryCode", countryCode);
  if (/^\+?\d{4,20}$/.test(phone)) return;
  throw invalidRequest(operation, "phone", "must be digits, with or without a leading +");
}
