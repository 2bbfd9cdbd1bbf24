import { createHash } from "node:crypto";
import { formatUnits, hashRepriced, type PlanSummary, type Units, unitsOf } from "@surefill/campaign";
import type { Campaign, CampaignProgress } from "@surefill/topup-store";
import { z } from "zod";
import { Problem } from "../http/problem.js";

/** Prices that rose after the start, as a campaign shows them. */
export const repricedSchema = z
  .object({
    planHash: z.string().describe("Of the plan at these prices: `resume` needs it while `agreed` is false"),
    agreed: z.boolean().describe("A person has resumed the campaign at these prices"),
    operators: z.array(
      z.object({
        operatorId: z.int(),
        useLocalAmount: z.boolean().describe("Of amounts in the operator's currency, or in the account's"),
        percent: z.number().describe("What is held back for a row now, in percent of what the plan held back for it"),
      }),
    ),
  })
  .meta({ id: "CampaignRepriced" });

/** Shows the prices that rose since the start; null where none has. */
export function repricedView({ repriced, plan }: Campaign): z.output<typeof repricedSchema> | null {
  if (repriced === undefined || plan === undefined) return null;
  const hash = createHash("sha256");
  hashRepriced(hash, plan.hash, repriced.lanes);
  return {
    planHash: hash.digest("hex"),
    agreed: repriced.agreedVersion === repriced.version,
    operators: repriced.lanes.map(({ millionths, ...lane }) => ({ ...lane, percent: millionths / 10_000 })),
  };
}

/**
 * The most that rows may cost that have not been fed yet, at the latest known prices, in units. Of an operator whose
 * price rose for one kind of amounts all rows are counted at it.
 */
export function unfedReserveUnits(
  { campaign, fedReserveUnits }: Pick<CampaignProgress, "campaign" | "fedReserveUnits">,
  { byOperator }: Pick<PlanSummary, "byOperator">,
): Units {
  const lanes = campaign.repriced?.lanes ?? [];
  return byOperator.reduce((sum, { operatorId, reserve }) => {
    const unfed = Math.max(0, unitsOf(reserve) - (fedReserveUnits.get(operatorId) ?? 0));
    const risen = lanes.filter((lane) => lane.operatorId === operatorId).map(({ millionths }) => millionths);
    return sum + Math.ceil((unfed * Math.max(1_000_000, ...risen)) / 1_000_000);
  }, 0);
}

/** The problem of resuming a campaign whose prices have risen without the hash of the plan at the prices of now. */
export function pricesRose(progress: CampaignProgress, summary: PlanSummary, given: string | undefined): Problem {
  const { campaign, spentUnits, reservedUnits } = progress;
  const risen = repricedView(campaign);
  if (risen === null) throw new Error(`no price of campaign ${campaign.id} has risen`);
  const names = new Map(summary.byOperator.map(({ operatorId, name }) => [operatorId, name]));
  const operators = risen.operators.map((lane) => ({ ...lane, name: names.get(lane.operatorId) ?? null }));
  const afterUnits = spentUnits + reservedUnits + unfedReserveUnits(progress, summary);
  const cost = { before: summary.total.reserve, after: formatUnits(afterUnits) };
  const { budget } = campaign.limits;
  const of = [...new Set(operators.map(({ name, operatorId }) => name ?? `operator ${operatorId}`))].join(", ");
  const detail =
    `The prices of ${of} have risen since the start. The campaign may cost up to ${cost.after} ${summary.currency} now ` +
    `instead of ${cost.before}${budget === undefined ? "" : `; its budget is ${budget}`}. ` +
    `To go on at these prices, resume with planHash ${risen.planHash}.`;
  const planHash = { agreedTo: given ?? null, current: risen.planHash };
  return new Problem("plan_changed", { detail, difference: { planHash, cost, operators } });
}
