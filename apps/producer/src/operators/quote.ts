import { createPricer, formatUnits, type Price, unitsOf } from "@surefill/campaign";
import type { ReloadlyClient } from "@surefill/reloadly-client";
import { DeadlineSignals } from "@surefill/runtime";
import type { TopupRequest } from "@surefill/topup";
import { z } from "zod";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { asProviderProblem } from "../provider.js";
import type { RulesNow } from "../topups/accept-rules.js";
import { requireCatalogue } from "./list-operators.js";
import type { ListedOperator, LiveCatalogue } from "./live-catalogue.js";

const money = z.object({ amount: z.string().describe("Decimal text"), currency: z.string() });

/** What a top-up would cost and bring. */
export const quoteSchema = z
  .object({
    sold: z.boolean().describe("Whether it would be accepted: nothing is in `problems`"),
    operatorId: z.number().int().nullable().describe("The operator; null where none was detected"),
    operatorName: z.string().nullable(),
    detected: z.boolean().describe("The operator was detected from the number"),
    cost: money.nullable().describe("What Reloadly would debit; null where its price is not known"),
    discount: money.nullable(),
    fee: money.nullable(),
    delivered: money
      .extend({ isEstimate: z.boolean().describe("At the rate of the catalogue, which moves") })
      .nullable()
      .describe("What would arrive, before the operator's taxes; null where no rate is known"),
    problems: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })),
  })
  .meta({ id: "Quote" });

export type QuoteDeps = {
  catalogue: Pick<LiveCatalogue, "view">;
  openRules: () => Promise<Pick<RulesNow, "faultsOf">>;
  client: Pick<ReloadlyClient, "detectOperator">;
};

const DETECT_DEADLINE_MS = 10_000;

/** `POST /v1/quotes`: what a top-up would cost, what would arrive, and whether it is sold. Stores and sends nothing. */
export const quote =
  (deps: QuoteDeps) =>
  async (request: TopupRequest, ending: AbortSignal): Promise<HttpResult> => {
    const { byId } = await requireCatalogue(deps.catalogue);
    const isAuto = request.operatorId === "auto";
    const operatorId = request.operatorId === "auto" ? await detect(deps, request, ending) : request.operatorId;
    const rules = await deps.openRules();
    const problems = rules.faultsOf(operatorId === undefined ? request : { ...request, operatorId });
    if (operatorId === undefined) {
      const detail = "no operator is found for this number; give the operator's id";
      problems.push({ pointer: "/operatorId", code: "operator_not_detected", detail });
    }
    const listed = operatorId === undefined ? undefined : byId.get(operatorId);
    const isSold = problems.length === 0;
    const json = {
      sold: isSold,
      operatorId: operatorId ?? null,
      operatorName: listed?.operator.name ?? null,
      detected: isAuto && operatorId !== undefined,
      ...(isSold && listed !== undefined ? priceOf(listed, request) : UNPRICED),
      problems,
    };
    return { status: 200, json };
  };

const UNPRICED = { cost: null, discount: null, fee: null, delivered: null };

async function detect(
  { client }: QuoteDeps,
  { recipientPhone }: TopupRequest,
  ending: AbortSignal,
): Promise<number | undefined> {
  if (recipientPhone === undefined) return undefined;
  const { number: phone, countryCode } = recipientPhone;
  const signal = new DeadlineSignals(ending).within(DETECT_DEADLINE_MS);
  try {
    return (await asProviderProblem(client.detectOperator({ phone, countryCode }, { signal, retriesMax: 0 })))
      .operatorId;
  } catch (error) {
    // Reloadly answered, and what it said is that it finds none.
    if (error instanceof Problem && error.code === "provider_refused") return undefined;
    throw error;
  }
}

function priceOf({ sold }: ListedOperator, { amount, useLocalAmount }: TopupRequest) {
  if (sold === undefined) return UNPRICED;
  const units = unitsOf(amount);
  const price = createPricer(sold, 0)(units, useLocalAmount);
  const inAccount = (of: (price: Price) => number) =>
    price === undefined ? null : { amount: formatUnits(of(price)), currency: sold.accountCurrency };
  const rate = sold.fxRate === null ? 0 : Number(sold.fxRate);
  const isSameCurrency = sold.localCurrency === sold.accountCurrency;
  const isExact = useLocalAmount || isSameCurrency;
  const estimate = rate > 0 ? formatUnits(Math.round((units * rate) / CENT) * CENT) : undefined;
  const arrives = isExact ? amount : estimate;
  return {
    cost: inAccount(({ cost }) => cost),
    discount: inAccount(({ discount }) => discount),
    fee: inAccount(({ fee }) => fee),
    delivered: arrives === undefined ? null : { amount: arrives, currency: sold.localCurrency, isEstimate: !isExact },
  };
}

/** A hundredth, in units. */
const CENT = 1_000;
