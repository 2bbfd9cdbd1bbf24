import { z } from "zod";
import type { Caller, ReadOptions } from "./caller.js";
import { wholeNumberSchema } from "./decimal.js";
import { looseText } from "./loose.js";
import { listSchema, oneSchema, type Page, pageSchema } from "./page.js";
import { queryString } from "./query.js";
import { type PageRequest, requireCountryCode, requireId, requirePage } from "./request-checks.js";

/** A promotion, by itself or inside its operator. */
export const promotionSchema = z
  .object({
    promotionId: wholeNumberSchema.optional(),
    id: wholeNumberSchema.optional(),
    operatorId: wholeNumberSchema,
    title: looseText,
    title2: looseText,
    /** HTML, as the operator wrote it. Do not show it unescaped. */
    description: looseText,
    startDate: looseText,
    endDate: looseText,
    denominations: looseText,
    localDenominations: looseText,
  })
  .transform(({ id, promotionId = id, ...rest }, context) => {
    if (promotionId !== undefined) return { promotionId, ...rest };
    context.addIssue({ code: "custom", path: ["promotionId"], message: "must be there" });
    return z.NEVER;
  });

/** An operator's promotion. Dates are Reloadly's own text. */
export type Promotion = z.output<typeof promotionSchema>;

/** Reading promotions. */
export interface Promotions {
  /** `GET /promotions`. */
  listPromotions(request: PageRequest, options: ReadOptions): Promise<Page<Promotion>>;
  /** `GET /promotions/{promotionId}`. */
  getPromotion(promotionId: number, options: ReadOptions): Promise<Promotion>;
  /** `GET /promotions/operators/{operatorId}`. */
  listPromotionsByOperator(operatorId: number, options: ReadOptions): Promise<Promotion[]>;
  /** `GET /promotions/country-codes/{countryCode}`. */
  listPromotionsByCountry(countryCode: string, options: ReadOptions): Promise<Promotion[]>;
}

const PAGE_SIZE_MAX = 1_000;
const LIST_BYTES_MAX = 8 * 1_024 * 1_024;

const promotionPageSchema = pageSchema(promotionSchema);
const promotionListSchema = listSchema(promotionSchema);
const onePromotionSchema = oneSchema(promotionSchema);

export function createPromotions(caller: Caller): Promotions {
  const readList = (operation: string, path: string, options: ReadOptions) =>
    caller.read({ operation, method: "GET", path, schema: promotionListSchema, bodyBytesMax: LIST_BYTES_MAX }, options);

  return {
    async listPromotions(request, options) {
      const operation = "listPromotions";
      requirePage(operation, request, PAGE_SIZE_MAX);
      const path = `/promotions${queryString({ ...request })}`;
      const schema = promotionPageSchema;
      return caller.read({ operation, method: "GET", path, schema, bodyBytesMax: LIST_BYTES_MAX }, options);
    },
    async getPromotion(promotionId, options) {
      const operation = "getPromotion";
      requireId(operation, "promotionId", promotionId);
      const path = `/promotions/${promotionId}`;
      return caller.read({ operation, method: "GET", path, schema: onePromotionSchema }, options);
    },
    async listPromotionsByOperator(operatorId, options) {
      const operation = "listPromotionsByOperator";
      requireId(operation, "operatorId", operatorId);
      return readList(operation, `/promotions/operators/${operatorId}`, options);
    },
    async listPromotionsByCountry(countryCode, options) {
      const operation = "listPromotionsByCountry";
      requireCountryCode(operation, "countryCode", countryCode);
      return readList(operation, `/promotions/country-codes/${countryCode}`, options);
    },
  };
}
