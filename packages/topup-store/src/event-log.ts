import { eventSchema, type LedgerEvent } from "@surefill/topup";
import type { Redis } from "ioredis";
import { ledgerKeys } from "./keys.js";
import { fieldsOf } from "./record-codec.js";
import { answered } from "./script-runner.js";

/** The cursor before the first event of the log. */
export const LOG_START = "0-0";

/** Reads events after a cursor, oldest first, at most `limit`. The last one's id is the next cursor. */
export async function readEvents(redis: Redis, prefix: string, after: string, limit: number): Promise<LedgerEvent[]> {
  const { events } = ledgerKeys(prefix);
  const entries = await answered(redis.xrange(events, `(${after}`, "+", "COUNT", limit));
  return entries.map(decodeEvent);
}

/** Where to follow the log from, until when, how many events at a time, and how long one read may block. */
export type FollowOptions = { after: string; signal: AbortSignal; limit?: number; blockMs?: number };

/**
 * Follows the log from a cursor, for ever or until the signal. `redis` must be a connection of its own, since it
 * blocks while there is nothing to read. Throws `LedgerUnavailableError` when Redis goes away; follow again from the
 * last id that was seen, and nothing is missed.
 */
export async function* followEvents(redis: Redis, prefix: string, options: FollowOptions): AsyncGenerator<LedgerEvent> {
  for await (const events of followEventBatches(redis, prefix, options)) {
    for (const event of events) {
      if (options.signal.aborted) return;
      yield event;
    }
  }
}

/** As `followEvents`, with the events that one read brought together; a batch is never empty. */
export async function* followEventBatches(
  redis: Redis,
  prefix: string,
  options: FollowOptions,
): AsyncGenerator<LedgerEvent[]> {
  const { events } = ledgerKeys(prefix);
  const { signal, limit = 500, blockMs = 1_000 } = options;
  let cursor = options.after;
  while (!signal.aborted) {
    const answer = await nextEntries(redis, events, { cursor, limit, blockMs, signal });
    const batch = (answer?.[0]?.[1] ?? []).map(decodeEvent);
    const last = batch.at(-1);
    if (last === undefined) continue;
    cursor = last.id;
    yield batch;
  }
}

type EntriesOf = Awaited<ReturnType<Redis["xread"]>>;

/**
 * One blocking read, until the signal. Ending the connection is the way to end a read that blocks at once, and after
 * the signal its failure is none. A read that still waits for its connection is ended by nothing, and is left behind.
 */
function nextEntries(
  redis: Redis,
  events: string,
  { cursor, limit, blockMs, signal }: { cursor: string; limit: number; blockMs: number; signal: AbortSignal },
): Promise<EntriesOf> {
  const read = answered(redis.xread("COUNT", limit, "BLOCK", blockMs, "STREAMS", events, cursor));
  return new Promise((resolve, reject) => {
    const leave = () => resolve(null);
    signal.addEventListener("abort", leave, { once: true });
    read
      .then(resolve, (error: unknown) => (signal.aborted ? leave() : reject(error)))
      .finally(() => signal.removeEventListener("abort", leave));
  });
}

/**
 * Events after a cursor, waiting up to `blockMs` for the first one. `redis` must be a connection of its own, since it
 * blocks.
 */
export async function nextEvents(
  redis: Redis,
  prefix: string,
  { cursor, limit, blockMs }: { cursor: string; limit: number; blockMs: number },
): Promise<LedgerEvent[]> {
  const { events } = ledgerKeys(prefix);
  const answer = await answered(redis.xread("COUNT", limit, "BLOCK", blockMs, "STREAMS", events, cursor));
  return (answer?.[0]?.[1] ?? []).map(decodeEvent);
}

/** Reads one event by its id; `undefined` when it is not in the log (any more). */
export async function readEvent(redis: Redis, prefix: string, id: string): Promise<LedgerEvent | undefined> {
  if (!/^\d{1,15}-\d{1,15}$/.test(id)) return undefined;
  const { events } = ledgerKeys(prefix);
  const [entry] = await answered(redis.xrange(events, id, id));
  return entry === undefined ? undefined : decodeEvent(entry);
}

/** Reads one entry of the log as Redis gives it. */
export function decodeEvent([id, flat]: [string, string[]]): LedgerEvent {
  return eventSchema.parse({ id, ...fieldsOf(flat) });
}
