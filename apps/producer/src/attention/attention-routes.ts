import { type Route, route } from "../http/route.js";
import { type AttentionDeps, attentionPageSchema, attentionQuerySchema, listAttention } from "./list-attention.js";

/** The row of the route table that concerns what needs a person. */
export function attentionRoutes(deps: AttentionDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/v1/attention",
      permission: "read",
      operationId: "listAttention",
      summary: "What needs a person: reviews, paid twice, contradicted",
      description: "Recipients are masked. `counts` tells how many there are of each kind.",
      query: attentionQuerySchema,
      responses: { 200: { description: "One page", schema: attentionPageSchema } },
      problems: ["validation_failed"],
      handle: ({ query }) => listAttention(deps)(query),
    }),
  ];
}
