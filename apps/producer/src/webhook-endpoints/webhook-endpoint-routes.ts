import {
  newWebhookEndpointSchema,
  type WebhookEndpointPatch,
  webhookEndpointIdSchema,
  webhookEndpointPatchSchema,
} from "@surefill/topup";
import { z } from "zod";
import type { AuditedAct } from "../access/audit-trail.js";
import { type Identity, requirePermission } from "../access/identity.js";
import type { ProblemCode } from "../http/problem-codes.js";
import { type Route, route } from "../http/route.js";
import {
  type ChangeDeps,
  deleteEndpoint,
  disableEndpoint,
  enableEndpoint,
  expireOldSecret,
  updateEndpoint,
} from "./change-endpoint.js";
import { type CreateDeps, createEndpoint } from "./create-endpoint.js";
import { deliveryViewSchema } from "./delivery-view.js";
import { endpointViewSchema, endpointWithHistorySchema, endpointWithSecretSchema } from "./endpoint-view.js";
import {
  deliveryPageSchema,
  getDelivery,
  listDeliveries,
  listDeliveriesQuerySchema,
  type ReadDeliveriesDeps,
} from "./read-deliveries.js";
import { endpointListSchema, getEndpoint, listEndpoints, type ReadDeps } from "./read-endpoints.js";
import { type RedeliverDeps, redeliver } from "./redeliver.js";
import { type ReplayDeps, replay, replayedSchema, replaySchema } from "./replay.js";
import { rotateSecret, rotationSchema } from "./rotate-secret.js";
import { askedDeliverySchema, type TestDeps, testEndpoint } from "./test-endpoint.js";

/** What the routes of webhook endpoints need. */
export type WebhookEndpointRouteDeps = CreateDeps &
  ChangeDeps &
  ReadDeps &
  Parameters<typeof rotateSecret>[0] &
  TestDeps &
  ReadDeliveriesDeps &
  RedeliverDeps &
  ReplayDeps;

const BASE = "/v1/webhook-endpoints";
const idParams = z.object({ id: webhookEndpointIdSchema.describe("The endpoint's id") });
const deliveryParams = idParams.extend({
  eventId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/, { error: "must be the id of an event" })
    .describe("The event's id, which is the `webhook-id` of its deliveries"),
});
const EXAMPLE_ENDPOINT = {
  url: "https://receiver.example/surefill",
  description: "Survey results",
  eventTypes: ["topup.succeeded", "topup.failed", "topup.rejected", "topup.refunded"],
};
const OF_ONE = ["endpoint_not_found", "validation_failed"] as const satisfies ProblemCode[];
const OF_BODIES = ["malformed_json", "body_too_large", "validation_failed"] as const satisfies ProblemCode[];

const RECIPIENTS = { reveal: "includeRecipient" } as const;

/** Deliveries with full recipients show them to people who may have no permission to see them here. */
function requireForRecipients(identity: Identity, { includeRecipient }: { includeRecipient?: boolean | undefined }) {
  if (includeRecipient === true) requirePermission(identity, "reveal", "includeRecipient");
}

function changedEndpoint({ id }: { id: string }, what: string): AuditedAct {
  return { action: "webhook-endpoint.changed", target: { kind: "webhook-endpoint", id }, after: { what } };
}

/** What is written down of an endpoint: its host, since paths and queries of receivers may hold secrets. */
function hostAndTypes({ url, eventTypes, includeRecipient }: WebhookEndpointPatch): Record<string, unknown> {
  return {
    ...(url !== undefined && { host: URL.canParse(url) ? new URL(url).host : null }),
    ...(eventTypes !== undefined && { eventTypes }),
    ...(includeRecipient !== undefined && { includeRecipient }),
  };
}

/** The rows of the route table that concern webhook endpoints. */
export function webhookEndpointRoutes(deps: WebhookEndpointRouteDeps): Route[] {
  return [
    ...collectionRoutes(deps),
    ...endpointRoutes(deps),
    ...secretRoutes(deps),
    ...stateRoutes(deps),
    ...readingRoutes(deps),
    ...sendingRoutes(deps),
  ];
}

