import { type CatalogueOperator, catalogueOperatorSchema } from "@surefill/campaign";
import type { Operator, ReloadlyClient } from "@surefill/reloadly-client";
import { asProviderProblem } from "../provider.js";

/** The parts of the client that read what operators sell. */
export type CatalogueClient = Pick<ReloadlyClient, "listOperators" | "detectOperator">;

const PAGE_OPERATORS = 1_000;
/** Reloadly has about 700 operators; a catalogue that goes on for ever is a defect of the provider's. */
const PAGES_MAX = 20;
const RETRIES_MAX = 2;

/**
 * Reads every operator that the account can send to, with its prices. One that the provider describes in a form that
 * cannot be priced is left out: its rows are told that there is no such operator.
 * Throws a `provider_unavailable` or `provider_refused` problem when the provider does not answer as it should.
 */
export async function readCatalogue(client: CatalogueClient, signal: AbortSignal): Promise<CatalogueOperator[]> {
  const found: CatalogueOperator[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    // Without these flags Reloadly leaves some kinds of operators out.
    const kinds = { includeBundles: true, includeData: true, includePin: true, includeRange: true, includeFixed: true };
    const answer = await asProviderProblem(
      client.listOperators({ page, size: PAGE_OPERATORS, ...kinds }, { signal, retriesMax: RETRIES_MAX }),
    );
    found.push(...answer.content.flatMap((operator) => catalogueOperatorOf(operator) ?? []));
    if (answer.isLast) return found;
  }
  throw new Error(`the catalogue of operators has more than ${PAGES_MAX} pages`);
}

/** An operator in our words; `undefined` when the provider does not say enough of it to price a top-up. */
export function catalogueOperatorOf(operator: Operator): CatalogueOperator | undefined {
  const { denominationType, fixedAmounts, localFixedAmounts, fees } = operator;
  const isFixed = denominationType === null ? fixedAmounts.length > 0 : denominationType === "FIXED";
  const parsed = catalogueOperatorSchema.safeParse({
    operatorId: operator.operatorId,
    name: operator.name,
    countryCode: operator.country?.isoName ?? "",
    isActive: operator.status === null || operator.status === "ACTIVE",
    takesEmail: operator.country?.isoName === "CU" && /nauta/i.test(operator.name),
    accountCurrency: operator.senderCurrencyCode ?? "",
    localCurrency: operator.destinationCurrencyCode ?? operator.fx?.currencyCode ?? "",
    supportsLocalAmounts: operator.supportsLocalAmounts === true,
    denominations: isFixed ? "FIXED" : "RANGE",
    minAmount: operator.minAmount,
    maxAmount: operator.maxAmount,
    localMinAmount: operator.localMinAmount,
    localMaxAmount: operator.localMaxAmount,
    fixedAmounts,
    localFixedAmounts,
    fxRate: operator.fx?.rate ?? null,
    // Older accounts are shown one commission for both.
    internationalDiscount: operator.internationalDiscount ?? operator.commission ?? "0",
    localDiscount: operator.localDiscount ?? "0",
    fees: {
      international: fees?.international ?? "0",
      internationalPercentage: fees?.internationalPercentage ?? "0",
      local: fees?.local ?? "0",
      localPercentage: fees?.localPercentage ?? "0",
    },
  });
  const { countryCode, accountCurrency } = parsed.data ?? {};
  return countryCode === "" || accountCurrency === "" ? undefined : parsed.data;
}
