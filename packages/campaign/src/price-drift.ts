import { z } from "zod";
import type { CatalogueOperator } from "./catalogue.js";
import { formatUnits, type Units, unitsOf } from "./money.js";
import type { OperatorCost, PlanSummary } from "./plan.js";
import { createPricer } from "./price.js";

const cost = z.string().nullable().describe("Decimal text in the account's currency");

/** How the prices of a plan differ from those of now. */
export const priceDriftSchema = z.object({
  total: z.object({ before: cost, after: cost }).describe("What the plan costs; null where an operator has gone"),
  operators: z.array(
    z.object({
      operatorId: z.int(),
      name: z.string(),
      countryCode: z.string(),
      rows: z.int(),
      cost: z.object({ before: cost, after: cost.describe("To a few hundred-thousandths for each row") }),
      changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
    }),
  ),
});
export type PriceDrift = z.output<typeof priceDriftSchema>;

/**
 * What has changed of the operators that a plan was priced with; `undefined` when nothing has. `now` is the catalogue as
 * the provider tells it now.
 */
export function priceDriftOf(
  summary: Pick<PlanSummary, "prices" | "byOperator" | "total">,
  now: readonly CatalogueOperator[],
): PriceDrift | undefined {
  const current = new Map(now.map((operator) => [operator.operatorId, operator]));
  const costs = new Map(summary.byOperator.map((one) => [one.operatorId, one]));
  const operators: PriceDrift["operators"] = [];
  let totalUnits: Units | null = unitsOf(summary.total.cost);
  for (const before of summary.prices) {
    const planned = costs.get(before.operatorId);
    const after = current.get(before.operatorId);
    const changes = changesBetween(before, after);
    if (planned === undefined || changes.length === 0) continue;
    const costAfter = after === undefined ? null : repriced(planned, before, after);
    const { operatorId, name, countryCode } = before;
    const text = costAfter === null ? null : formatUnits(costAfter);
    operators.push({
      operatorId,
      name,
      countryCode,
      rows: planned.rows,
      cost: { before: planned.cost, after: text },
      changes,
    });
    totalUnits = totalUnits === null || costAfter === null ? null : totalUnits + costAfter - unitsOf(planned.cost);
  }
  if (operators.length === 0) return undefined;
  const after = totalUnits === null ? null : formatUnits(totalUnits);
  return { total: { before: summary.total.cost, after }, operators };
}

/** What moves from day to day while an operator sells the same: rate, prices, and the local limits that follow the rate. */
const MOVES_DAILY = /^(?:fxRate|internationalDiscount|localDiscount|localMinAmount|localMaxAmount|fees\..+)$/;

/**
 * Whether the plan still holds at the new prices: each operator is there and sells what it sold, and its rows cost at
 * most `marginPercent` more than planned. Cheaper is within it.
 */
export function isWithinMargin({ operators }: PriceDrift, marginPercent: number): boolean {
  return operators.every(({ cost: { before, after }, changes }) => {
    if (before === null || after === null || !changes.every(({ field }) => MOVES_DAILY.test(field))) return false;
    return unitsOf(after) - unitsOf(before) <= Math.floor((unitsOf(before) * marginPercent) / 100);
  });
}

const NAMES_SHOWN_MAX = 10;

/**
 * What has changed and what the plan would cost now, in a sentence or two for a person. The cost is always told: it is
 * what a person agrees to.
 */
export function priceDriftText({ total: { before, after }, operators }: PriceDrift): string {
  const more = operators.length - NAMES_SHOWN_MAX;
  const shown = operators.slice(0, NAMES_SHOWN_MAX).map(({ name }) => name);
  const names = `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return `The prices of ${names} have changed since the check. ${costText(before, after)}`;
}

function costText(before: string | null, after: string | null): string {
  if (after === null) return "An operator of the plan has gone.";
  return after === before
    ? `The plan would still cost ${after}.`
    : `The plan would cost ${after} instead of ${before}.`;
}

function changesBetween(
  before: CatalogueOperator,
  after: CatalogueOperator | undefined,
): PriceDrift["operators"][number]["changes"] {
  if (after === undefined) return [{ field: "operator", before: before.name, after: null }];
  const { fees: feesBefore, ...restBefore } = before;
  const { fees: feesAfter, ...restAfter } = after;
  const old = { ...restBefore, ...prefixed(feesBefore) };
  const now: Readonly<Record<string, unknown>> = { ...restAfter, ...prefixed(feesAfter) };
  return Object.entries(old).flatMap(([field, value]) =>
    JSON.stringify(value) === JSON.stringify(now[field]) ? [] : [{ field, before: value, after: now[field] }],
  );
}

function prefixed(fees: CatalogueOperator["fees"]): Record<string, string> {
  return Object.fromEntries(Object.entries(fees).map(([name, value]) => [`fees.${name}`, value]));
}

/** The rows at the new prices, from their sums: a price is a share of the amount and a flat fee for each row. */
function repriced(planned: OperatorCost, before: CatalogueOperator, after: CatalogueOperator): Units | null {
  const localRows = planned.local?.rows ?? 0;
  const localUnits = unitsOf(planned.local?.amount ?? "0");
  const localFace = localRows === 0 ? 0 : createPricer(before, 0)(localUnits, true)?.face;
  const pricer = createPricer(after, 0);
  const sumOf = (units: Units, rows: number, isLocal: boolean) => {
    if (rows === 0) return 0;
    const [whole, nothing] = [pricer(units, isLocal), pricer(0, isLocal)];
    return whole === undefined || nothing === undefined ? null : whole.cost + (rows - 1) * nothing.cost;
  };
  if (localFace === undefined) return null;
  const local = sumOf(localUnits, localRows, true);
  const account = sumOf(unitsOf(planned.face) - localFace, planned.rows - localRows, false);
  return local === null || account === null ? null : local + account;
}
