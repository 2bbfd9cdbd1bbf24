import { type TopupEvent, topupEventSchema } from "@surefill/topup";
import type { Redis } from "ioredis";
import { ledgerKeys } from "./keys.js";
import { fieldsOf } from "./record-codec.js";
import { answered } from "./script-runner.js";

/** The cursor before the first event of the log. */
export const LOG_START = "0-0";

/** Reads events after a cursor, oldest first, at most `limit`. The last one's id is the next cursor. */
export async function readEvents(redis: Redis, prefix: string, after: string, limit: number): Promise<TopupEvent[]> {
  const { events } = ledgerKeys(prefix);
  const entries = await answered(redis.xrange(events, `(${after}`, "+", "COUNT", limit));
  return entries.map(decodeEvent);
}

/**
 * Follows the log from a cursor, for ever or until the signal. `redis` must be a connection of its own, since it
 * blocks while there is nothing to read. Throws `LedgerUnavailableError` when Redis goes away; follow again from the
 * last id that was seen, and nothing is missed.
 */
export async function* followEvents(
  redis: Redis,
  prefix: string,
  options: { after: string; signal: AbortSignal; limit?: number; blockMs?: number },
): AsyncGenerator<TopupEvent> {
  const { events } = ledgerKeys(prefix);
  const { signal, limit = 500, blockMs = 1_000 } = options;
  let cursor = options.after;
  while (!signal.aborted) {
    const answer = await nextEntries(redis, events, { cursor, limit, blockMs, signal });
    for (const entry of answer?.[0]?.[1] ?? []) {
      if (signal.aborted) return;
      cursor = entry[0];
      yield decodeEvent(entry);
    }
  }
}

type EntriesOf = Awaited<ReturnType<Redis["xread"]>>;

/** Ending the connection is the way to end a blocked read at once; after the signal that is no failure. */
async function nextEntries(
  redis: Redis,
  events: string,
  from: { cursor: string; limit: number; blockMs: number; signal: AbortSignal },
): Promise<EntriesOf> {
  try {
    return await answered(redis.xread("COUNT", from.limit, "BLOCK", from.blockMs, "STREAMS", events, from.cursor));
  } catch (error) {
    if (from.signal.aborted) return null;
    throw error;
  }
}

/**
 * Events after a cursor, waiting up to `blockMs` for the first one. `redis` must be a connection of its own, since it
 * blocks.
 */
export async function nextEvents(
  redis: Redis,
  prefix: string,
  { cursor, limit, blockMs }: { cursor: string; limit: number; blockMs: number },
): Promise<TopupEvent[]> {
  const { events } = ledgerKeys(prefix);
  const answer = await answered(redis.xread("COUNT", limit, "BLOCK", blockMs, "STREAMS", events, cursor));
  return (answer?.[0]?.[1] ?? []).map(decodeEvent);
}

/** Reads one event by its id; `undefined` when it is not in the log (any more). */
export async function readEvent(redis: Redis, prefix: string, id: string): Promise<TopupEvent | undefined> {
  if (!/^\d{1,15}-\d{1,15}$/.test(id)) return undefined;
  const { events } = ledgerKeys(prefix);
  const [entry] = await answered(redis.xrange(events, id, id));
  return entry === undefined ? undefined : decodeEvent(entry);
}

function decodeEvent([id, flat]: [string, string[]]): TopupEvent {
  return topupEventSchema.parse({ id, ...fieldsOf(flat) });
}
