import {
  CAMPAIGN_EVENT_TYPES,
  campaignWebhookSchema,
  noticeSchema,
  TOPUP_EVENT_TYPES,
  topupWebhookSchema,
  type WebhookPayload,
} from "@surefill/topup";
import { z } from "zod";
import type { DocumentedWebhook } from "../http/openapi.js";

/** When each kind of delivery is made. */
export const WEBHOOK_MEANINGS = {
  "topup.succeeded": "The provider says SUCCESSFUL. Final.",
  "topup.refunded": "The provider says REFUNDED: the debit was returned. Final.",
  "topup.failed": "Every attempt failed, or a passing refusal did not pass in time. No money moved. Final.",
  "topup.rejected": "The provider refused it for good. No money moved. Final.",
  "topup.cancelled": "It was withdrawn before it could be sent. Final.",
  "topup.held": "The provider said FAILED. It is asked again when the hold ends, and may still turn out as paid.",
  "topup.review": "Only a person can decide; the evidence is stored with the top-up.",
  "topup.contradicted": "Something arrived that contradicts what is recorded, such as a second transaction.",
  "topup.overpaid": "The provider has more than one transaction for one top-up that is paid or may be.",
  "topup.contradiction_accepted":
    "A person accepted that it was paid twice or contradicted; `key` says by which API key.",
  "provider.orphan": "The provider has a transaction that no top-up made, or that differs from the one that did.",
  "campaign.checked": "Every row of the file is judged: the plan is complete, and the campaign can be started.",
  "campaign.started": "The campaign runs, at once or since its start time has come.",
  "campaign.paused": "Nothing more of the campaign is sent: a person, or one of its own rules, has paused it.",
  "campaign.resumed": "The campaign goes on.",
  "campaign.progress": "Another fifth of the campaign's rows is final.",
  "campaign.completed": "Every row of the campaign is final. Final.",
  "campaign.cancelled": "What was not sent is withdrawn, and everything that was sent is final. Final.",
  ping: "Somebody asked for a test.",
  "webhook_endpoint.failing": "An endpoint has only failed for a day, or for three; after five it is disabled.",
  "webhook_endpoint.disabled": "An endpoint answered 410 or only failed for five days, and gets nothing any more.",
} as const satisfies Record<WebhookPayload["type"], string>;

const headers = z.object({
  "webhook-id": z.string().describe("The event's id; the same in every attempt, so drop what you have seen"),
  "webhook-timestamp": z.string().describe("When this attempt was made, in seconds since 1970"),
  "webhook-signature": z
    .string()
    .describe("Standard Webhooks: `v1,` and the HMAC-SHA256 of id, timestamp and body; two while a secret is rotated"),
});

/** What the OpenAPI document says of every delivery that an endpoint may receive. */
export function documentedWebhooks(): DocumentedWebhook[] {
  const topups = TOPUP_EVENT_TYPES.map((type) => ({
    type,
    schema: topupWebhookSchema.extend({ type: z.literal(type) }),
  }));
  const campaigns = CAMPAIGN_EVENT_TYPES.map((type) => ({
    type,
    schema: campaignWebhookSchema.extend({ type: z.literal(type) }),
  }));
  const notices = noticeSchema.options.map((schema) => ({ type: schema.shape.type.value, schema }));
  return [...topups, ...campaigns, ...notices].map(({ type, schema }) => ({
    method: "post",
    path: type,
    operationId: `on-${type}`,
    summary: WEBHOOK_MEANINGS[type],
    tags: ["webhooks"],
    // Requests are not authenticated by a key but by their signature.
    security: [],
    request: { headers, body: { required: true, content: { "application/json": { schema } } } },
    responses: {
      "2XX": { description: "Received. Answer within 15 seconds; work on it afterwards" },
      "410": { description: "Nothing more is wanted: the endpoint is disabled" },
      default: { description: "Not received, redirects included: it is tried again, ten times over three days" },
    },
  }));
}
