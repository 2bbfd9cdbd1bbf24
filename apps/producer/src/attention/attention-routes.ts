import { z } from "zod";
import { type Route, route } from "../http/route.js";
import { idempotencyKeyOf } from "../topups/idempotency-key.js";
import { type AttentionDeps, attentionPageSchema, attentionQuerySchema, listAttention } from "./list-attention.js";
import { groupResolutionSchema, groupVerdictSchema, type ResolveGroupDeps, resolveGroup } from "./resolve-group.js";
import { listReviewGroups, type ReviewGroupDeps, reviewGroupsSchema } from "./review-groups.js";

export type AttentionRouteDeps = AttentionDeps & ReviewGroupDeps & ResolveGroupDeps;

const groupParams = z.object({
  groupId: z
    .string()
    .regex(/^[\w-]{16}$/, { error: "must be the groupId of the list" })
    .describe("The group"),
});
/** Takes none, and is looked through for idempotency keys that are not read. */
const anyQuery = z.looseObject({});
const idempotencyHeader = z.object({
  "Idempotency-Key": z.string().describe("Names the command: repeated under it, it goes on where it ended"),
});

/** The rows of the route table that concern what needs a person. */
export function attentionRoutes(deps: AttentionRouteDeps): Route[] {
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
    route({
      method: "get",
      path: "/v1/attention/reviews",
      permission: "read",
      operationId: "listReviewGroups",
      summary: "Top-ups in review, grouped by cause",
      description: "One group for each reason, code, operator and campaign, the largest first.",
      responses: { 200: { description: "The groups", schema: reviewGroupsSchema } },
      problems: [],
      handle: () => listReviewGroups(deps)(),
    }),
    route({
      method: "post",
      path: "/v1/attention/reviews/:groupId/resolve",
      permission: "resolve",
      operationId: "resolveReviewGroup",
      summary: "Give one verdict on all top-ups of a group",
      description:
        "Each top-up is checked at the provider and moved as by a verdict of its own: one that the evidence speaks " +
        "against is refused, and left as it is. Never forced. Answers after about 15 seconds at the latest; while " +
        "`remaining` is above 0, send the same command with the same `Idempotency-Key` again.",
      headers: idempotencyHeader,
      query: anyQuery,
      params: groupParams,
      body: groupVerdictSchema,
      bodyNumbers: "number",
      responses: { 200: { description: "How far it came", schema: groupResolutionSchema } },
      problems: ["malformed_json", "idempotency_key_invalid", "group_changed", "validation_failed"],
      audit: ({ params, body }) => ({
        action: "review-group.resolved",
        target: { kind: "review-group", id: params.groupId },
        after: { verdict: body.verdict, expectedCount: body.expectedCount },
      }),
      handle: ({ params, body, caller, ...request }) =>
        resolveGroup(deps)({ ...params, verdict: body, caller, idempotencyKey: idempotencyKeyOf(request) }),
    }),
  ];
}
