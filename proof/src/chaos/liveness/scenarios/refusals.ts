/** Refusals that pass: some of one operator's POSTs, and rate limits. */
import type { FaultPlan } from "@surefill/reloadly-sandbox";
import { NETWORKS, type Order } from "../../recipients.js";
import type { Scenario } from "../scenario.js";
import { MARKED_ENDING, MARKED_OPERATOR_ID, steadyOrders } from "../steady-load.js";
import { compareThroughput } from "../throughput.js";

const someOfOneOperator: FaultPlan = {
  rules: [
    {
      match: { phoneEnding: MARKED_ENDING, probability: 0.03 },
      fault: { kind: "refuse", errorCode: "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE" },
    },
  ],
};

/** Every other order goes to the marked operator: it is a big one. */
const halfToOneOperator = (run: string, count: number): Order[] => {
  const marked = steadyOrders(`${run}-marked`, count * NETWORKS.length).filter(isMarked);
  const others = steadyOrders(run, 2 * count).filter((order) => !isMarked(order));
  return Array.from({ length: count }, (_, index) => (index % 2 === 0 ? marked : others)[Math.floor(index / 2)]).filter(
    (order) => order !== undefined,
  );
};

const isMarked = ({ operatorId }: Order) => operatorId === MARKED_OPERATOR_ID;

const flakyOperator: Scenario = {
  name: "flaky-operator",
  trouble: "3 % of one operator's POSTs are refused: operator unavailable",
  measure: (context) =>
    compareThroughput(context, {
      untroubled: { makeOrders: halfToOneOperator },
      troubled: { rig: { faultPlan: someOfOneOperator }, makeOrders: halfToOneOperator },
      bounds: [
        { least: 0.95, what: "of that operator", isWanted: isMarked },
        { least: 1, what: "of others", isWanted: (order) => !isMarked(order) },
      ],
      strokes: ({ ends }) => ends.refusals,
    }),
};

const rateLimits: Scenario = {
  name: "rate-limits",
  trouble: "1 % of POSTs are answered with 429 without Retry-After",
  measure: (context) =>
    compareThroughput(context, {
      troubled: { rig: { faultPlan: { rules: [{ match: { probability: 0.01 }, fault: { kind: "rate-limited" } }] } } },
      bounds: [{ least: 0.9 }],
      strokes: ({ ends }) => ends.refusals,
    }),
};

export const REFUSAL_SCENARIOS: readonly Scenario[] = [flakyOperator, rateLimits];
