import { z } from "zod";
import type { Caller, ReadOptions } from "./caller.js";
import { looseText, looseTexts } from "./loose.js";
import { listSchema, oneSchema } from "./page.js";
import { requireCountryCode } from "./request-checks.js";

const countrySchema = z.object({
  isoName: z.string(),
  name: z.string(),
  continent: looseText,
  currencyCode: looseText,
  currencyName: looseText,
  currencySymbol: looseText,
  /** URL of a picture. */
  flag: looseText,
  /** With "+". */
  callingCodes: looseTexts,
});

export type Country = z.output<typeof countrySchema>;

/** Reading the countries that Reloadly serves. */
export interface Countries {
  /** `GET /countries`. */
  listCountries(options: ReadOptions): Promise<Country[]>;
  /** `GET /countries/{countryCode}`. */
  getCountry(countryCode: string, options: ReadOptions): Promise<Country>;
}

const countryListSchema = listSchema(countrySchema);
const oneCountrySchema = oneSchema(countrySchema);

export function createCountries(caller: Caller): Countries {
  return {
    async listCountries(options) {
      const path = "/countries";
      return caller.read({ operation: "listCountries", method: "GET", path, schema: countryListSchema }, options);
    },
    async getCountry(countryCode, options) {
      const operation = "getCountry";
      requireCountryCode(operation, "countryCode", countryCode);
      const path = `/countries/${countryCode}`;
      return caller.read({ operation, method: "GET", path, schema: oneCountrySchema }, options);
    },
  };
}
