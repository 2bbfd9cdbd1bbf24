/**
 * A consumer of events: reads `GET /v1/events` page by page through everything that happens to the producer, and keeps
 * each event once by its id, as the documents tell a consumer to.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { DeadlineSignals } from "@surefill/runtime";
import { topupWebhookSchema } from "@surefill/topup";
import { z } from "zod";

const PAGE_EVENTS = 1_000;
const WAIT_SECONDS = 1;
const ANSWER_DEADLINE_MS = 6_000;
const AGAIN_AFTER_MS = 300;

const pageSchema = z.object({
  data: z.array(topupWebhookSchema.extend({ id: z.string() })),
  nextCursor: z.string(),
});
/** An event as a consumer gets it. */
export type ToldEvent = z.output<typeof pageSchema>["data"][number];

export type EventFollower = {
  /** By id, in the order in which they came. */
  events: ReadonlyMap<string, ToldEvent>;
  figures: { pages: number; failedReads: number; seenAgain: number };
  /** Reads on until the event is there or the time is over, then stops. */
  finish: (lastId: string | undefined, deadlineMs: number) => Promise<void>;
};

/** Starts to follow from the beginning of the log. */
export function followAsConsumer(options: { producerUrl: () => string; apiKey: string }): EventFollower {
  const events = new Map<string, ToldEvent>();
  const figures = { pages: 0, failedReads: 0, seenAgain: 0 };
  const stopped = new AbortController();
  const deadlines = new DeadlineSignals(stopped.signal);
  let cursor = "0-0";

  async function readPage(): Promise<void> {
    const query = new URLSearchParams({ after: cursor, limit: String(PAGE_EVENTS), waitSeconds: String(WAIT_SECONDS) });
    const response = await fetch(`${options.producerUrl()}/v1/events?${query}`, {
      headers: { authorization: `Bearer ${options.apiKey}` },
      signal: deadlines.within(ANSWER_DEADLINE_MS),
    });
    if (!response.ok) throw new Error(`answered with ${response.status}`);
    const page = pageSchema.parse(await response.json());
    figures.pages += 1;
    for (const event of page.data) {
      if (events.has(event.id)) figures.seenAgain += 1;
      else events.set(event.id, event);
    }
    cursor = page.nextCursor;
  }

  async function follow(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await readPage();
      } catch {
        figures.failedReads += 1;
        await sleep(AGAIN_AFTER_MS);
      }
    }
  }
  const following = follow();
  return {
    events,
    figures,
    async finish(lastId, deadlineMs) {
      const giveUpAtMs = performance.now() + deadlineMs;
      while (lastId !== undefined && !events.has(lastId) && performance.now() < giveUpAtMs) await sleep(50);
      stopped.abort();
      await following;
    },
  };
}
