import { campaignWebhookSchema, type LedgerEvent, topupWebhookSchema, webhookPayloadOf } from "@surefill/topup";
import { z } from "zod";

const position = { id: z.string().describe("Position in the log; the same as the `webhook-id` of its deliveries") };

/**
 * An event as the list and the stream tell it: the body of a webhook about it without the recipient and the amount, and
 * its id.
 */
export const eventViewSchema = z
  .union([topupWebhookSchema.extend(position), campaignWebhookSchema.extend(position)])
  .meta({ id: "Event" });

/** An event with what it looks like in a list and as a frame of a stream, made once for everybody who reads it. */
export type ToldEvent = { event: LedgerEvent; view: Record<string, unknown>; frame: string };

/** Makes both looks of an event. `metadata` is the top-up's, as far as its record still has it. */
export function tell(event: LedgerEvent, metadata: Readonly<Record<string, string>> | undefined): ToldEvent {
  const { data, ...head } = webhookPayloadOf(event, undefined, { includeRecipient: false });
  const view = { id: event.id, ...head, data: { ...data, ...(metadata !== undefined && { metadata }) } };
  return { event, view, frame: `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(view)}\n\n` };
}
