import type { Clock, Logger } from "@surefill/runtime";
import { EventCursorError, LedgerUnavailableError } from "@surefill/topup-store";
import { z } from "zod";
import { validationFailed } from "../http/problem.js";
import { type HttpResult, type Outlet, ReaderTooSlow } from "../http/result.js";
import type { Metrics } from "../metrics.js";
import { asCursorProblem, cursorFault } from "./cursor-problem.js";
import type { EventFeed } from "./event-feed.js";
import { cursorSchema, type EventFilter, filterFields, passes } from "./event-query.js";
import type { Seats } from "./seats.js";

/** The query of a stream. */
export const streamQuerySchema = z.strictObject({
  after: cursorSchema.optional().describe("Start after this event; without it with what comes from now on"),
  ...filterFields,
});

/** What a stream needs. */
export type StreamDeps = {
  feed: Pick<EventFeed, "read" | "tell" | "wait" | "end">;
  seats: Seats;
  /** After this long without an event the stream gives a sign of life. */
  heartbeatMs: number;
  metrics: Pick<Metrics, "streamCut">;
  clock: Clock;
  log: Logger;
};

type StreamRequest = {
  query: z.output<typeof streamQuerySchema> & EventFilter;
  lastEventId: string | undefined;
  caller: string;
  ending: () => AbortSignal;
};

/** One text of at most this many events is on its way to a reader at a time: about 40 kB, and more with long metadata. */
const PAGE_EVENTS = 100;
/** How soon a stream that needs older events asks again while Redis is away. */
const RETRY_MS = 1_000;
/** How long a browser waits before it comes back after the stream ends. */
const RECONNECT_MS = 3_000;

/**
 * `GET /v1/events/stream`: server-sent events from a cursor on, without an end. A reader that comes back with the last
 * id that it has seen misses nothing and sees nothing twice.
 */
export const streamEvents =
  (deps: StreamDeps) =>
  async ({ query, lastEventId, caller, ending }: StreamRequest): Promise<HttpResult> => {
    const asked = startOf(query.after, lastEventId);
    deps.seats.take(caller, ending());
    const after = asked ?? (await deps.feed.end());
    try {
      await deps.feed.read(after, 1); // A cursor that leads nowhere is told with a status, before the stream starts.
    } catch (error) {
      throw asCursorProblem(error);
    }
    return {
      status: 200,
      // Or proxies keep events back: nginx until it has a buffer full, others while they compress.
      headers: { "x-accel-buffering": "no", "cache-control": "no-store, no-transform" },
      contentType: "text/event-stream; charset=utf-8",
      stream: async (out) => {
        try {
          await pump(deps, query, after, out);
          return ": the server stops; come back with Last-Event-ID\n\n";
        } catch (error) {
          const fault = faultOf(error);
          deps.metrics.streamCut(fault.code);
          deps.log.warn({ err: error, code: fault.code, caller }, "event stream cut");
          return `event: error\ndata: ${JSON.stringify(fault)}\n\n`;
        }
      },
    };
  };

/** A browser that comes back sends its first URL again, so the header knows better than the query. */
function startOf(after: string | undefined, lastEventId: string | undefined): string | undefined {
  if (lastEventId === undefined || lastEventId === "") return after;
  const parsed = cursorSchema.safeParse(lastEventId);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues[0]?.message ?? "";
  throw validationFailed([{ parameter: "Last-Event-ID", code: "custom", detail }]);
}

/** Tells events until the reader has gone or the server stops. */
async function pump(deps: StreamDeps, filter: EventFilter, after: string, out: Outlet): Promise<void> {
  const { feed, clock, heartbeatMs } = deps;
  const { signal } = out;
  let cursor = after;
  let toldAtMs = clock.monotonicMs();
  const say = async (text: string) => {
    await out.write(text);
    toldAtMs = clock.monotonicMs();
  };
  try {
    // With the id a reader that is cut before its first event still knows where to go on from.
    await say(`retry: ${RECONNECT_MS}\nid: ${cursor}\n\n`);
    while (!signal.aborted) {
      const page = await readOn(feed, filter, cursor);
      cursor = page?.cursor ?? cursor;
      const text = page?.text ?? "";
      const silentMs = clock.monotonicMs() - toldAtMs;
      if (text !== "") await say(text);
      else if (silentMs >= heartbeatMs) await say(`: heartbeat\nid: ${cursor}\n\n`);
      else if (page === undefined) await clock.sleep(Math.min(RETRY_MS, heartbeatMs - silentMs), signal);
      else if (page.isEmpty) await feed.wait(cursor, { waitMs: heartbeatMs - silentMs, signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** The next events as frames; `undefined` while Redis is away, which is no reason to end a stream. */
async function readOn(feed: StreamDeps["feed"], filter: EventFilter, after: string) {
  try {
    const { events } = await feed.read(after, PAGE_EVENTS);
    const told = await feed.tell(events.filter(({ event }) => passes(filter, event)));
    const text = told.map(({ frame }) => frame).join("");
    return { text, cursor: events.at(-1)?.event.id ?? after, isEmpty: events.length === 0 };
  } catch (error) {
    if (error instanceof LedgerUnavailableError) return undefined;
    throw error;
  }
}

/** What a reader is told when its stream ends for a fault. */
function faultOf(error: unknown): { code: string; detail: string } {
  if (error instanceof EventCursorError) return cursorFault(error);
  if (error instanceof ReaderTooSlow) {
    const detail = `Nothing was taken for too long: ${error.message}. Come back with Last-Event-ID.`;
    return { code: "reader_too_slow", detail };
  }
  return { code: "internal_error", detail: "The server failed. Come back with Last-Event-ID." };
}
