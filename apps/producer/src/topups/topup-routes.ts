import { referenceSchema } from "@surefill/topup";
import { z } from "zod";
import { ledgerWithin } from "../access/binding.js";
import { requirePermission } from "../access/identity.js";
import { type Route, route } from "../http/route.js";
import type { PromptLedger } from "../prompt-ledger.js";
import { acceptBatch, batchResultsSchema, batchSchema, documentedBatchSchema } from "./accept-batch.js";
import { type AcceptContradictionDeps, acceptanceSchema, acceptContradiction } from "./accept-contradiction.js";
import { type AcceptDeps, acceptTopup, topupBodySchema } from "./accept-topup.js";
import { cancelTopup } from "./cancel-topup.js";
import { getTopup, topupWithHistorySchema } from "./get-topup.js";
import { idempotencyKeyOf } from "./idempotency-key.js";
import { listQuerySchema, listTopups, topupPageSchema } from "./list-topups.js";
import { type ResolveDeps, resolveTopup, verdictSchema } from "./resolve-topup.js";
import { revealQuerySchema, showOne, showTo } from "./show-topup.js";
import { topupViewSchema } from "./topup-view.js";

/** What the routes of top-ups need. */
export type TopupRouteDeps = Omit<AcceptDeps & ResolveDeps & AcceptContradictionDeps, "ledger"> & {
  ledger: PromptLedger;
  problemBase: string;
};

const referenceParams = z.object({ reference: referenceSchema.describe("The top-up's reference") });
const topupTarget = ({ reference }: { reference: string }) => ({ kind: "topup", id: reference });
/** Takes none, and is looked through for idempotency keys that are not read. */
const anyQuery = z.looseObject({});
const idempotencyHeader = z.object({
  "Idempotency-Key": z
    .string()
    .optional()
    .describe(
      "Another name for `reference`, of the same form: a body without one is taken with it. Other usual spellings are " +
        "taken as it",
    ),
});

/** The rows of the route table that concern top-ups. */
export function topupRoutes(deps: TopupRouteDeps): Route[] {
  return [...acceptingRoutes(deps), ...readingRoutes(deps), ...commandRoutes(deps), ...acceptanceRoutes(deps)];
}

function acceptingRoutes(deps: TopupRouteDeps): Route[] {
  const accept = acceptTopup(deps);
  const batch = acceptBatch(deps);
  return [
    route({
      method: "post",
      path: "/v1/topups",
      permission: "send",
      operationId: "acceptTopup",
      summary: "Send one top-up",
      description:
        "Stores the top-up durably and has it sent. Sending it again under the same reference returns the existing " +
        "one, so repeat freely when an answer is lost. It is named by `reference`, `customIdentifier` or the header " +
        "`Idempotency-Key`; without a name it is refused.",
      headers: idempotencyHeader,
      query: anyQuery,
      body: topupBodySchema,
      responses: {
        202: { description: "Accepted. `Location` says where to ask for it", schema: topupViewSchema },
        200: { description: "The same top-up exists already; this is how it is now", schema: topupViewSchema },
      },
      problems: [
        "malformed_json",
        "idempotency_key_invalid",
        "reference_conflict",
        "paid_recently",
        "daily_limit_reached",
        "body_too_large",
        "validation_failed",
        "reference_missing",
        "provider_unavailable",
      ],
      bound: true,
      handle: ({ body, identity, ...request }) =>
        accept({ request: body, idempotencyKey: idempotencyKeyOf(request), identity }),
    }),
    route({
      method: "post",
      path: "/v1/topups/batch",
      permission: "send",
      operationId: "acceptTopups",
      summary: "Send up to 1,000 top-ups",
      description: "Answers each top-up by itself, in their order: one that is wrong does not hurt the others.",
      query: anyQuery,
      body: batchSchema,
      documentedBody: documentedBatchSchema,
      responses: { 200: { description: "An answer for each top-up", schema: batchResultsSchema } },
      problems: [
        "malformed_json",
        "idempotency_key_invalid",
        "body_too_large",
        "validation_failed",
        "provider_unavailable",
      ],
      bound: true,
      handle: ({ body, identity, ...request }) =>
        batch({ topups: body.topups, idempotencyKey: idempotencyKeyOf(request), identity }),
    }),
  ];
}

