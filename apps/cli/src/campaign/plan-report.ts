import { formatUnits, type Units, unitsOf } from "@surefill/campaign/money";
import type { CampaignAnswer, PlanAnswer } from "./answers.js";
import { grouped, rowsText, textTable } from "./text-table.js";
import { describeLines } from "./upload-report.js";

/** The plan of a campaign: what will be sent, what it costs, and what will not be sent and why. */
export function describePlan(campaign: CampaignAnswer): string {
  const { plan } = campaign;
  if (plan === null) return `${campaign.id} has no plan.`;
  const { rows, currency } = plan;
  const others = rows.leftOut === 0 ? "" : ` ${rowsText(rows.leftOut)} are no part of this retry.`;
  const parts = [
    `${grouped(rows.planned)} of ${rowsText(rows.total)} will be sent, ${grouped(rows.rejected)} will not.${others}` +
      (plan.lines === null ? "" : `\n${describeLines(plan.lines)}`),
    describeCosts(plan),
    ...describeLocalAmounts(plan),
    ...describeBalance(plan),
    ...describeBudget(campaign.limits, plan),
  ];
  if (plan.assumptions.length > 0) {
    const assumed = plan.assumptions.map(({ assumption, meaning, rows: count }) => [
      grouped(count),
      meaning ?? assumption,
    ]);
    parts.push(`Assumed, since the file does not say it\n${textTable([["rows", "what"], ...assumed], [0])}`);
  }
  for (const problem of plan.problems) parts.push(describeProblem(problem, currency));
  return parts.join("\n\n");
}

function describeCosts({ byOperator, total, currency }: PlanAnswer): string {
  const rows = byOperator.map(({ countryCode, operatorId, name, ...cost }) => [
    countryCode,
    `${name} (${operatorId})`,
    grouped(cost.rows),
    cost.face,
    cost.discount,
    cost.fee,
    cost.cost,
  ]);
  const head = ["", "operator", "rows", `face ${currency}`, "discount", "fee", "cost"];
  const sum = ["", "in all", grouped(total.rows), total.face, total.discount, total.fee, total.cost];
  return textTable([head, ...rows, sum], [2, 3, 4, 5, 6]);
}

/** What recipients are sent in the currencies of their operators, which the table of costs has in the account's. */
function describeLocalAmounts({ byOperator }: PlanAnswer): string[] {
  const sums = new Map<string, { rows: number; units: Units }>();
  for (const { local } of byOperator) {
    if (local === undefined) continue;
    const { rows, units } = sums.get(local.currency) ?? { rows: 0, units: 0 };
    sums.set(local.currency, { rows: rows + local.rows, units: units + unitsOf(local.amount) });
  }
  if (sums.size === 0) return [];
  const lines = [...sums].map(([currency, { rows, units }]) => [currency, grouped(rows), formatUnits(units)]);
  return [`In the operators' own currencies\n${textTable([["", "rows", "amount"], ...lines], [1, 2])}`];
}

function describeBalance({ balance, currency }: PlanAnswer): string[] {
  if (balance === null) return [];
  const isShort = balance.after.startsWith("-");
  const after = `Balance ${balance.now} ${currency}, after it ${balance.after} ${currency}.`;
  return [isShort ? `${after} It does not suffice: the campaign would pause until somebody pays in.` : after];
}

/**
 * How much of the budget is kept back while rows are open, and a warning where the plan as a whole does not fit: some rows
 * would wait until the budget is raised.
 */
function describeBudget(limits: CampaignAnswer["limits"], { total, currency }: PlanAnswer): string[] {
  const { budget, window, priceJumpPercent = 0 } = limits;
  if (budget === undefined) return [];
  const rowUnits = total.rows === 0 ? 0 : unitsOf(total.reserve) / total.rows;
  const keptOf = (rows: number) => Math.ceil((rowUnits * rows * priceJumpPercent) / 100);
  const fullWindow = formatUnits(Math.min(keptOf(Math.min(window, total.rows)), unitsOf(budget)));
  const kept =
    priceJumpPercent === 0
      ? []
      : [
          `Budget ${budget} ${currency}. While top-ups are open, ${priceJumpPercent} % of what they may cost is kept back from it, in case prices rise: about ${formatUnits(keptOf(1))} ${currency} for each, up to ${fullWindow} ${currency} at a time.`,
        ];
  // The last row needs what is kept back for it, too.
  if (unitsOf(total.cost) + keptOf(total.rows === 0 ? 0 : 1) <= unitsOf(budget)) return kept;
  const needed =
    unitsOf(total.cost) <= unitsOf(budget)
      ? `does not leave what is kept back for the last top-up beside the plan's cost of ${total.cost} ${currency}`
      : `is below the plan's cost of ${total.cost} ${currency}`;
  return [
    ...kept,
    `WARNING: the budget of ${budget} ${currency} ${needed}. The campaign would pause before it is reached, and wait until it is raised.`,
  ];
}

function describeProblem(group: PlanAnswer["problems"][number], currency: string): string {
  const codes = group.codes.map(({ code, rows }) => `${code} ${grouped(rows)}`).join(", ");
  const cost = group.rowsPriced === 0 ? "" : `, worth ${group.cost} ${currency}`;
  const samples = group.samples.map(({ line, value, hint }) => `    line ${line}${value ? ` ${value}` : ""}: ${hint}`);
  return [`${rowsText(group.rows)} not sent${cost}: ${group.action}`, `    ${codes}`, ...samples].join("\n");
}
