import { z } from "zod";
import { type Route, route } from "../http/route.js";
import { type ReceiveDeps, receiveReloadlyWebhook } from "./receive-reloadly-webhook.js";

/** Ten times what a message of Reloadly has. */
const BODY_BYTES_MAX = 65_536;

const signatureHeaders = z.object({
  "X-Reloadly-Signature": z.string().describe("Hex HMAC-SHA256 over the raw body, a separator and the timestamp"),
  "X-Reloadly-Request-Timestamp": z.string().describe("Seconds or milliseconds since 1970"),
});

const messageSchema = z.looseObject({
  type: z.string().optional(),
  data: z.looseObject({}).optional(),
});

const EXAMPLE_MESSAGE = {
  type: "airtime_transaction.status",
  data: { code: null, message: null, status: "PROCESSING", transaction: { transactionId: 282571 } },
};

/** The route for the provider's own webhooks. Without a secret nothing could be verified, and there is no route. */
export function providerWebhookRoutes(deps: ReceiveDeps | undefined): Route[] {
  if (deps === undefined) return [];
  return [
    route({
      method: "post",
      path: "/v1/provider-webhooks/reloadly",
      permission: "signature",
      operationId: "receiveReloadlyWebhook",
      summary: "Take a webhook of Reloadly as a hint",
      description:
        "For Reloadly to call. A message with a valid signature makes us ask for the status of its transaction " +
        "earlier; nothing in it is believed. Only there when `RELOADLY_WEBHOOK_SECRET` is set.",
      headers: signatureHeaders,
      rawBodyBytesMax: BODY_BYTES_MAX,
      documentedBody: messageSchema.meta({ example: EXAMPLE_MESSAGE }),
      responses: { 200: { description: "Received", schema: z.object({ received: z.literal(true) }) } },
      problems: ["signature_invalid", "body_too_large"],
      handle: receiveReloadlyWebhook(deps),
    }),
  ];
}
