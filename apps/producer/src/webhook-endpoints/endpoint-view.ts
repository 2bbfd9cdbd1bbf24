import {
  DISABLED_REASONS,
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
