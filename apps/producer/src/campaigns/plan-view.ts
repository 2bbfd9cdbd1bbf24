import {
  ASSUMPTIONS,
  type Assumption,
  type PlanSummary,
  PROBLEM_REPAIRS,
  type ProblemCode,
  REPAIRS,
  type Repair,
} from "@surefill/campaign";
import { z } from "zod";
import { linesSchema } from "../uploads/upload-view.js";

const amount = z.string().describe("Decimal text");

const costFields = {
  rows: z.int(),
  face: amount.describe("What recipients are sent, in the account's currency"),
  discount: amount,
  fee: amount,
  cost: amount.describe("face - discount + fee: what the provider is expected to debit"),
  reserve: amount.describe("The most that the provider may debit; this much is held back from the budget"),
};

const repairs = Object.keys(REPAIRS) as [Repair, ...Repair[]];
const assumptionNames = Object.keys(ASSUMPTIONS) as [Assumption, ...Assumption[]];
const problemCodes = Object.keys(PROBLEM_REPAIRS) as [ProblemCode, ...ProblemCode[]];

/** Rows that one repair would cure. */
const problemGroupSchema = z
  .object({
    repair: z.enum(repairs),
    action: z.string().describe("What to do, for a person"),
    rows: z.int().describe("Each row counts once, under its first problem"),
    codes: z.array(z.object({ code: z.enum(problemCodes), rows: z.int() })),
    cost: amount.describe("What those rows would have cost, as far as they could be priced"),
    rowsPriced: z.int(),
    samples: z.array(
      z.object({
        row: z.int().describe("Counts the file's data rows from 1"),
        line: z.int().describe("Counts the file's lines from 1"),
        code: z.enum(problemCodes),
        hint: z.string(),
        value: z.string().optional().describe("The cell at fault, with digits hidden"),
      }),
    ),
  })
  .meta({ id: "ProblemGroup" });

/** The result of a check, as the API shows it. */
export const planSchema = z
  .object({
    planHash: z
      .string()
      .describe("SHA-256 over everything that decides what is sent and what it costs; start needs it"),
    run: z.string().describe("What the references of rows without one begin with"),
    currency: z.string().describe("The account's currency"),
    rows: z
      .object({ total: z.int(), planned: z.int(), rejected: z.int(), leftOut: z.int() })
      .describe("`total` is every row of the file; a retry leaves out those that it does not concern"),
    lines: linesSchema.nullable().describe("How the lines of the file were read; null for files of earlier versions"),
    total: z.object(costFields),
    byCountry: z.array(z.object({ countryCode: z.string(), ...costFields })),
    byOperator: z.array(
      z.object({
        operatorId: z.int(),
        name: z.string(),
        countryCode: z.string(),
        ...costFields,
        local: z
          .object({ rows: z.int(), amount, currency: z.string(), fxRate: z.string() })
          .optional()
          .describe("Rows in the operator's own currency, and what they ask for in it"),
      }),
    ),
    problems: z.array(problemGroupSchema),
    assumptions: z.array(
      z.object({
        assumption: z.enum(assumptionNames),
        meaning: z.string().describe("What was assumed, for a person"),
        rows: z.int(),
      }),
    ),
    balance: z
      .object({ now: amount, after: amount.describe("What is left when every row has been sent") })
      .nullable()
      .describe(
        "The account's balance, asked for a moment ago; null when it is not known, or the campaign has started",
      ),
  })
  .meta({ id: "CampaignPlan" });

export type PlanView = z.output<typeof planSchema>;

/** Shows a plan; `balance` is decimal text in the plan's currency, or null. */
export function planView(summary: PlanSummary, balance: PlanView["balance"]): PlanView {
  // What each operator sells, and for how much, stands in plan.json: it is long, and asked for every second.
  const { problems, byCountry, byOperator, assumptions, lines = null, prices: _, ...rest } = summary;
  return {
    ...rest,
    lines,
    byCountry: [...byCountry],
    byOperator: [...byOperator],
    problems: problems.map((group) => ({ ...group, codes: [...group.codes], samples: [...group.samples] })),
    assumptions: assumptions.map(({ assumption, rows }) => ({ assumption, meaning: ASSUMPTIONS[assumption], rows })),
    balance,
  };
}
