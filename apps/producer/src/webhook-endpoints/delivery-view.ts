import type { DeliveryAttempt, WebhookDelivery } from "@surefill/topup-store";
import { z } from "zod";

const attemptViewSchema = z.object({
  number: z.number().int(),
  at: z.iso.datetime(),
  latencyMs: z.number().int(),
  outcome: z
    .enum(["answered", "unanswered", "refused"])
    .describe(
      "`unanswered`: no whole answer in time; `refused`: the URL's address may not be called, nothing was sent",
    ),
  status: z.number().int().optional().describe("HTTP status; only 2xx is success"),
  answer: z.string().optional().describe("The beginning of the answer's body, at most 1 kB"),
  retryAfterMs: z.number().int().optional().describe("What the answer asked for"),
  code: z.string().optional().describe("What went wrong, where there was no answer"),
  reason: z.string().optional().describe("Why it was not sent"),
});

/** A delivery as callers see it. */
export const deliveryViewSchema = z
  .object({
    eventId: z.string().describe("The `webhook-id` of every attempt"),
    type: z.string(),
    state: z
      .enum(["delivered", "retry", "exhausted", "gone", "abandoned"])
      .describe("`exhausted`: all attempts failed; `gone`: 410; `abandoned`: the endpoint was disabled meanwhile"),
    nextAttemptAt: z.iso.datetime().optional(),
    attemptCount: z.number().int(),
    attempts: z.array(attemptViewSchema).describe("The latest, oldest first"),
  })
  .meta({ id: "WebhookDelivery" });

/** Shows a delivery. */
export function deliveryView(delivery: WebhookDelivery): z.input<typeof deliveryViewSchema> {
  const { eventId, type, state, nextAtMs, attemptCount, attempts } = delivery;
  return {
    eventId,
    type,
    state,
    ...(nextAtMs !== undefined && { nextAttemptAt: new Date(nextAtMs).toISOString() }),
    attemptCount,
    attempts: attempts.map(attemptView),
  };
}

function attemptView({ number, atMs, outcome }: DeliveryAttempt): z.input<typeof attemptViewSchema> {
  const { kind, ...told } = outcome;
  return { number, at: new Date(atMs).toISOString(), outcome: kind, ...told };
}
