import { type CatalogueOperator, catalogueOperatorOf } from "@surefill/campaign";
import { listAllOperators, type ReloadlyClient } from "@surefill/reloadly-client";
import type { OperatorMemory } from "@surefill/topup-store";
import { asProviderProblem } from "../../provider.js";

/** The catalogue of operators with its prices, from the provider or from memory. */
export interface CatalogueSource {
  /** As the provider tells it now; kept for others. */
  fresh(signal: AbortSignal): Promise<CatalogueOperator[]>;
  /** As it was told at most ten minutes ago, by whichever process asked. */
  recent(signal: AbortSignal): Promise<CatalogueOperator[]>;
}

const CATALOGUE_AGE_MS_MAX = 600_000;
const RETRIES_MAX = 2;

/** Makes a source. Its methods throw a `provider_unavailable` or `provider_refused` problem. */
export function createCatalogueSource(deps: {
  client: Pick<ReloadlyClient, "listOperators">;
  memory: Pick<OperatorMemory, "catalogue" | "keepCatalogue">;
  nowMs: () => Promise<number>;
}): CatalogueSource {
  async function fresh(signal: AbortSignal): Promise<CatalogueOperator[]> {
    const operators = await readCatalogue(deps.client, signal);
    await deps.memory.keepCatalogue(operators);
    return operators;
  }
  return {
    fresh,
    async recent(signal) {
      const [kept, nowMs] = await Promise.all([deps.memory.catalogue(), deps.nowMs()]);
      const isYoung = kept !== undefined && nowMs - kept.fetchedAtMs <= CATALOGUE_AGE_MS_MAX;
      return isYoung ? kept.operators : fresh(signal);
    },
  };
}

/** Every operator that the account can send to; one that the provider describes too badly to be sold is left out. */
async function readCatalogue(
  client: Pick<ReloadlyClient, "listOperators">,
  signal: AbortSignal,
): Promise<CatalogueOperator[]> {
  const operators = await asProviderProblem(listAllOperators(client, { signal, retriesMax: RETRIES_MAX }));
  return operators.flatMap((operator) => catalogueOperatorOf(operator) ?? []);
}
