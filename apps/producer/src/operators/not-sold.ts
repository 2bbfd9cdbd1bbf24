import { unitsOf } from "@surefill/campaign";
import type { TopupRequest } from "@surefill/topup";
import type { FieldProblem } from "../http/problem.js";
import { type CatalogueView, type ListedOperator, nearestOperators } from "./live-catalogue.js";

/**
 * Says why the catalogue does not sell a top-up, or `undefined` where it does or where that is not certain: an operator
 * still to be detected, one that the provider describes badly, bounds in two currencies that disagree.
 */
export function notSold(view: CatalogueView, request: TopupRequest): FieldProblem | undefined {
  const { operatorId } = request;
  if (operatorId === "auto") return undefined;
  const listed = view.byId.get(operatorId);
  if (listed === undefined) {
    // Where nothing at all is listed, nothing follows from it.
    if (view.all.length === 0) return undefined;
    const near = nearestOperators(view, operatorId, request.recipientPhone?.countryCode).join(", ");
    const detail = `the account has no operator ${operatorId}; near it are ${near}. See GET /v1/operators`;
    return { pointer: "/operatorId", code: "operator_unknown", detail };
  }
  return wrongRecipient(listed, request) ?? amountNotSold(listed, request);
}

function wrongRecipient({ operator, sold }: ListedOperator, request: TopupRequest): FieldProblem | undefined {
  if (sold === undefined) return undefined;
  if (request.recipientEmail !== undefined && !sold.takesEmail) {
    const detail = `${operator.name} tops up phone numbers; only Nauta in Cuba takes an e-mail address`;
    return { pointer: "/recipientEmail", code: "recipient_mismatch", detail };
  }
  if (request.recipientPhone !== undefined && sold.takesEmail) {
    const detail = `${operator.name} tops up e-mail addresses; send recipientEmail instead`;
    return { pointer: "/recipientPhone", code: "recipient_mismatch", detail };
  }
  return undefined;
}

function amountNotSold({ sold }: ListedOperator, request: TopupRequest): FieldProblem | undefined {
  if (sold === undefined) return undefined;
  const isLocal = request.useLocalAmount;
  if (isLocal && !sold.supportsLocalAmounts) {
    const detail = `${sold.name} takes no amounts in ${sold.localCurrency}; send one in ${sold.accountCurrency}`;
    return { pointer: "/useLocalAmount", code: "amount_not_sold", detail };
  }
  const listed = isLocal ? sold.localFixedAmounts : sold.fixedAmounts;
  // An operator without a list of amounts may sell some that it does not tell.
  if (sold.denominations === "FIXED" && listed.length === 0) return undefined;
  const fit = sold.offer({ units: unitsOf(request.amount), isLocal, toleranceUnits: 0 });
  if (fit.ok) return undefined;
  return { pointer: "/amount", code: "amount_not_sold", detail: `is not sold by ${sold.name}: ${fit.problem.hint}` };
}
