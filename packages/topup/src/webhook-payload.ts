import { z } from "zod";
import { BECAUSE } from "./because.js";
import { CAMPAIGN_EVENT_TYPES, isCampaignEvent, type LedgerEvent, TOPUP_EVENT_TYPES } from "./events.js";
import { maskEmail, maskPhone } from "./phone.js";
import type { TopupRecord } from "./record.js";
import { STATES } from "./states.js";
import { DISABLED_REASONS, type WebhookEndpoint, webhookEndpointIdSchema } from "./webhook-endpoint.js";

const timestamp = z.iso.datetime().describe("When it happened");

/** What an event tells about a top-up. */
const topupDataSchema = z.object({
  reference: z.string(),
  state: z.enum(STATES),
  version: z.number().int().describe("Grows with every change of the top-up: of two events the higher is the later"),
  attempt: z.number().int(),
  because: z.enum(BECAUSE),
  code: z.string().optional(),
  transactionId: z.number().int().optional(),
  campaign: z.string().optional(),
  caller: z
    .string()
    .optional()
    .describe("Name of the API key that the top-up came with; none where it came without HTTP"),
  key: z.string().optional().describe("Name of the API key that gave the command that this tells of"),
  cost: z.string().optional().describe("What was debited, as far as Reloadly said; a decimal text"),
  costCurrency: z.string().optional(),
  delivered: z.string().optional().describe("What was delivered, as far as Reloadly said; a decimal text"),
  deliveredCurrency: z.string().optional(),
  metadata: z
    .record(z.string(), z.string())
    .optional()
    .describe("The texts that the top-up was sent with; absent once retention has removed them from its record"),
  amount: z.string().optional().describe("As it was asked for; a decimal text"),
  useLocalAmount: z.boolean().optional().describe("True: the amount is in the operator's currency"),
  recipient: z.string().optional().describe("Masked, unless the endpoint asks for whole recipients"),
});

/** Body of a delivery about a top-up. */
export const topupWebhookSchema = z.object({ type: z.enum(TOPUP_EVENT_TYPES), timestamp, data: topupDataSchema });

/** What an event tells about a campaign. */
const campaignDataSchema = z.object({
  campaign: z.string(),
  state: z.string().describe("The campaign's state when it was told"),
  version: z
    .number()
    .int()
    .describe("Grows with every change of the campaign: an event with a higher one is the later"),
  rows: z.number().int().optional().describe("Rows that are to be sent"),
  finals: z.number().int().optional().describe("Those of them that are final"),
  percent: z.number().int().optional().describe("How much of its rows is final: 20, 40, 60, 80 or 100"),
  reason: z
    .string()
    .optional()
    .describe("Why it is paused: person, canary, budget, failures, balance, price, prices, loss or retention"),
  detail: z.string().optional().describe("What it was that paused it, in words"),
  key: z.string().optional().describe("Name of the API key that gave the command that this tells of"),
});

/** Body of a delivery about a campaign. */
export const campaignWebhookSchema = z.object({
  type: z.enum(CAMPAIGN_EVENT_TYPES),
  timestamp,
  data: campaignDataSchema,
});

/** Body of a delivery that is not about a top-up. */
export const noticeSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ping"), timestamp, data: z.object({ endpointId: webhookEndpointIdSchema }) }),
  z.object({
    type: z.literal("webhook_endpoint.failing"),
    timestamp,
    data: z.object({
      endpointId: webhookEndpointIdSchema,
      days: z.number().int().min(1).describe("For how many days it has only failed; it is disabled after five"),
      failingSince: z.iso.datetime().describe("The first failure after its last success"),
    }),
  }),
  z.object({
    type: z.literal("webhook_endpoint.disabled"),
    timestamp,
    data: z.object({ endpointId: webhookEndpointIdSchema, reason: z.enum(DISABLED_REASONS) }),
  }),
]);
export type Notice = z.output<typeof noticeSchema>;

/** Every body that an endpoint may receive. */
export const webhookPayloadSchema = z.union([topupWebhookSchema, campaignWebhookSchema, noticeSchema]);
export type WebhookPayload = z.output<typeof webhookPayloadSchema>;

/** Body of a delivery about an event of the log. */
export type EventPayload = z.output<typeof topupWebhookSchema> | z.output<typeof campaignWebhookSchema>;

/**
 * Body of a delivery about `event`. What the request adds was fixed when it was accepted, so all attempts at a delivery
 * have the same body. A record that retention has shrunk has no recipient any more.
 */
export function webhookPayloadOf(
  event: LedgerEvent,
  request: TopupRecord["request"] | undefined,
  { includeRecipient }: Pick<WebhookEndpoint, "includeRecipient">,
): EventPayload {
  if (isCampaignEvent(event)) {
    const { id: _, type, atMs, ...data } = event;
    return { type, timestamp: new Date(atMs).toISOString(), data };
  }
  const { id: _, type, atMs, ...told } = event;
  const recipient = request === undefined ? undefined : recipientOf(request, includeRecipient);
  return {
    type,
    timestamp: new Date(atMs).toISOString(),
    data: {
      ...told,
      ...(request?.metadata !== undefined && { metadata: request.metadata }),
      ...(request !== undefined && { amount: request.amount, useLocalAmount: request.useLocalAmount }),
      ...(recipient !== undefined && { recipient }),
    },
  };
}

function recipientOf(request: TopupRecord["request"], whole: boolean): string | undefined {
  const { recipientPhone, recipientEmail } = request;
  if (recipientPhone !== undefined) return whole ? `+${recipientPhone.number}` : maskPhone(recipientPhone.number);
  if (recipientEmail !== undefined) return whole ? recipientEmail : maskEmail(recipientEmail);
  return undefined;
}

/** The test event that an endpoint's owner can ask for. */
export function pingOf(endpointId: string, atMs: number): Notice {
  return { type: "ping", timestamp: new Date(atMs).toISOString(), data: { endpointId } };
}
