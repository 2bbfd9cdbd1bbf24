import { z } from "zod";
import type { Caller, ReadOptions } from "./caller.js";
import { decimalSchema } from "./decimal.js";
import { looseDecimal, looseText } from "./loose.js";

const balanceSchema = z.object({
  /** What can be spent, in `currencyCode`. One wallet serves all of Reloadly's products. */
  balance: decimalSchema,
  currencyCode: z.string(),
  currencyName: looseText,
  frozenBalance: looseDecimal,
  lowBalanceThreshold: looseDecimal,
  maxLowBalanceThreshold: looseDecimal,
  /** Not dependable: it is seen not to move with the balance. */
  updatedAt: looseText,
});

export type Balance = z.output<typeof balanceSchema>;

/** Reading the account. */
export interface Account {
  /** `GET /accounts/balance`. */
  getBalance(options: ReadOptions): Promise<Balance>;
}

export function createAccount(caller: Caller): Account {
  return {
    async getBalance(options) {
      const path = "/accounts/balance";
      return caller.read({ operation: "getBalance", method: "GET", path, schema: balanceSchema }, options);
    },
  };
}