function collectionRoutes(deps: WebhookEndpointRouteDeps): Route[] {
  const create = createEndpoint(deps);
  return [
    route({
      method: "post",
      path: BASE,
      permission: "webhooks",
      operationId: "createWebhookEndpoint",
      summary: "Have events sent to a URL",
      description:
        "The URL must be https, on port 443, and lead to public addresses only, unless the server allows its network. " +
        "The answer holds the secret, this once. When an answer is lost, look at the list before you repeat.",
      body: newWebhookEndpointSchema.meta({ example: EXAMPLE_ENDPOINT }),
      responses: { 201: { description: "The endpoint with its secret", schema: endpointWithSecretSchema } },
      problems: [...OF_BODIES, "endpoints_full"],
      furtherPermissions: RECIPIENTS,
      audit: ({ body }) => ({ action: "webhook-endpoint.created", after: hostAndTypes(body) }),
      handle: ({ body, identity }) => {
        requireForRecipients(identity, body);
        return create(body, { key: identity.name });
      },
    }),
    route({
      method: "get",
      path: BASE,
      permission: "webhooks",
      operationId: "listWebhookEndpoints",
      summary: "All webhook endpoints",
      responses: { 200: { description: "Oldest first", schema: endpointListSchema } },
      problems: [],
      handle: listEndpoints(deps),
    }),
  ];
}

function endpointRoutes(deps: WebhookEndpointRouteDeps): Route[] {
  const get = getEndpoint(deps);
  const update = updateEndpoint(deps);
  const remove = deleteEndpoint(deps);
  return [
    route({
      method: "get",
      path: `${BASE}/:id`,
      permission: "webhooks",
      operationId: "getWebhookEndpoint",
      summary: "One webhook endpoint",
      params: idParams,
      responses: {
        200: { description: "The endpoint with its history, without its secret", schema: endpointWithHistorySchema },
      },
      problems: OF_ONE,
      handle: ({ params }) => get(params.id),
    }),
    route({
      method: "patch",
      path: `${BASE}/:id`,
      permission: "webhooks",
      operationId: "updateWebhookEndpoint",
      summary: "Change a webhook endpoint",
      description: "What is left out stays as it is. An empty description removes it.",
      params: idParams,
      body: webhookEndpointPatchSchema.meta({ example: { eventTypes: "all" } }),
      responses: { 200: { description: "The endpoint after the change", schema: endpointViewSchema } },
      problems: [...OF_ONE, ...OF_BODIES],
      furtherPermissions: RECIPIENTS,
      audit: ({ params, body }) => ({ ...changedEndpoint(params, "settings"), after: hostAndTypes(body) }),
      handle: ({ params, body, identity }) => {
        requireForRecipients(identity, body);
        return update(params.id, body, { key: identity.name });
      },
    }),
    route({
      method: "delete",
      path: `${BASE}/:id`,
      permission: "webhooks",
      operationId: "deleteWebhookEndpoint",
      summary: "Delete a webhook endpoint",
      description:
        "Its secrets and the record of its deliveries go with it; nothing more is sent. The list keeps who deleted it.",
      params: idParams,
      responses: { 204: { description: "It is gone" } },
      problems: OF_ONE,
      audit: ({ params }) => ({
        action: "webhook-endpoint.deleted",
        target: { kind: "webhook-endpoint", id: params.id },
      }),
      handle: ({ params, caller }) => remove(params.id, { key: caller }),
    }),
  ];
}

function secretRoutes(deps: WebhookEndpointRouteDeps): Route[] {
  const rotate = rotateSecret(deps);
  const expire = expireOldSecret(deps);
  return [
    route({
      method: "post",
      path: `${BASE}/:id/rotate-secret`,
      permission: "webhooks",
      operationId: "rotateWebhookSecret",
      summary: "Make a new secret",
      description:
        "The answer holds the new secret, this once. Until `oldSecretUntil` deliveries carry the signatures of both, " +
        "so that receivers can change in their own time. Send `{}` for an overlap of a day.",
      params: idParams,
      body: rotationSchema.meta({ example: {} }),
      responses: { 200: { description: "The endpoint with its new secret", schema: endpointWithSecretSchema } },
      problems: [...OF_ONE, ...OF_BODIES],
      audit: ({ params }) => changedEndpoint(params, "new secret"),
      handle: ({ params, body, caller }) => rotate(params.id, body, { key: caller }),
    }),
    route({
      method: "post",
      path: `${BASE}/:id/expire-old-secret`,
      permission: "webhooks",
      operationId: "expireOldWebhookSecret",
      summary: "Stop signing with the former secret now",
      params: idParams,
      responses: { 200: { description: "The endpoint", schema: endpointViewSchema } },
      problems: OF_ONE,
      audit: ({ params }) => changedEndpoint(params, "old secret expired"),
      handle: ({ params, caller }) => expire(params.id, { key: caller }),
    }),
  ];
}

