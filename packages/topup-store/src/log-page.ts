import type { LedgerEvent } from "@surefill/topup";
import type { Redis } from "ioredis";
import { decodeEvent, LOG_START } from "./event-log.js";
import { ledgerKeys } from "./keys.js";
import { answered, asLedgerError } from "./script-runner.js";

/** A piece of the event log, oldest first, and the id of the newest event the log ever held when it was read. */
export type LogPage = { events: LedgerEvent[]; newestId: string };

/**
 * Nobody can tell what follows a cursor. `expired`: events that may follow it have been removed for their age.
 * `ahead`: the log has not come that far, so the cursor is of another log, or of one that has lost its end.
 */
export class EventCursorError extends Error {
  readonly code = "EVENT_CURSOR_LOST";
  readonly kind: "expired" | "ahead";

  constructor(kind: "expired" | "ahead") {
    super(kind === "expired" ? "the log no longer holds what follows the cursor" : "the cursor is ahead of the log");
    this.name = "EventCursorError";
    this.kind = kind;
  }
}

/**
 * Reads at most `limit` events after a cursor and proves that none between was removed; `LOG_START` means the oldest
 * one that is kept. Throws an `EventCursorError` when there is no such proof.
 */
export async function readLogPage(redis: Redis, prefix: string, after: string, limit: number): Promise<LogPage> {
  const { events } = ledgerKeys(prefix);
  // In this order: what is removed between the two makes the cursor look expired, and never the other way round.
  const replies = await answered(
    redis.pipeline().xrange(events, `(${after}`, "+", "COUNT", limit).xinfo("STREAM", events).exec(),
  );
  const [readError, entries] = replies?.[0] ?? [];
  if (readError) throw asLedgerError(readError);
  const bounds = readBounds(replies?.[1]);
  if (isEventIdBefore(bounds.newestId, after)) throw new EventCursorError("ahead");
  const isBehind = bounds.oldestId === undefined ? after !== bounds.newestId : isEventIdBefore(after, bounds.oldestId);
  if (after !== LOG_START && bounds.hasRemoved && isBehind) throw new EventCursorError("expired");
  return { events: (entries as [string, string[]][]).map(decodeEvent), newestId: bounds.newestId };
}

/** The id of the newest event that the log ever held; `LOG_START` when there was none. */
export async function newestEventId(redis: Redis, prefix: string): Promise<string> {
  const { events } = ledgerKeys(prefix);
  const replies = await answered(redis.pipeline().xinfo("STREAM", events).exec());
  return readBounds(replies?.[0]).newestId;
}

type Bounds = { oldestId?: string; newestId: string; hasRemoved: boolean };

function readBounds([error, reply]: [Error | null, unknown] | [] = []): Bounds {
  if (error?.message.includes("no such key")) return { newestId: LOG_START, hasRemoved: false };
  if (error) throw asLedgerError(error);
  const flat = reply as unknown[];
  const field = (name: string) => flat[flat.indexOf(name) + 1];
  const first = field("first-entry");
  return {
    newestId: String(field("last-generated-id")),
    hasRemoved: Number(field("entries-added")) > Number(field("length")),
    ...(Array.isArray(first) && { oldestId: String(first[0]) }),
  };
}

/** Tells whether a text has the form of an event's id: milliseconds, a dash, and a number within that millisecond. */
export function isEventId(text: string): boolean {
  return /^\d{1,15}-\d{1,15}$/.test(text);
}

/** Tells whether one event comes before another in the log. */
export function isEventIdBefore(left: string, right: string): boolean {
  const [leftMs, leftNumber] = partsOf(left);
  const [rightMs, rightNumber] = partsOf(right);
  return leftMs < rightMs || (leftMs === rightMs && leftNumber < rightNumber);
}

function partsOf(id: string): [number, number] {
  const dash = id.indexOf("-");
  return [Number(id.slice(0, dash)), Number(id.slice(dash + 1))];
}
