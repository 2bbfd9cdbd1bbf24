import type { CampaignPatch, components } from "@surefill/sdk";
import { t } from "../../text/catalogue.js";

/** A repair for a whole group of rows. `asks`: what it needs to be told. */
export type RepairOffer = { name: string; asks: string | undefined; patch: (answer: string) => CampaignPatch };

/** What can be done for a group here. What needs the file itself is mended there: its rows are downloaded. */
export function repairsFor(repair: components["schemas"]["ProblemGroup"]["repair"]): RepairOffer[] {
  const text = t().repairs;
  const option = (name: string, options: NonNullable<CampaignPatch["options"]>) => ({
    name,
    asks: undefined,
    patch: () => ({ options }),
  });
  switch (repair) {
    case "name-country":
      return [
        {
          name: text.country,
          asks: text.countryAsked,
          patch: (answer) => ({ options: { defaultCountry: answer.toUpperCase() } }),
        },
      ];
    case "set-decimal-mark":
      return [option(text.comma, { decimalMark: "," }), option(text.point, { decimalMark: "." })];
    case "drop-duplicate":
      return [option(text.duplicates, { duplicates: "allow" })];
    case "confirm-paid-again":
      return [option(text.paidAgain, { recentlyPaid: { days: 30, action: "allow" } })];
    case "choose-operator":
    case "name-operator":
      return [
        {
          name: text.operator,
          asks: text.operatorAsked,
          patch: (answer) => ({ options: { defaultOperatorId: Number(answer) } }),
        },
      ];
    case "fix-currency":
      return [
        {
          name: text.currency,
          asks: text.currencyAsked,
          patch: (answer) => ({ options: { currency: answer.toUpperCase() } }),
        },
      ];
    default:
      return [];
  }
}
