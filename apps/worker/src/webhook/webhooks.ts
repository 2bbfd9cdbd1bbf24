/** Builds the worker's share in webhooks: the dispatcher, and the worker that takes deliveries from their queue. */
import {
  type Closers,
  createResolve,
  DeadlineSignals,
  type Logger,
  NO_NETWORKS,
  type RedisClient,
  type redisConnector,
  systemChance,
  systemClock,
  systemIds,
} from "@surefill/runtime";
import { WEBHOOK_QUEUE } from "@surefill/topup";
import {
  FanOut,
  type Ledger,
  queuePrefix,
  readEvent,
  WebhookDeliveries,
  WebhookEndpoints,
} from "@surefill/topup-store";
import type { WorkerConfig } from "../config.js";
import type { Metrics } from "../metrics.js";
import { QueueWorker } from "../queue/queues.js";
import type { WebhookQueue } from "../queue/webhook-queue.js";
import { dispatchEvents } from "./dispatcher.js";
import { EndpointSlots } from "./endpoint-slots.js";
import { createSender } from "./http-sender.js";
import { createWebhookProcessor } from "./webhook-processor.js";

export type WebhookDeps = {
  redis: RedisClient;
  connect: ReturnType<typeof redisConnector>;
  ledger: Ledger;
  queue: WebhookQueue;
  fanOut: FanOut;
  metrics: Metrics;
  log: Logger;
  closers: Closers;
  budgetMs: number;
  stopped: AbortSignal;
};

/** The right to fan out, in the name of this process. */
export function openFanOut(redis: RedisClient, { witness }: Ledger, config: WorkerConfig): FanOut {
  return new FanOut(redis, { prefix: config.REDIS_PREFIX, witness, owner: systemIds.uuidv7() });
}

/** Starts fanning out, and makes the worker of the webhook queue, which the caller starts and drains. */
export async function openWebhooks(config: WorkerConfig, deps: WebhookDeps): Promise<QueueWorker> {
  const { redis, connect, log, stopped } = deps;
  const { witness } = deps.ledger;
  const { REDIS_PREFIX: prefix, WEBHOOK_TIMEOUT_MS: timeoutMs } = config;
  const endpoints = new WebhookEndpoints(redis, { prefix, witness });
  const send = createSender({
    clock: systemClock,
    allowed: config.WEBHOOK_ALLOWED_NETWORKS ?? NO_NETWORKS,
    resolve: createResolve({ clock: systemClock }),
    deadlines: new DeadlineSignals(stopped),
    timeoutMs,
  });
  const processor = createWebhookProcessor({
    endpoints,
    deliveries: new WebhookDeliveries(redis, { prefix, witness }),
    ledger: deps.ledger,
    readEvent: (id) => readEvent(redis, prefix, id),
    send,
    slots: new EndpointSlots(systemClock),
    clock: systemClock,
    chance: systemChance,
    log,
    metrics: deps.metrics,
    scale: config.WEBHOOK_SCHEDULE_SCALE,
    stopped,
  });
  startDispatcher(deps, endpoints, await connect("queue-worker", "events"));
  return new QueueWorker(WEBHOOK_QUEUE, processor, {
    connection: await connect("queue-worker", "webhook"),
    prefix: queuePrefix(prefix),
    concurrency: config.WEBHOOK_CONCURRENCY,
    clock: systemClock,
    log,
  });
}

function startDispatcher(deps: WebhookDeps, endpoints: WebhookEndpoints, blocking: RedisClient): void {
  const { fanOut, queue, log, closers, budgetMs } = deps;
  const stopping = new AbortController();
  const dispatcher = dispatchEvents({
    fanOut,
    endpoints,
    queue,
    blocking,
    clock: systemClock,
    log,
    signal: stopping.signal,
  });
  closers.add("webhook dispatcher", {
    budgetMs,
    close: () => {
      stopping.abort();
      return dispatcher;
    },
  });
}
