import { formatUnits, type Units, unitsOf } from "@surefill/campaign";
import { amountSchema, type TopupRequest } from "@surefill/topup";
import type { OverLimit, Spend } from "@surefill/topup-store";
import { z } from "zod";
import { keyNameSchema } from "../access/api-keys.js";
import type { Identity } from "../access/identity.js";
import { Problem } from "../http/problem.js";
import type { CatalogueView } from "../operators/live-catalogue.js";
import { accountValueOf, notValued } from "./spending-limits.js";

/** What each API key may have accepted in one day: by name, or `all` for every key without a limit by name. */
export type DailyLimits = { all?: Units; byKey: ReadonlyMap<string, Units> };

/** Whose limit it is: a key that was made while the server runs may have its own. */
export type Spender = Pick<Identity, "name" | "amountPerDayMax">;

const WANTED =
  'must be an amount such as "500", or name:amount entries separated by commas such as "shop:500,crm:2000"';

/** The setting `KEY_AMOUNT_PER_DAY_MAX`, in the account's currency. */
export const dailyLimitsSchema = z.string().transform((text, context): DailyLimits => {
  const limits: { all?: Units; byKey: Map<string, Units> } = { byKey: new Map() };
  for (const entry of text.split(",").map((part) => part.trim())) {
    const [name, amount] = entry.includes(":") ? entry.split(":", 2) : [undefined, entry];
    const units = amountSchema.safeParse(amount);
    const isNew = name === undefined ? limits.all === undefined : !limits.byKey.has(name);
    if (!units.success || !isNew || (name !== undefined && !keyNameSchema.safeParse(name).success)) {
      context.addIssue(WANTED);
      return z.NEVER;
    }
    if (name === undefined) limits.all = unitsOf(units.data);
    else limits.byKey.set(name, unitsOf(units.data));
  }
  return limits;
});

/**
 * What a top-up counts towards its key's limit of the day; `undefined` where the key has none. Throws
 * `provider_unavailable` for an amount in the operator's currency whose rate is not known now.
 */
export function spendOf(
  request: TopupRequest,
  { name, amountPerDayMax }: Spender,
  { limits, catalogue }: { limits: DailyLimits | undefined; catalogue: CatalogueView | undefined },
): Spend | undefined {
  const ofKey = amountPerDayMax === undefined ? undefined : unitsOf(amountPerDayMax);
  const unitsMax = ofKey ?? limits?.byKey.get(name) ?? limits?.all;
  if (unitsMax === undefined) return undefined;
  const units = accountValueOf(request, catalogue);
  if (units === undefined) throw notValued();
  return { units: Math.max(units, 1), unitsMax };
}

/** The refusal of a top-up that is over its key's limit of the day: which limit, what is used, and when it resets. */
export function dailyLimitReached(over: OverLimit, spend: Spend | undefined, spender: Spender): Problem {
  const { units = 0, unitsMax = 0 } = spend ?? {};
  const setting = spender.amountPerDayMax === undefined ? "KEY_AMOUNT_PER_DAY_MAX" : "amountPerDayMax";
  const resetsAt = new Date(over.resetsAtMs).toISOString();
  const [value, used, max] = [units, over.spentUnits, unitsMax].map(formatUnits);
  const detail =
    `The top-up is worth ${value}; of the ${max} that the API key ${spender.name} may have accepted in one day ` +
    `(${setting}, in the account's currency) ${used} are used, until ${resetsAt}.`;
  const limit = { setting, max, used, value, resetsAt };
  const retryAfter = String(Math.max(1, Math.ceil((over.resetsAtMs - over.nowMs) / 1_000)));
  return new Problem("daily_limit_reached", { detail, limit }, { headers: { "retry-after": retryAfter } });
}
