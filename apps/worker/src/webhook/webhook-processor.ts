import type { Chance, Clock, Logger } from "@surefill/runtime";
import {
  afterDelivery,
  type DeliveryOutcome,
  type DeliveryVerdict,
  failingLimits,
  isCampaignEvent,
  type LedgerEvent,
  type WebhookEndpoint,
  type WebhookJob,
  type WebhookPayload,
  webhookJobSchema,
  webhookPayloadOf,
} from "@surefill/topup";
import type { Ledger, SendableEndpoint, WebhookDeliveries, WebhookEndpoints } from "@surefill/topup-store";
import type { Metrics } from "../metrics.js";
import type { JobResult } from "../queue/alarms.js";
import type { Processor } from "../queue/run-processor.js";
import type { EndpointSlots } from "./endpoint-slots.js";
import type { Delivery } from "./http-sender.js";
import { signDelivery } from "./signature.js";

export type WebhookParts = {
  endpoints: WebhookEndpoints;
  deliveries: WebhookDeliveries;
  ledger: Pick<Ledger, "look">;
  readEvent: (id: string) => Promise<LedgerEvent | undefined>;
  send: (delivery: Delivery) => Promise<DeliveryOutcome>;
  slots: EndpointSlots;
  clock: Clock;
  chance: Chance;
  log: Logger;
  metrics: Metrics;
  /** Shrinks the schedule; 1 outside of tests and demos. */
  scale: number;
  /** Aborted when the process has no time left. */
  stopped: AbortSignal;
};

/**
 * Makes the processor of the webhook queue: one job is one event for one endpoint, and lives until it is delivered or
 * its schedule ends.
 */
export function createWebhookProcessor(parts: WebhookParts): Processor {
  return async ({ data, replaceData }) => {
    const parsed = webhookJobSchema.safeParse(data);
    if (!parsed.success)
      return { do: "refuse", reason: "not a job of ours: data must be {endpointId, eventId, attempt}" };
    const job = parsed.data;
    const entry = await parts.slots.enter(job.endpointId);
    if (entry.kind === "deferred") return { do: "ring-again", delayMs: entry.delayMs };
    const enteredAtMs = parts.clock.monotonicMs();
    let failed: boolean | undefined;
    try {
      const prepared = await prepare(parts, job);
      if ("do" in prepared) return prepared;
      const outcome = await attempt(parts, job, prepared);
      // What we cut short ourselves says nothing about the endpoint. The next worker sends it again.
      if (outcome.kind === "unanswered" && parts.stopped.aborted) return { do: "ring-again", delayMs: 0 };
      const verdict = afterDelivery(outcome, job.attempt, { random: parts.chance.random, scale: parts.scale });
      failed = verdict.kind !== "delivered";
      await conclude(parts, job, prepared.payload.type, outcome, verdict);
      if (verdict.kind !== "retry") return { do: "finish" };
      await replaceData({ ...job, attempt: job.attempt + 1 });
      return { do: "ring-again", delayMs: verdict.delayMs };
    } finally {
      const heldMs = parts.clock.monotonicMs() - enteredAtMs;
      parts.slots.leave(job.endpointId, failed === undefined ? undefined : { heldMs, failed });
    }
  };
}

type Prepared = SendableEndpoint & { payload: WebhookPayload };

/** Gathers what is sent, or says why nothing is. */
async function prepare(parts: WebhookParts, job: WebhookJob): Promise<Prepared | JobResult> {
  const { endpointId, eventId } = job;
  const sendable = await parts.endpoints.forSending(endpointId);
  if (sendable === undefined) return { do: "finish" };
  if (sendable.endpoint.state === "disabled") {
    await parts.deliveries.abandon(endpointId, eventId);
    parts.metrics.webhookTried("abandoned");
    return { do: "finish" };
  }
  const payload = job.notice ?? (await payloadOf(parts, eventId, sendable.endpoint));
  if (payload === undefined) return { do: "refuse", reason: `the event log has no event ${eventId}` };
  return { ...sendable, payload };
}

async function payloadOf(
  parts: WebhookParts,
  eventId: string,
  endpoint: WebhookEndpoint,
): Promise<WebhookPayload | undefined> {
  const event = await parts.readEvent(eventId);
  if (event === undefined) return undefined;
  const looked = isCampaignEvent(event) ? undefined : await parts.ledger.look(event.reference);
  return webhookPayloadOf(event, looked?.record.request, endpoint);
}

function attempt(parts: WebhookParts, job: WebhookJob, prepared: Prepared): Promise<DeliveryOutcome> {
  const body = Buffer.from(JSON.stringify(prepared.payload));
  const signed = signDelivery(prepared.secrets, { id: job.eventId, sentAtMs: parts.clock.nowMs(), body });
  const headers = { ...signed, "content-type": "application/json", "user-agent": "surefill-webhooks" };
  return parts.send({ url: prepared.endpoint.url, headers, body });
}

async function conclude(
  parts: WebhookParts,
  { endpointId, eventId }: WebhookJob,
  type: string,
  outcome: DeliveryOutcome,
  verdict: DeliveryVerdict,
): Promise<void> {
  const limits = failingLimits(parts.scale);
  const recorded = await parts.deliveries.record({ endpointId, eventId, type }, outcome, verdict, limits);
  parts.metrics.webhookTried(verdict.kind);
  const facts = { endpointId, eventId, ...factsOf(outcome) };
  if (verdict.kind === "exhausted") parts.log.error(facts, "webhook delivery given up");
  if (recorded.kind === "warned") {
    parts.metrics.webhookEndpointWarned(recorded.days);
    parts.log.error({ ...facts, days: recorded.days }, "webhook endpoint only fails");
  }
  if (recorded.kind !== "disabled") return;
  parts.metrics.webhookEndpointDisabled();
  parts.log.error({ ...facts, verdict: verdict.kind }, "webhook endpoint disabled");
}

/** Without the answer's text: it is the receiver's, and logs are read by others. */
function factsOf(outcome: DeliveryOutcome): object {
  switch (outcome.kind) {
    case "answered":
      return { status: outcome.status };
    case "unanswered":
      return { code: outcome.code };
    case "refused":
      return { reason: outcome.reason };
  }
}
