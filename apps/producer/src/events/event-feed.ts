import type { Clock, Logger, RedisClient } from "@surefill/runtime";
import { isCampaignEvent, type LedgerEvent } from "@surefill/topup";
import {
  followEventBatches,
  isEventIdBefore,
  LedgerUnavailableError,
  newestEventId,
  readLogPage,
  readMetadata,
} from "@surefill/topup-store";
import { promptly } from "../prompt-ledger.js";
import { type ToldEvent, tell } from "./event-view.js";

/** An event as it was found: with its looks, where they are made already. */
export type FoundEvent = { event: LedgerEvent } | ToldEvent;

/** What follows a cursor. Nothing more than `events` does when the last one's id is `newestId`. */
export type FeedPage = { events: readonly FoundEvent[]; newestId: string };

/** What a feed is made of. */
export type FeedParts = {
  /** A connection of the feed's own, of the role `queue-worker`: it blocks while there is nothing to read. */
  follower: RedisClient;
  /** The connection on which older events are looked up. */
  redis: RedisClient;
  prefix: string;
  clock: Clock;
  log: Logger;
};

/** Whoever is not further behind than this costs Redis nothing. About 2 MB, and 8 MB where all have long metadata. */
const RECENT_EVENTS_MAX = 2_000;
const RECENT_CHARACTERS_MAX = 4_000_000;
/** Metadata must not stay here when retention removes it from the record, a day after the event or later. */
const RECENT_AGE_MS_MAX = 60_000;
const RETRY_MS = 1_000;

/**
 * The event log as one process follows it, once for all its readers. Readers pull: each goes from its own cursor at
 * its own pace, over what Redis keeps until it has caught up, then over the recent events that are kept here. Nothing
 * is ever held for a reader, so a slow one costs no memory, and a cursor can neither skip an event nor meet one twice.
 */
export class EventFeed {
  readonly #parts: FeedParts;
  /** Every event after `#floorId` up to `#newestId`, without a gap, and when each was told. */
  #recent: (ToldEvent & { atMs: number })[] = [];
  #recentCharacters = 0;
  #floorId: string;
  #newestId: string;
  readonly #waiting = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;

  private constructor(parts: FeedParts, newestId: string) {
    this.#parts = parts;
    this.#floorId = newestId;
    this.#newestId = newestId;
    this.#following = this.#follow();
  }

  /** Starts to follow the log from its end. */
  static async open(parts: FeedParts): Promise<EventFeed> {
    return new EventFeed(parts, await newestEventId(parts.redis, parts.prefix));
  }

  /**
   * The cursor from which only what comes from now on is read: the log's own end, which this process may be a moment
   * behind. While Redis is away, the newest event that was seen.
   */
  async end(): Promise<string> {
    const { clock, redis, prefix } = this.#parts;
    try {
      return await promptly(clock, () => newestEventId(redis, prefix));
    } catch (error) {
      if (error instanceof LedgerUnavailableError) return this.#newestId;
      throw error;
    }
  }

  /**
   * Reads at most `limit` events after a cursor. Throws an `EventCursorError` when events between may be missing, and
   * a `LedgerUnavailableError` when older events are needed and Redis is away.
   */
  async read(after: string, limit: number): Promise<FeedPage> {
    this.#forgetOld();
    const isRecent = !isEventIdBefore(after, this.#floorId) && !isEventIdBefore(this.#newestId, after);
    if (isRecent) {
      const start = firstAfter(this.#recent, after);
      return { events: this.#recent.slice(start, start + limit), newestId: this.#newestId };
    }
    return this.readLog(after, limit);
  }

  /**
   * As `read`, from Redis in any case: what was in the log before the call is not missed, where `read` may be a moment
   * behind.
   */
  async readLog(after: string, limit: number): Promise<FeedPage> {
    const { clock, redis, prefix } = this.#parts;
    const { events, newestId } = await promptly(clock, () => readLogPage(redis, prefix, after, limit));
    return { events: events.map((event) => ({ event })), newestId };
  }

  /**
   * Makes the looks of what was found, with the metadata that the records have now: in one call for all of them, and
   * in none for recent ones. Throws a `LedgerUnavailableError`.
   */
  async tell(found: readonly FoundEvent[]): Promise<ToldEvent[]> {
    const untold = found.flatMap((each) => ("frame" in each ? [] : each.event));
    const told = new Map((await this.#tellAll(untold)).map((each) => [each.event, each]));
    return found.flatMap((each) => ("frame" in each ? each : (told.get(each.event) ?? [])));
  }

  async #tellAll(events: readonly LedgerEvent[]): Promise<ToldEvent[]> {
    if (events.length === 0) return [];
    const { clock, redis, prefix } = this.#parts;
    const metadata = await promptly(clock, () => readMetadata(redis, prefix, events));
    return events.map((event) => tell(event, isCampaignEvent(event) ? undefined : metadata.get(event.reference)));
  }

  /** Waits until something newer than `after` was seen, at most `waitMs`, and no longer than until the signal. */
  async wait(after: string, { waitMs, signal }: { waitMs: number; signal: AbortSignal }): Promise<void> {
    if (signal.aborted || isEventIdBefore(after, this.#newestId)) return;
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#waiting.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    await this.#parts.clock.sleep(waitMs, woken.signal).catch(() => undefined);
    signal.removeEventListener("abort", wake);
    this.#waiting.delete(wake);
  }

  /** Stops to follow. The connection is its owner's to close, which also ends a read that blocks. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#parts.follower.disconnect();
    await this.#following;
  }

  async #follow(): Promise<void> {
    const { follower, prefix, clock, log } = this.#parts;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for await (const events of followEventBatches(follower, prefix, { after: this.#newestId, signal })) {
          this.#append(await this.#tellAll(events));
        }
      } catch (err) {
        log.error({ err, after: this.#newestId }, "the event log cannot be followed; trying again");
        await clock.sleep(RETRY_MS, signal).catch(() => undefined);
      }
    }
  }

  #append(events: readonly ToldEvent[]): void {
    const atMs = this.#parts.clock.monotonicMs();
    for (const told of events) this.#recent.push({ ...told, atMs });
    this.#recentCharacters += events.reduce((sum, { frame }) => sum + frame.length, 0);
    this.#newestId = events.at(-1)?.event.id ?? this.#newestId;
    this.#forgetOld();
    for (const wake of this.#waiting) wake();
  }

  /** Keeps what is recent within its bounds. What is dropped is read from Redis. */
  #forgetOld(): void {
    const oldestMs = this.#parts.clock.monotonicMs() - RECENT_AGE_MS_MAX;
    let count = 0;
    for (const { atMs, frame } of this.#recent) {
      const isFull = this.#recent.length - count > RECENT_EVENTS_MAX || this.#recentCharacters > RECENT_CHARACTERS_MAX;
      if (!isFull && atMs >= oldestMs) break;
      this.#recentCharacters -= frame.length;
      count += 1;
    }
    const dropped = this.#recent.splice(0, count).at(-1);
    if (dropped !== undefined) this.#floorId = dropped.event.id;
  }
}

/** Where the events after a cursor start, in a list that is in the log's order. */
function firstAfter(events: readonly ToldEvent[], after: string): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const id = events[middle]?.event.id ?? after;
    if (isEventIdBefore(after, id)) high = middle;
    else low = middle + 1;
  }
  return low;
}
