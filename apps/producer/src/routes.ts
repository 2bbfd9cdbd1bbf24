import { z } from "zod";
import { type AuditLogRouteDeps, auditLogRoutes } from "./access/audit-log-routes.js";
import { type KeyRouteDeps, keyRoutes } from "./access/key-routes.js";
import { peopleRoutes } from "./access/people-routes.js";
import { type SessionRouteDeps, sessionRoutes } from "./access/session-routes.js";
import { type AttentionRouteDeps, attentionRoutes } from "./attention/attention-routes.js";
import { getBalance, type ReadBalance } from "./balance.js";
import { type CampaignRouteDeps, campaignRoutes } from "./campaigns/campaign-routes.js";
import { type EventRouteDeps, eventRoutes } from "./events/event-routes.js";
import { gateRoutes } from "./gates/gate-routes.js";
import { getLiveness, getReadiness } from "./health.js";
import { getDocsFile, getDocsPage } from "./http/docs-page.js";
import { buildOpenApi } from "./http/openapi.js";
import { getProblemPage } from "./http/problem-page.js";
import { type Route, route } from "./http/route.js";
import type { Metrics } from "./metrics.js";
import { type OperatorRouteDeps, operatorRoutes } from "./operators/operator-routes.js";
import type { PromptLedger } from "./prompt-ledger.js";
import { balanceSchema, type ProviderReader } from "./provider.js";
import { providerWebhookRoutes } from "./provider-webhooks/provider-webhook-routes.js";
import type { ReceiveDeps } from "./provider-webhooks/receive-reloadly-webhook.js";
import { type TopupRouteDeps, topupRoutes } from "./topups/topup-routes.js";
import { type UploadRouteDeps, uploadRoutes } from "./uploads/upload-routes.js";
import { documentedWebhooks } from "./webhook-endpoints/webhook-document.js";
import { type WebhookEndpointRouteDeps, webhookEndpointRoutes } from "./webhook-endpoints/webhook-endpoint-routes.js";

/** What the routes need of the app. */
export type RouteDeps = TopupRouteDeps &
  OperatorRouteDeps &
  EventRouteDeps &
  WebhookEndpointRouteDeps &
  Pick<AttentionRouteDeps, "extraDebits" | "groupCommands"> &
  UploadRouteDeps & {
    campaigns: CampaignRouteDeps;
    access: SessionRouteDeps & KeyRouteDeps & AuditLogRouteDeps;
    readBalance: ReadBalance;
    provider: ProviderReader;
    ledger: Pick<PromptLedger, "check" | "closedGates" | "waitingAt" | "list" | "records" | "countInReview">;
    metrics: Metrics;
    publicUrl: string | undefined;
    /** Absent while the provider's webhooks cannot be verified. */
    providerWebhooks: ReceiveDeps | undefined;
  };

/** Every route but the board's. The server, the document, the tests and docs/api.md read this table. */
export function createRoutes(deps: RouteDeps): readonly Route[] {
  const routes: readonly Route[] = [
    ...topupRoutes(deps),
    ...attentionRoutes(deps),
    ...gateRoutes(deps),
    ...eventRoutes(deps),
    ...webhookEndpointRoutes(deps),
    ...uploadRoutes(deps),
    ...campaignRoutes(deps.campaigns),
    ...operatorRoutes(deps),
    ...accountRoutes(deps),
    ...sessionRoutes(deps.access),
    ...peopleRoutes(deps.access),
    ...keyRoutes(deps.access),
    ...auditLogRoutes(deps.access),
    ...providerWebhookRoutes(deps.providerWebhooks),
    ...operationRoutes(deps),
    ...documentRoutes(() => buildOpenApi(routes, { publicUrl: deps.publicUrl, webhooks: documentedWebhooks() })),
  ];
  return routes;
}

function accountRoutes(deps: RouteDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/v1/balance",
      permission: "read",
      operationId: "getBalance",
      summary: "What the Reloadly account can spend",
      description: "At most 5 seconds old.",
      responses: { 200: { description: "The balance", schema: balanceSchema } },
      problems: ["provider_refused", "provider_unavailable"],
      handle: getBalance(deps),
    }),
  ];
}

const statusSchema = z.object({ status: z.string() });

function operationRoutes(deps: RouteDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/healthz",
      permission: "public",
      operationId: "getLiveness",
      summary: "Whether the process answers",
      responses: { 200: { description: "It does", schema: statusSchema } },
      problems: [],
      handle: getLiveness,
    }),
    route({
      method: "get",
      path: "/readyz",
      permission: "public",
      operationId: "getReadiness",
      summary: "Whether top-ups can be accepted",
      responses: { 200: { description: "The ledger answers", schema: statusSchema } },
      problems: ["ledger_unavailable", "ledger_lost"],
      handle: getReadiness(deps),
    }),
    route({
      method: "get",
      path: "/metrics",
      permission: "metrics",
      operationId: "getMetrics",
      summary: "Metrics for Prometheus",
      responses: { 200: { description: "Prometheus text", schema: z.string(), contentType: "text/plain" } },
      problems: [],
      handle: () => deps.metrics.scrape(),
    }),
  ];
}

/** Documentation is for readers in a browser, who have no header to send; it tells nothing about anybody. */
function documentRoutes(build: () => object): Route[] {
  const file = getDocsFile();
  let text: string | undefined;
  return [
    route({
      method: "get",
      path: "/openapi.json",
      permission: "public",
      operationId: "getOpenApi",
      summary: "This document",
      responses: { 200: { description: "OpenAPI 3.1", schema: z.record(z.string(), z.unknown()) } },
      problems: [],
      async handle() {
        text ??= JSON.stringify(build());
        return { status: 200, contentType: "application/json; charset=utf-8", text };
      },
    }),
    route({
      method: "get",
      path: "/docs",
      permission: "public",
      operationId: "getDocs",
      summary: "The documentation as a page",
      responses: { 200: { description: "A page", schema: z.string(), contentType: "text/html" } },
      problems: [],
      handle: getDocsPage,
    }),
    route({
      method: "get",
      path: "/docs/:file",
      permission: "public",
      operationId: "getDocsFile",
      summary: "What the pages load",
      params: z.object({ file: z.string() }),
      responses: { 200: { description: "A script or a style sheet" } },
      problems: ["route_not_found"],
      handle: ({ params }) => file(params),
    }),
    route({
      method: "get",
      path: "/problems/:code",
      permission: "public",
      operationId: "getProblem",
      summary: "What a problem means and what to do about it",
      params: z.object({ code: z.string() }),
      responses: { 200: { description: "A page", schema: z.string(), contentType: "text/html" } },
      problems: ["route_not_found"],
      handle: ({ params }) => getProblemPage(params),
    }),
  ];
}
