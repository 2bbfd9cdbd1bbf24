import { createPricer, formatUnits, type Units, unitsOf } from "@surefill/campaign";
import type { TopupRequest } from "@surefill/topup";
import { type FieldProblem, Problem } from "../http/problem.js";
import type { CatalogueView, ListedOperator } from "../operators/live-catalogue.js";

/**
 * The value of a top-up in units of the account's currency, rounded as its price is. An amount in the operator's
 * currency is valued at the catalogue's rate; where the operator is still to be detected, at the rate of the recipient's
 * country that makes it most. `undefined` where no rate is known.
 */
export function accountValueOf(request: TopupRequest, catalogue: CatalogueView | undefined): Units | undefined {
  const units = unitsOf(request.amount);
  if (!request.useLocalAmount) return units;
  const values = candidates(request, catalogue).flatMap(({ sold }) =>
    sold === undefined ? [] : (createPricer(sold, 0)(units, true)?.face ?? []),
  );
  return values.length === 0 ? undefined : Math.max(...values);
}

function candidates({ operatorId, recipientPhone }: TopupRequest, catalogue: CatalogueView | undefined) {
  if (catalogue === undefined) return [];
  if (operatorId !== "auto") return [catalogue.byId.get(operatorId)].filter((listed) => listed !== undefined);
  const isThere = ({ sold }: ListedOperator) => sold?.countryCode === recipientPhone?.countryCode;
  return catalogue.all.filter(isThere);
}

/**
 * Says that a top-up is above `TOPUP_AMOUNT_MAX`. Throws `provider_unavailable` for an amount in the operator's currency
 * whose rate is not known now, unless it is below the limit even one to one.
 */
export function aboveTopupMax(
  request: TopupRequest,
  { topupMax, catalogue }: { topupMax: Units; catalogue: CatalogueView | undefined },
): FieldProblem | undefined {
  const value = accountValueOf(request, catalogue);
  if (value === undefined && unitsOf(request.amount) > topupMax) throw notValued();
  if (value === undefined || value <= topupMax) return undefined;
  const max = formatUnits(topupMax);
  const worth = request.useLocalAmount ? `is worth ${formatUnits(value)} in the account's currency, which ` : "";
  const detail = `${worth}is above the limit of ${max} for one top-up (TOPUP_AMOUNT_MAX, in the account's currency)`;
  return { pointer: "/amount", code: "above_limit", detail };
}

/** The refusal of an amount that cannot be compared with a limit now. */
export function notValued(): Problem {
  const detail = "The rate of the operator's currency is not known now, so that the limits cannot be checked.";
  return new Problem("provider_unavailable", { detail });
}
