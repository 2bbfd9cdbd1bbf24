/** Endpoints, events and receivers around a real worker. Five days of the schedule take four seconds here. */
import { randomUUID } from "node:crypto";
import {
  endMove,
  isCampaignEvent,
  newWebhookEndpointSchema,
  type TopupEvent,
  type WebhookEndpoint,
} from "@surefill/topup";
import { LOG_START, readEvents, WebhookDeliveries, WebhookEndpoints } from "@surefill/topup-store";
import type { RunningWorker } from "@surefill/worker";
import { openPipeline, type Pipeline } from "./pipeline.js";
import { requestFor } from "./test-ledger.js";
import { type Reaction, type Receiver, startReceiver } from "./webhook-receiver.js";

/** Settings that let webhooks reach loopback, and make milliseconds of minutes. */
export const WEBHOOK_SETTINGS = {
  WEBHOOK_ALLOWED_NETWORKS: "127.0.0.1/32",
  WEBHOOK_SCHEDULE_SCALE: "0.00001",
  WEBHOOK_TIMEOUT_MS: "500",
} as const;

export interface WebhookWorld {
  readonly pipeline: Pipeline;
  readonly endpoints: WebhookEndpoints;
  readonly deliveries: WebhookDeliveries;
  startWorker(settings?: Record<string, string>): Promise<RunningWorker>;
  /** Starts a receiver; it stops with the world. */
  receiver(reaction?: Reaction): Promise<Receiver>;
  /** Stores an endpoint for a URL. */
  subscribe(url: string, choice?: object): Promise<{ endpoint: WebhookEndpoint; secret: string }>;
  /** Writes events: top-ups that are accepted and withdrawn at once. Answers them as they stand in the log. */
  emit(count: number): Promise<TopupEvent[]>;
  close(): Promise<void>;
}

export async function openWebhookWorld(
  options: { settings?: Record<string, string>; redisUrl?: string } = {},
): Promise<WebhookWorld> {
  const { redisUrl, settings } = options;
  const pipeline = await openPipeline({
    settings: { ...WEBHOOK_SETTINGS, ...settings },
    ...(redisUrl !== undefined && { redisUrl }),
  });
  const { client, prefix } = pipeline.redis;
  const endpoints = new WebhookEndpoints(client, { prefix });
  const receivers: Receiver[] = [];
  return {
    pipeline,
    endpoints,
    deliveries: new WebhookDeliveries(client, { prefix }),
    startWorker: (more = {}) => pipeline.startWorker(more),
    async receiver(reaction) {
      const receiver = await startReceiver(reaction);
      receivers.push(receiver);
      return receiver;
    },
    async subscribe(url, choice = {}) {
      const created = await endpoints.create(`whe_${randomUUID()}`, newWebhookEndpointSchema.parse({ url, ...choice }));
      if (created === "full") throw new Error("there are too many endpoints");
      return created;
    },
    async emit(count) {
      const name = randomUUID().slice(0, 8);
      const topups = Array.from({ length: count }, (_, index) => ({
        reference: `${name}-${index}`,
        request: requestFor(index),
      }));
      const accepted = await pipeline.ledger.accept(topups);
      await Promise.all(accepted.map(({ record }) => pipeline.ledger.move(record, endMove("cancelled", "withdrawn"))));
      const wanted = new Set(topups.map(({ reference }) => reference));
      const events: TopupEvent[] = [];
      for (let after = LOG_START; ; ) {
        const page = await readEvents(client, prefix, after, 1_000);
        events.push(
          ...page.filter((event) => !isCampaignEvent(event)).filter(({ reference }) => wanted.has(reference)),
        );
        const last = page.at(-1);
        if (last === undefined) return events;
        after = last.id;
      }
    },
    async close() {
      // Receivers first: a worker that stops waits for the requests it has open.
      await Promise.all(receivers.map((receiver) => receiver.stop()));
      await pipeline.close();
    },
  };
}