function readingRoutes(deps: TopupRouteDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/v1/topups",
      permission: "read",
      operationId: "listTopups",
      summary: "List top-ups under one filter",
      description:
        "Newest first. Recipients are masked. Give exactly one of state, phone, transactionId and campaign. Under " +
        "`state=review` each comes with what a person needs in order to decide.",
      query: listQuerySchema,
      responses: { 200: { description: "One page", schema: topupPageSchema } },
      problems: ["validation_failed"],
      bound: true,
      handle: ({ query, identity }) => listTopups(deps)(query, identity),
    }),
    route({
      method: "get",
      path: "/v1/topups/:reference",
      permission: "read",
      operationId: "getTopup",
      summary: "One top-up with its history",
      description:
        "Recipients are masked and PINs left out, unless `reveal=true` asks for them. Keys of `API_KEYS` always see them.",
      furtherPermissions: { reveal: "reveal=true" },
      params: referenceParams,
      query: revealQuerySchema,
      responses: { 200: { description: "The top-up", schema: topupWithHistorySchema } },
      problems: ["topup_not_found", "validation_failed"],
      bound: true,
      audit: ({ params, query }) =>
        query.reveal === "true" ? { action: "topup.revealed", target: topupTarget(params) } : undefined,
      handle: ({ params, query, identity }) =>
        getTopup({ ...deps, ledger: ledgerWithin(deps.ledger, identity) })({
          ...params,
          show: showOne(identity, query),
        }),
    }),
  ];
}

function commandRoutes(deps: TopupRouteDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/v1/topups/:reference/cancel",
      permission: "control",
      operationId: "cancelTopup",
      summary: "Withdraw a top-up that is not sent yet",
      description: "Possible while it is queued or held behind a gate. Takes no body.",
      params: referenceParams,
      responses: { 200: { description: "It is cancelled", schema: topupViewSchema } },
      problems: ["topup_not_found", "state_conflict", "validation_failed"],
      bound: true,
      handle: ({ params, caller, identity }) =>
        cancelTopup({ ledger: ledgerWithin(deps.ledger, identity) })({ ...params, caller, show: showTo(identity) }),
    }),
    route({
      method: "post",
      path: "/v1/topups/:reference/resolve",
      permission: "resolve",
      operationId: "resolveTopup",
      summary: "Give a verdict on a top-up in review",
      description:
        "The verdict is checked at the provider first and refused when its records say otherwise, unless it is " +
        "forced. `resubmit` sends it again, with a new identifier only if the provider shows that the last attempt " +
        "cost nothing, and is never forced; the others end the top-up. Who decided, why, and whether they insisted, " +
        "goes into the history.",
      params: referenceParams,
      body: verdictSchema,
      responses: { 200: { description: "The top-up after the verdict", schema: topupViewSchema } },
      problems: [
        "malformed_json",
        "topup_not_found",
        "state_conflict",
        "evidence_contradicts",
        "validation_failed",
        "provider_refused",
        "provider_unavailable",
      ],
      furtherPermissions: { force: "a verdict that is forced" },
      audit: ({ params, body }) => ({
        action: "topup.resolved",
        target: topupTarget(params),
        after: { verdict: body.verdict, force: body.force },
      }),
      handle: ({ params, body, caller, identity }) => {
        if (body.force) requirePermission(identity, "force", "A verdict that is forced");
        return resolveTopup(deps)({ ...params, verdict: body, caller, show: showTo(identity) });
      },
    }),
  ];
}

function acceptanceRoutes(deps: TopupRouteDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/v1/topups/:reference/accept-contradiction",
      permission: "resolve",
      operationId: "acceptContradiction",
      summary: "Accept that a top-up was paid twice, or ended in another way",
      description:
        "For a final top-up that Reloadly has debited more than once, or shows in another way than the ledger. " +
        "Reloadly is asked again, and exactly what it shows then is accepted: no audit raises it any more, and it no " +
        "longer waits for a person. The money stays counted. Moves nothing; who accepted, and why, goes into the history.",
      params: referenceParams,
      body: acceptanceSchema,
      responses: { 200: { description: "The top-up", schema: topupViewSchema } },
      problems: [
        "malformed_json",
        "topup_not_found",
        "state_conflict",
        "validation_failed",
        "provider_refused",
        "provider_unavailable",
      ],
      audit: ({ params }) => ({ action: "topup.contradiction-accepted", target: topupTarget(params) }),
      handle: ({ params, body, caller, identity }) =>
        acceptContradiction(deps)({ ...params, acceptance: body, caller, show: showTo(identity) }),
    }),
  ];
}
