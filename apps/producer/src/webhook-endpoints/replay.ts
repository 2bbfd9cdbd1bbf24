import type { Ids } from "@surefill/runtime";
import { isSubscribed, type LedgerEvent } from "@surefill/topup";
import { isEventId, LOG_START } from "@surefill/topup-store";
import { z } from "zod";
import type { HttpResult } from "../http/result.js";
import { promptly } from "../prompt-ledger.js";
import type { WebhookQueue } from "../queue/webhook-queue.js";
import type { Commander } from "./change-endpoint.js";
import { type AskDeps, findEnabledEndpoint } from "./find-endpoint.js";
import { storeDeliveries } from "./store-deliveries.js";

/** How many entries of the log one request looks at: a few seconds of work. */
const SCANNED_MAX = 10_000;
const PAGE_EVENTS = 500;

const time = (error: string) => z.iso.datetime({ offset: true, error });

/** The window to replay. */
export const replaySchema = z
  .strictObject({
    since: z
      .union([time(""), z.string().refine(isEventId)], {
        error: "must be a time such as 2026-11-23T09:00:00Z, or the `nextSince` of the answer before",
      })
      .describe("From this time on, or after this event"),
    until: time("must be a time such as 2026-11-23T09:00:00Z")
      .optional()
      .describe("Up to this time; without it up to now"),
  })
  .transform(({ since, until }) => ({
    after: isEventId(since) ? since : cursorBefore(Date.parse(since)),
    ...(until !== undefined && { untilMs: Date.parse(until) }),
  }));

/** Behind everything that was written before a time. */
function cursorBefore(atMs: number): string {
  return atMs <= 0 ? LOG_START : `${atMs - 1}-999999999999999`;
}

/** What came of a replay. */
export const replayedSchema = z.object({
  count: z.number().int().describe("Deliveries that were asked for"),
  nextSince: z
    .string()
    .nullable()
    .describe("Where the next request has to go on, when the window was too large for one"),
});

/** What replaying needs. */
export type ReplayDeps = AskDeps & {
  webhookQueue: Pick<WebhookQueue, "add">;
  /** Events after a cursor, oldest first. */
  readEvents: (after: string, limit: number) => Promise<LedgerEvent[]>;
  ids: Ids;
};

/**
 * `POST /v1/webhook-endpoints/{id}/replay`: delivers again what happened in a window, as far as the endpoint asks for
 * it. The ids stay the same, so a receiver knows what it has seen.
 */
export const replay =
  (deps: ReplayDeps) =>
  async (
    id: string,
    { after, untilMs = deps.clock.nowMs() }: z.output<typeof replaySchema>,
    by: Commander,
  ): Promise<HttpResult> => {
    const { endpoints, webhookQueue, readEvents, clock, ids } = deps;
    const endpoint = await findEnabledEndpoint(deps, id);
    const about = `after ${after} until ${new Date(untilMs).toISOString()}`;
    await promptly(clock, () => endpoints.noteAsked(id, "replay", { ...by, about }));
    const again = ids.uuidv7();
    let cursor = after;
    let count = 0;
    for (let scanned = 0; scanned < SCANNED_MAX; scanned += PAGE_EVENTS) {
      const page = await promptly(clock, () => readEvents(cursor, PAGE_EVENTS));
      const inWindow = page.filter((event) => writtenAtMs(event) <= untilMs);
      const wanted = inWindow.filter(({ type }) => isSubscribed(endpoint, type));
      const deliveries = wanted.map((event) => ({ endpointId: id, eventId: event.id, attempt: 1 }));
      if (deliveries.length > 0) await storeDeliveries(clock, () => webhookQueue.add(deliveries, again));
      count += deliveries.length;
      cursor = inWindow.at(-1)?.id ?? cursor;
      if (inWindow.length < PAGE_EVENTS) return { status: 202, json: { count, nextSince: null } };
    }
    return { status: 202, json: { count, nextSince: cursor } };
  };

/** An event's id starts with the time at which it was written. */
function writtenAtMs({ id }: LedgerEvent): number {
  return Number.parseInt(id, 10);
}
