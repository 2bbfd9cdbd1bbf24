import type { RedisClient } from "@surefill/runtime";
import { referenceSchema, topupRequestSchema } from "@surefill/topup";
import type { Ledger } from "@surefill/topup-store";
import { z } from "zod";
import { getLiveness, getReadiness } from "./health.js";
import { type Route, route } from "./http/route.js";
import type { Metrics } from "./metrics.js";
import { acceptBatch, batchResultsSchema, batchSchema } from "./topups/accept-batch.js";
import { type AcceptDeps, acceptTopup } from "./topups/accept-topup.js";
import { cancelTopup } from "./topups/cancel-topup.js";
import { getTopup, topupWithHistorySchema } from "./topups/get-topup.js";
import { listQuerySchema, listTopups, topupPageSchema } from "./topups/list-topups.js";
import { topupViewSchema } from "./topups/topup-view.js";

/** What the routes need of the app. */
export type RouteDeps = Omit<AcceptDeps, "ledger"> & {
  ledger: Ledger;
  redis: Pick<RedisClient, "ping">;
  metrics: Metrics;
  problemBase: string;
};

const referenceParams = z.object({ reference: referenceSchema.describe("The top-up's reference") });
const idempotencyHeader = z.object({
  "Idempotency-Key": z.string().optional().describe("Another name for `reference`, of the same form"),
});

/** Every route of the API but the board. The server, the document, the tests and docs/api.md read this table. */
export function createRoutes(deps: RouteDeps): readonly Route[] {
  return [...topupRoutes(deps), ...operationRoutes(deps)];
}

function topupRoutes(deps: RouteDeps): Route[] {
  const accept = acceptTopup(deps);
  const batch = acceptBatch(deps);
  return [
    route({
      method: "post",
      path: "/v1/topups",
      access: "api-key",
      operationId: "acceptTopup",
      summary: "Send one top-up",
      description:
        "Stores the top-up durably and has it sent. Sending it again under the same reference returns the existing " +
        "one, so repeat freely when an answer is lost. Without a reference one is made up, and a repeated request " +
        "is a second top-up.",
      headers: idempotencyHeader,
      body: topupRequestSchema,
      responses: {
        202: { description: "Accepted. `Location` says where to ask for it", schema: topupViewSchema },
        200: { description: "The same top-up exists already; this is how it is now", schema: topupViewSchema },
      },
      problems: [
        "malformed_json",
        "idempotency_key_invalid",
        "reference_conflict",
        "body_too_large",
        "validation_failed",
      ],
      handle: ({ body, header }) => accept({ request: body, idempotencyKey: header("idempotency-key") }),
    }),
    route({
      method: "post",
      path: "/v1/topups/batch",
      access: "api-key",
      operationId: "acceptTopups",
      summary: "Send up to 1,000 top-ups",
      description: "Answers each top-up by itself, in their order: one that is wrong does not hurt the others.",
      body: batchSchema,
      responses: { 200: { description: "An answer for each top-up", schema: batchResultsSchema } },
      problems: ["malformed_json", "idempotency_key_invalid", "body_too_large", "validation_failed"],
      handle: ({ body, header }) => batch({ topups: body.topups, idempotencyKey: header("idempotency-key") }),
    }),
    route({
      method: "get",
      path: "/v1/topups",
      access: "api-key",
      operationId: "listTopups",
      summary: "List top-ups under one filter",
      description: "Newest first. Recipients are masked. Give exactly one of state, phone, transactionId and campaign.",
      query: listQuerySchema,
      responses: { 200: { description: "One page", schema: topupPageSchema } },
      problems: ["validation_failed"],
      handle: ({ query }) => listTopups(deps)(query),
    }),
    route({
      method: "get",
      path: "/v1/topups/:reference",
      access: "api-key",
      operationId: "getTopup",
      summary: "One top-up with its history",
      params: referenceParams,
      responses: { 200: { description: "The top-up", schema: topupWithHistorySchema } },
      problems: ["topup_not_found", "validation_failed"],
      handle: ({ params }) => getTopup(deps)(params),
    }),
    route({
      method: "post",
      path: "/v1/topups/:reference/cancel",
      access: "api-key",
      operationId: "cancelTopup",
      summary: "Withdraw a top-up that is not sent yet",
      description: "Possible while it is queued or held behind a gate. Takes no body.",
      params: referenceParams,
      responses: { 200: { description: "It is cancelled", schema: topupViewSchema } },
      problems: ["topup_not_found", "state_conflict", "validation_failed"],
      handle: ({ params }) => cancelTopup(deps)(params),
    }),
  ];
}

const statusSchema = z.object({ status: z.string() });

function operationRoutes(deps: RouteDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/healthz",
      access: "public",
      operationId: "getLiveness",
      summary: "Whether the process answers",
      responses: { 200: { description: "It does", schema: statusSchema } },
      problems: [],
      handle: getLiveness,
    }),
    route({
      method: "get",
      path: "/readyz",
      access: "public",
      operationId: "getReadiness",
      summary: "Whether top-ups can be accepted",
      responses: { 200: { description: "The ledger answers", schema: statusSchema } },
      problems: ["ledger_unavailable"],
      handle: getReadiness(deps),
    }),
    route({
      method: "get",
      path: "/metrics",
      access: "api-key",
      operationId: "getMetrics",
      summary: "Metrics for Prometheus",
      responses: { 200: { description: "Prometheus text", schema: z.string(), contentType: "text/plain" } },
      problems: [],
      handle: () => deps.metrics.scrape(),
    }),
  ];
}
