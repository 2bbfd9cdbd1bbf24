import type { ReloadlyClient } from "@surefill/reloadly-client";
import { topupRequestSchema } from "@surefill/topup";
import { type Route, route } from "../http/route.js";
import { type AcceptRules, openAcceptRules } from "../topups/accept-rules.js";
import { listOperators, operatorPageSchema, operatorQuerySchema } from "./list-operators.js";
import { quote, quoteSchema } from "./quote.js";

/** What the routes of operators need. */
export type OperatorRouteDeps = {
  acceptRules: AcceptRules;
  client: Pick<ReloadlyClient, "detectOperator">;
};

const quoteBodySchema = topupRequestSchema.meta({
  id: "QuoteRequest",
  example: { operatorId: "auto", amount: "5", recipientPhone: { countryCode: "NG", number: "08031231111" } },
});

/** The rows of the route table by which callers ask before they send. */
export function operatorRoutes({ acceptRules, client }: OperatorRouteDeps): Route[] {
  const { catalogue } = acceptRules;
  const list = listOperators({ catalogue });
  const ask = quote({ catalogue, client, openRules: () => openAcceptRules(acceptRules) });
  return [
    route({
      method: "get",
      path: "/v1/operators",
      permission: "read",
      operationId: "listOperators",
      summary: "What can be sent to, in which amounts, at which price",
      description: "By id. From the catalogue that this process keeps, at most an hour old and as a rule ten minutes.",
      query: operatorQuerySchema,
      responses: { 200: { description: "One page", schema: operatorPageSchema } },
      problems: ["validation_failed", "provider_unavailable"],
      bound: true,
      handle: ({ query }) => list(query),
    }),
    route({
      method: "post",
      path: "/v1/quotes",
      permission: "read",
      operationId: "quoteTopup",
      summary: "What a top-up would cost, what would arrive, and whether it is sold",
      description: "Takes the body of a top-up, stores nothing and sends nothing. Prices are those of the catalogue.",
      body: quoteBodySchema,
      responses: { 200: { description: "The quote", schema: quoteSchema } },
      problems: ["malformed_json", "body_too_large", "validation_failed", "provider_refused", "provider_unavailable"],
      bound: true,
      handle: ({ body: { reference: _, spelling: __, ...request }, ending }) => ask(request, ending()),
    }),
  ];
}
