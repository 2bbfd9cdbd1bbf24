import type { Clock, Logger, RedisClient } from "@surefill/runtime";
import {
  isSubscribed,
  type LedgerEvent,
  type WebhookEndpoint,
  type WebhookEventType,
  type WebhookJob,
} from "@surefill/topup";
import { type FanOut, LedgerLostError, type WaitingNotice, type WebhookEndpoints } from "@surefill/topup-store";
import type { WebhookQueue } from "../queue/webhook-queue.js";

export type DispatcherParts = {
  fanOut: FanOut;
  endpoints: Pick<WebhookEndpoints, "list">;
  queue: Pick<WebhookQueue, "add">;
  /** A connection of its own, because it blocks. The dispatcher ends it when it stops. */
  blocking: RedisClient;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
};

/** How long a killed process keeps the others from going on. */
const LEASE_MS = 10_000;
const BLOCK_MS = 1_000;
/** How often a process without the right asks for it, and how long one waits after a failure. */
const IDLE_MS = 1_000;
const EVENTS_MAX = 200;

/**
 * Turns the event log into deliveries until the signal: every event becomes one job for each endpoint that asks for
 * it. The cursor moves on only when the jobs are stored. What is done twice makes the same job ids.
 */
export async function dispatchEvents(parts: DispatcherParts): Promise<void> {
  const { fanOut, blocking, clock, log, signal } = parts;
  const unblock = () => blocking.disconnect();
  signal.addEventListener("abort", unblock, { once: true });
  while (!signal.aborted) {
    try {
      if (await takeTurn(parts)) continue;
    } catch (err) {
      const isTold = signal.aborted || err instanceof LedgerLostError;
      if (!isTold) log.warn({ err }, "fanning out webhooks failed; it is tried again");
    }
    await clock.sleep(IDLE_MS, signal).catch(() => undefined);
  }
  await fanOut.leave().catch((err: unknown) => log.warn({ err }, "the right to fan out was not given back"));
}

/** One batch; `false` while another process has the right. */
async function takeTurn({ fanOut, endpoints, queue, blocking }: DispatcherParts): Promise<boolean> {
  const cursor = await fanOut.take(LEASE_MS);
  if (cursor === undefined) return false;
  for (const notice of await fanOut.notices()) {
    await queue.add(jobsOfNotice(notice, await endpoints.list()));
    await fanOut.dropNotice(notice.id);
  }
  const events = await fanOut.next(blocking, cursor, { limit: EVENTS_MAX, blockMs: BLOCK_MS });
  const last = events.at(-1);
  if (last === undefined) return true;
  // Endpoints are read after the events, so that an endpoint that existed when an event happened is among them.
  const known = await endpoints.list();
  await queue.add(events.flatMap((event) => jobsOfEvent(event, known)));
  await fanOut.advance(cursor, last.id);
  return true;
}

function jobsOfEvent(event: LedgerEvent, endpoints: readonly WebhookEndpoint[]): WebhookJob[] {
  // Events from before its time are not an endpoint's business; a replay can still ask for them.
  return recipientsOf(event.type, endpoints)
    .filter(({ createdAtMs }) => createdAtMs <= event.atMs)
    .map(({ id }) => ({ endpointId: id, eventId: event.id, attempt: 1 }));
}

/** A notice goes to the others: the endpoint that it is about would not take it. */
function jobsOfNotice(waiting: WaitingNotice, endpoints: readonly WebhookEndpoint[]): WebhookJob[] {
  const notice = noticeOf(waiting);
  return recipientsOf(notice.type, endpoints)
    .filter(({ id }) => id !== waiting.endpointId)
    .map(({ id }) => ({ endpointId: id, eventId: waiting.id, attempt: 1, notice }));
}

function noticeOf(waiting: WaitingNotice) {
  const { endpointId, atMs } = waiting;
  const timestamp = new Date(atMs).toISOString();
  if ("reason" in waiting) {
    const { reason } = waiting;
    return { type: "webhook_endpoint.disabled", timestamp, data: { endpointId, reason } } as const;
  }
  const { days, failingSinceMs } = waiting;
  const data = { endpointId, days, failingSince: new Date(failingSinceMs).toISOString() };
  return { type: "webhook_endpoint.failing", timestamp, data } as const;
}

function recipientsOf(type: WebhookEventType, endpoints: readonly WebhookEndpoint[]): WebhookEndpoint[] {
  return endpoints.filter((endpoint) => endpoint.state === "enabled" && isSubscribed(endpoint, type));
}
