import { ConfigurationError } from "@surefill/runtime/light";
import { z } from "zod";
import { type Api, ApiError } from "./campaign/api.js";
import { openApi } from "./campaign/open-api.js";
import type { Surroundings } from "./surroundings.js";

const amounts = z.looseObject({
  currency: z.string().nullable(),
  min: z.string().nullable(),
  max: z.string().nullable(),
  fixed: z.array(z.string()),
});

const operatorSchema = z.looseObject({
  operatorId: z.number(),
  name: z.string(),
  countryCode: z.string().nullable(),
  recipient: z.string(),
  account: amounts,
  local: amounts.nullable(),
});

const answerSchema = z.looseObject({ data: z.array(operatorSchema), nextCursor: z.string().nullable() });

const EXIT_NONE = 1;
const EXIT_NOT_DONE = 2;
const LIMIT = 200;
const FIXED_SHOWN_MAX = 12;

type OperatorsOptions = { country?: string; search?: string; json?: true };

/** `surefill operators`. */
export async function listOperators(options: OperatorsOptions, around: Surroundings): Promise<void> {
  try {
    const found = await operators(openApi(around.env, around.signal), around, options);
    if (found === 0) around.exitWith(EXIT_NONE);
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof ConfigurationError)) throw error;
    around.tell(error.message, "bad");
    around.exitWith(EXIT_NOT_DONE);
  }
}

/** Prints the operators page by page; answers how many there are. */
async function operators(
  api: Api,
  { print, tell }: Surroundings,
  { search, country, json }: OperatorsOptions,
): Promise<number> {
  const query = new URLSearchParams({ limit: String(LIMIT) });
  if (search !== undefined) query.set("search", search);
  if (country !== undefined) query.set("country", country);
  let found = 0;
  for (;;) {
    const { data, nextCursor } = await api.ask(`/v1/operators?${query}`, answerSchema);
    for (const operator of data) print(json ? JSON.stringify(operator) : describeOperator(operator));
    found += data.length;
    if (nextCursor === null) break;
    query.set("cursor", nextCursor);
  }
  if (found === 0) tell("No operator is found.");
  return found;
}

function describeOperator(operator: z.output<typeof operatorSchema>): string {
  const { operatorId, name, countryCode, recipient, account, local } = operator;
  const to = recipient === "email" ? ", to e-mail addresses" : "";
  const localAmounts = local === null ? "" : `, or ${describeAmounts(local)}`;
  return `${String(operatorId).padStart(6)}  ${countryCode ?? "--"}  ${name}${to}: ${describeAmounts(account)}${localAmounts}`;
}

function describeAmounts({ currency, min, max, fixed }: z.output<typeof amounts>): string {
  const unit = currency === null ? "" : ` ${currency}`;
  if (fixed.length > FIXED_SHOWN_MAX) return `${fixed.slice(0, FIXED_SHOWN_MAX).join(", ")}, …${unit}`;
  return fixed.length > 0 ? `${fixed.join(", ")}${unit}` : `${min ?? "?"} to ${max ?? "?"}${unit}`;
}
