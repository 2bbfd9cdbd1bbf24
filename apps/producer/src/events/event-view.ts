import { campaignWebhookSchema, type LedgerEvent, topupWebhookSchema, webhookPayloadOf } from "@surefill/topup";
import { z } from "zod";

const position = { id: z.string().describe("Position in the log; the same as the `webhook-id` of its deliveries") };

/** An event as the log tells it: the body of a webhook about it, and its id. Nothing personal is in it. */
export const eventViewSchema = z
  .union([topupWebhookSchema.extend(position), campaignWebhookSchema.extend(position)])
  .meta({ id: "Event" });

/** An event with what it looks like in a list and as a frame of a stream, made once for everybody who reads it. */
export type ToldEvent = { event: LedgerEvent; view: Record<string, unknown>; frame: string };

/** Makes both looks of an event. */
export function tell(event: LedgerEvent): ToldEvent {
  const view = { id: event.id, ...webhookPayloadOf(event, undefined, { includeRecipient: false }) };
  return { event, view, frame: `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(view)}\n\n` };
}