function stateRoutes(deps: WebhookEndpointRouteDeps): Route[] {
  const enable = enableEndpoint(deps);
  const disable = disableEndpoint(deps);
  return [
    route({
      method: "post",
      path: `${BASE}/:id/enable`,
      permission: "webhooks",
      operationId: "enableWebhookEndpoint",
      summary: "Let deliveries begin again",
      description: "For events from now on; what was missed meanwhile can be replayed.",
      params: idParams,
      responses: { 200: { description: "The endpoint", schema: endpointViewSchema } },
      problems: OF_ONE,
      audit: ({ params }) => changedEndpoint(params, "enabled"),
      handle: ({ params, caller }) => enable(params.id, { key: caller }),
    }),
    route({
      method: "post",
      path: `${BASE}/:id/disable`,
      permission: "webhooks",
      operationId: "disableWebhookEndpoint",
      summary: "Stop deliveries",
      description: "What waits for its next attempt is given up.",
      params: idParams,
      responses: { 200: { description: "The endpoint", schema: endpointViewSchema } },
      problems: OF_ONE,
      audit: ({ params }) => changedEndpoint(params, "disabled"),
      handle: ({ params, caller }) => disable(params.id, { key: caller }),
    }),
  ];
}

function readingRoutes(deps: WebhookEndpointRouteDeps): Route[] {
  const list = listDeliveries(deps);
  const get = getDelivery(deps);
  return [
    route({
      method: "get",
      path: `${BASE}/:id/deliveries`,
      permission: "webhooks",
      operationId: "listWebhookDeliveries",
      summary: "What was sent to a webhook endpoint",
      description: "Newest first, with every attempt. Kept for 30 days, at most 5,000 for an endpoint.",
      params: idParams,
      query: listDeliveriesQuerySchema,
      responses: { 200: { description: "One page", schema: deliveryPageSchema } },
      problems: OF_ONE,
      handle: ({ params, query }) => list(params.id, query),
    }),
    route({
      method: "get",
      path: `${BASE}/:id/deliveries/:eventId`,
      permission: "webhooks",
      operationId: "getWebhookDelivery",
      summary: "One delivery with its attempts",
      params: deliveryParams,
      responses: { 200: { description: "The delivery", schema: deliveryViewSchema } },
      problems: [...OF_ONE, "delivery_not_found"],
      handle: ({ params }) => get(params.id, params.eventId),
    }),
  ];
}

function sendingRoutes(deps: WebhookEndpointRouteDeps): Route[] {
  const test = testEndpoint(deps);
  const again = redeliver(deps);
  const replayWindow = replay(deps);
  const asked = { description: "It will be sent. `Location` says where its outcome is", schema: askedDeliverySchema };
  return [
    route({
      method: "post",
      path: `${BASE}/:id/test`,
      permission: "webhooks",
      operationId: "testWebhookEndpoint",
      summary: "Send a ping",
      params: idParams,
      responses: { 202: asked },
      problems: [...OF_ONE, "endpoint_disabled"],
      handle: ({ params, caller }) => test(params.id, { key: caller }),
    }),
    route({
      method: "post",
      path: `${BASE}/:id/deliveries/:eventId/redeliver`,
      permission: "webhooks",
      operationId: "redeliverWebhook",
      summary: "Send an event once more",
      description: "A delivery that waits for its next attempt makes it now.",
      params: deliveryParams,
      responses: { 202: asked },
      problems: [...OF_ONE, "event_not_found", "endpoint_disabled"],
      handle: ({ params, caller }) => again(params.id, params.eventId, { key: caller }),
    }),
    route({
      method: "post",
      path: `${BASE}/:id/replay`,
      permission: "webhooks",
      operationId: "replayWebhooks",
      summary: "Send the events of a window once more",
      description:
        "As far as the endpoint asks for their types. Ids stay the same, so a receiver knows what it has seen. One " +
        "request looks at 10,000 events; go on with `nextSince` until it is null.",
      params: idParams,
      body: replaySchema.meta({ example: { since: "2026-11-23T09:00:00Z" } }),
      responses: { 202: { description: "How many will be sent", schema: replayedSchema } },
      problems: [...OF_ONE, ...OF_BODIES, "endpoint_disabled"],
      handle: ({ params, body, caller }) => replayWindow(params.id, body, { key: caller }),
    }),
  ];
}
