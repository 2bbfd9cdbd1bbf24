import { z } from "zod";
import { type Route, route } from "../http/route.js";
import { withinBinding } from "./event-query.js";
import { eventPageSchema, type ListEventsDeps, listEvents, listEventsQuerySchema } from "./list-events.js";
import { type StreamDeps, streamEvents, streamQuerySchema } from "./stream-events.js";

/** What the routes of events need. */
export type EventRouteDeps = ListEventsDeps & StreamDeps;

const resumeHeader = z.object({
  "Last-Event-ID": z.string().optional().describe("Resume after this event; goes before `after`"),
});

/** The rows of the route table that concern events. */
export function eventRoutes(deps: EventRouteDeps): Route[] {
  const list = listEvents(deps);
  const stream = streamEvents(deps);
  return [
    route({
      method: "get",
      path: "/v1/events",
      permission: "read",
      operationId: "listEvents",
      summary: "Events after a cursor, oldest first",
      description:
        "Store `nextCursor` with what you made of the page, and send it as `after`. With `waitSeconds` the answer " +
        "waits until there is an event, and comes at once when there is.",
      query: listEventsQuerySchema,
      responses: { 200: { description: "One page", schema: eventPageSchema } },
      problems: ["validation_failed", "cursor_ahead", "cursor_expired", "followers_exhausted"],
      bound: true,
      handle: ({ query, identity, caller, ending }) =>
        list({ ...query, ...withinBinding(identity) }, { caller, ending }),
    }),
    route({
      method: "get",
      path: "/v1/events/stream",
      permission: "read",
      operationId: "streamEvents",
      summary: "Events as they happen, as server-sent events",
      description:
        "`id` is the event's id, `event` its type, `data` the event as JSON in one line. Reconnect with " +
        "`Last-Event-ID` and nothing is missed and nothing comes twice. An `event: error` tells why the server ends " +
        "a stream for a fault.",
      headers: resumeHeader,
      query: streamQuerySchema,
      responses: {
        200: { description: "A stream without an end", schema: z.string(), contentType: "text/event-stream" },
      },
      problems: ["validation_failed", "cursor_ahead", "cursor_expired", "followers_exhausted"],
      bound: true,
      handle: ({ query, header, identity, caller, ending }) =>
        stream({
          query: { ...query, ...withinBinding(identity) },
          lastEventId: header("last-event-id"),
          caller,
          ending,
        }),
    }),
  ];
}
