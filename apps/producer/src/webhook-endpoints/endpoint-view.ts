import {
  DISABLED_REASONS,
  ENDPOINT_COMMANDS,
  type EndpointCommand,
  newWebhookEndpointSchema,
  type WebhookEndpoint,
  webhookEndpointIdSchema,
} from "@surefill/topup";
import { z } from "zod";

const time = z.iso.datetime();

/** An endpoint as callers see it; never with a secret. */
export const endpointViewSchema = z
  .object({
    id: webhookEndpointIdSchema,
    ...newWebhookEndpointSchema.shape,
    state: z.enum(["enabled", "disabled"]),
    createdAt: time,
    createdBy: z.string().optional().describe("Name of the API key that made it; none where it is not known"),
    disabledReason: z
      .enum(DISABLED_REASONS)
      .optional()
      .describe("`operator`: by a command; `gone`: it answered 410; `failing`: it only failed for five days"),
    disabledAt: time.optional(),
    oldSecretUntil: time.optional().describe("Until then deliveries are signed with the former secret too"),
    failingSince: time.optional().describe("The first failure after the last success"),
    failures: z.number().int().describe("Failed attempts since the last success"),
  })
  .meta({ id: "WebhookEndpoint" });

/** An endpoint with the commands that it was given. */
export const endpointWithHistorySchema = endpointViewSchema
  .extend({
    history: z
      .array(
        z.object({
          at: time,
          command: z.enum(ENDPOINT_COMMANDS),
          key: z.string().describe("Name of the API key that gave the command"),
          about: z.string().optional().describe("The fields that were changed, the event, or the window"),
        }),
      )
      .describe("Oldest first: the latest 100 that changed it, and the latest 100 that asked for deliveries"),
  })
  .meta({ id: "WebhookEndpointWithHistory" });

/** An endpoint with the secret that was just made for it. */
export const endpointWithSecretSchema = endpointViewSchema
  .extend({ secret: z.string().describe("For verifying signatures. Shown only now") })
  .meta({ id: "WebhookEndpointWithSecret" });

/** Shows an endpoint. */
export function endpointView(endpoint: WebhookEndpoint): z.input<typeof endpointViewSchema> {
  const { createdAtMs, disabledAtMs, oldSecretUntilMs, failingSinceMs, ...shown } = endpoint;
  return {
    ...shown,
    createdAt: new Date(createdAtMs).toISOString(),
    ...(disabledAtMs !== undefined && { disabledAt: new Date(disabledAtMs).toISOString() }),
    ...(oldSecretUntilMs !== undefined && { oldSecretUntil: new Date(oldSecretUntilMs).toISOString() }),
    ...(failingSinceMs !== undefined && { failingSince: new Date(failingSinceMs).toISOString() }),
  };
}

/** Shows a command that an endpoint was given. */
export function commandView({ atMs, ...command }: EndpointCommand) {
  return { at: new Date(atMs).toISOString(), ...command };
}
