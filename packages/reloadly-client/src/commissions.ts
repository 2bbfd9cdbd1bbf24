import { z } from "zod";
import type { Caller, ReadOptions } from "./caller.js";
import { wholeNumberSchema } from "./decimal.js";
import { looseDecimal, looseFlag, looseText } from "./loose.js";
import { oneSchema, type Page, pageSchema } from "./page.js";
import { queryString } from "./query.js";
import { type PageRequest, requireId, requirePage } from "./request-checks.js";

const commissionOperatorSchema = z
  .object({
    operatorId: wholeNumberSchema.optional(),
    id: wholeNumberSchema.optional(),
    name: looseText,
    countryCode: looseText,
    status: looseFlag,
    bundle: looseFlag,
    data: looseFlag,
  })
  .transform(({ id, operatorId = id, ...rest }, context) => {
    if (operatorId !== undefined) return { operatorId, ...rest };
    context.addIssue({ code: "custom", path: ["operatorId"], message: "must be there" });
    return z.NEVER;
  });

const commissionSchema = z.object({
  operator: commissionOperatorSchema,
  percentage: looseDecimal,
  internationalPercentage: looseDecimal,
  localPercentage: looseDecimal,
  updatedAt: looseText,
});

/** The discount on an operator's top-ups, in per cent as decimal text. */
export type Commission = z.output<typeof commissionSchema>;

/** Reading discounts. */
export interface Commissions {
  /** `GET /operators/commissions`. */
  listCommissions(request: PageRequest, options: ReadOptions): Promise<Page<Commission>>;
  /** `GET /operators/{operatorId}/commissions`. */
  getCommission(operatorId: number, options: ReadOptions): Promise<Commission>;
}

const PAGE_SIZE_MAX = 1_000;
const LIST_BYTES_MAX = 8 * 1_024 * 1_024;

const commissionPageSchema = pageSchema(commissionSchema);
const oneCommissionSchema = oneSchema(commissionSchema);

export function createCommissions(caller: Caller): Commissions {
  return {
    async listCommissions(request, options) {
      const operation = "listCommissions";
      requirePage(operation, request, PAGE_SIZE_MAX);
      const path = `/operators/commissions${queryString({ ...request })}`;
      const schema = commissionPageSchema;
      return caller.read({ operation, method: "GET", path, schema, bodyBytesMax: LIST_BYTES_MAX }, options);
    },
    async getCommission(operatorId, options) {
      const operation = "getCommission";
      requireId(operation, "operatorId", operatorId);
      const path = `/operators/${operatorId}/commissions`;
      return caller.read({ operation, method: "GET", path, schema: oneCommissionSchema }, options);
    },
  };
}
