import type { Clock } from "@surefill/runtime";
import { isEventIdBefore, LOG_START } from "@surefill/topup-store";
import { z } from "zod";
import type { HttpResult } from "../http/result.js";
import { asCursorProblem } from "./cursor-problem.js";
import type { EventFeed, FoundEvent } from "./event-feed.js";
import { cursorSchema, type EventFilter, filterFields, isSelective, passes } from "./event-query.js";
import { eventViewSchema } from "./event-view.js";
import type { Seats } from "./seats.js";

const LIMIT_MAX = 1_000;
/** Below the 30 seconds after which common clients and proxies give up. */
const WAIT_SECONDS_MAX = 25;
/** How many entries one request looks at for those that pass its filter. */
const SCANNED_MAX = 20_000;
/** How many entries are looked at together when a filter may drop most of them. */
const FILTERED_PAGE_EVENTS = 1_000;

const wholeText = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string({ error })
    .regex(/^\d{1,6}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
};

/** The query of a list of events. */
export const listEventsQuerySchema = z.strictObject({
  after: cursorSchema.default(LOG_START).describe("Read on after this event; without it from the oldest that is kept"),
  ...filterFields,
  limit: wholeText(1, LIMIT_MAX).default(100),
  waitSeconds: wholeText(0, WAIT_SECONDS_MAX)
    .default(0)
    .describe("How long to wait when there is nothing yet; answers as soon as something comes"),
});

/** A page of events. */
export const eventPageSchema = z
  .object({
    data: z.array(eventViewSchema).describe("May be empty although there is more, when few events pass the filter"),
    nextCursor: z.string().describe("For the `after` of the next request; never null, since events go on"),
    hasMore: z.boolean().describe("Whether the log held more at that moment"),
  })
  .meta({ id: "EventPage" });

/** What the list of events needs. */
export type ListEventsDeps = {
  feed: Pick<EventFeed, "read" | "readLog" | "tell" | "wait">;
  seats: Seats;
  clock: Clock;
};

type Found = { data: FoundEvent[]; nextCursor: string; hasMore: boolean };

/** `GET /v1/events`: events after a cursor, oldest first. Waits for one, if asked to, when there is none. */
export const listEvents =
  ({ feed, seats, clock }: ListEventsDeps) =>
  async (
    query: z.output<typeof listEventsQuerySchema> & EventFilter,
    { caller, ending }: { caller: string; ending: () => AbortSignal },
  ): Promise<HttpResult> => {
    const untilMs = clock.monotonicMs() + query.waitSeconds * 1_000;
    try {
      // Who asks after something has happened is told of it; who waits is told as soon as it is seen.
      const fromLog = (after: string, limit: number) => feed.readLog(after, limit);
      const fromFeed = (after: string, limit: number) => feed.read(after, limit);
      let found = await find(fromLog, query, query.after);
      if (found.data.length > 0 || found.hasMore || query.waitSeconds === 0) return await told(feed, found);
      const signal = ending();
      seats.take(caller, signal);
      while (found.data.length === 0 && !found.hasMore && !signal.aborted) {
        const waitMs = untilMs - clock.monotonicMs();
        if (waitMs <= 0) break;
        await feed.wait(found.nextCursor, { waitMs, signal });
        found = await find(fromFeed, query, found.nextCursor);
      }
      return await told(feed, found);
    } catch (error) {
      throw asCursorProblem(error);
    }
  };

/** Metadata is looked up here, once for the whole page and for nothing that the filter dropped. */
async function told(feed: ListEventsDeps["feed"], found: Found): Promise<HttpResult> {
  const data = (await feed.tell(found.data)).map(({ view }) => view);
  return { status: 200, json: { ...found, data } };
}

/** Goes through the log until `limit` events have passed the filter, its end is reached, or enough was looked at. */
async function find(
  read: EventFeed["read"],
  { limit, ...filter }: EventFilter & { limit: number },
  after: string,
): Promise<Found> {
  const pageEvents = isSelective(filter) ? FILTERED_PAGE_EVENTS : limit;
  const data: FoundEvent[] = [];
  let nextCursor = after;
  for (let scanned = 0; scanned < SCANNED_MAX; scanned += pageEvents) {
    const { events, newestId } = await read(nextCursor, pageEvents);
    for (const found of events) {
      nextCursor = found.event.id;
      if (passes(filter, found.event)) data.push(found);
      if (data.length === limit) return { data, nextCursor, hasMore: isEventIdBefore(nextCursor, newestId) };
    }
    if (events.length < pageEvents) return { data, nextCursor, hasMore: false };
  }
  return { data, nextCursor, hasMore: true };
}
