import { type Route, route } from "../http/route.js";
import type { PromptLedger } from "../prompt-ledger.js";
import { gateListSchema, gateQuerySchema, listGates } from "./list-gates.js";

/** The row of the route table that concerns gates. */
export function gateRoutes(deps: { ledger: Pick<PromptLedger, "closedGates" | "waitingAt"> }): Route[] {
  return [
    route({
      method: "get",
      path: "/v1/gates",
      permission: "read",
      operationId: "listGates",
      summary: "Why top-ups wait: every closed gate",
      description:
        "A gate is a shared reason not to send until a time. Each comes with its reason in plain words, the provider's " +
        "code, since when it is closed, when it is tried again, how many top-ups wait, and what a person can do.",
      query: gateQuerySchema,
      responses: {
        200: { description: "The closed gates, those first that hold back the most", schema: gateListSchema },
      },
      problems: ["validation_failed"],
      handle: ({ query }) => listGates(deps)(query),
    }),
  ];
}
