/** How a plan is shown: what is stored of it as codes is told in sentences, also of plans that are older than the code. */
import type { PlanSummary } from "@surefill/campaign";
import { expect, test } from "vitest";
import { planView } from "../../../apps/producer/src/campaigns/plan-view.js";

const NOTHING = { rows: 0, face: "0", discount: "0", fee: "0", cost: "0", reserve: "0" };

/** A summary as a check stored it. */
function stored(assumptions: PlanSummary["assumptions"]): PlanSummary {
  const rows = { total: 3, planned: 3, rejected: 0, leftOut: 0 };
  const parts = { byCountry: [], byOperator: [], problems: [], prices: [] };
  return { planHash: "h", run: "r", currency: "USD", rows, total: NOTHING, ...parts, assumptions };
}

test("An assumption is told with what it means, by the name that it has or had when the plan was made", () => {
  const { assumptions } = planView(
    stored([
      { assumption: "default-account-currency", rows: 1 },
      { assumption: "default-local-currency", rows: 1 },
      { assumption: "default-local", rows: 3 },
    ]),
    null,
  );

  expect(assumptions).toEqual([
    { assumption: "default-account-currency", meaning: expect.stringContaining("in the account's."), rows: 1 },
    { assumption: "default-local-currency", meaning: expect.stringContaining("in the operator's own"), rows: 1 },
    { assumption: "default-local", meaning: expect.stringContaining("useLocalAmount"), rows: 3 },
  ]);
});
