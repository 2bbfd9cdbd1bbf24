/** What a run leaves behind, gathered when everything is settled: the material of the verdict. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Books, IdentifierBooks } from "@surefill/reloadly-sandbox";
import {
  type HistoryEntry,
  isCampaignEvent,
  isFinal,
  STATES,
  type TopupEvent,
  type TopupRecord,
  type TopupState,
  WEBHOOK_QUEUE,
  webhookJobSchema,
} from "@surefill/topup";
import { LOG_START, queuePrefix, readEvents } from "@surefill/topup-store";
import type { ToldEvent } from "./event-follower.js";
import type { Order } from "./recipients.js";
import type { Rig } from "./rig.js";

const SETTLE_LOOK_MS = 250;
const EVENT_PAGE = 10_000;
const RECORD_PAGE = 500;

export type Evidence = {
  /** What callers were told is accepted. */
  acknowledged: ReadonlyMap<string, Order>;
  records: ReadonlyMap<string, TopupRecord>;
  histories: ReadonlyMap<string, readonly HistoryEntry[]>;
  /** Records that the ledger counts as open. */
  open: number;
  books: Omit<Books, "identifiers" | "next">;
  rows: readonly IdentifierBooks[];
  /** What the rig paid in, as decimal texts. */
  paidIn: readonly string[];
  /** The whole log. */
  events: readonly TopupEvent[];
  /** What a consumer was told over HTTP, each event once. */
  told: readonly ToldEvent[];
  /** Ids of the events that a consumer got by webhook, each as often as it came. */
  delivered: ReadonlyMap<string, number>;
  /**
   * Ids of events whose delivery waits in its queue for a time that has not come. Empty unless a worker's clock jumped:
   * what it put off meanwhile comes an hour or a day late. Top-ups are found by the sweeper; deliveries have none.
   */
  putOff: ReadonlySet<string>;
  wrongAnswers: readonly string[];
  /** Places in our logs that name a recipient's number. */
  numbersInLogs: readonly string[];
  endedByThemselves: readonly string[];
  overdueStops: readonly string[];
};

/** Waits until no top-up is open. Answers how many still are when the time is over. */
export async function untilSettled({ ledger }: Pick<Rig, "ledger">, deadlineMs: number): Promise<number> {
  const giveUpAtMs = performance.now() + deadlineMs;
  for (;;) {
    const open = await countOpen(ledger).catch(() => undefined); // Redis may still be on its way back.
    if (open === 0) return 0;
    if (performance.now() > giveUpAtMs) return open ?? Number.NaN;
    await sleep(SETTLE_LOOK_MS);
  }
}

async function countOpen(ledger: Rig["ledger"]): Promise<number> {
  const counts = await ledger.counts();
  return STATES.filter((state) => !isAtRest(state)).reduce((sum, state) => sum + counts[state], 0);
}

/** Reads every record that callers know of. One that is missing is missing from the answer. */
export async function readRecords(
  { ledger }: Pick<Rig, "ledger">,
  references: readonly string[],
): Promise<Map<string, TopupRecord>> {
  const records = new Map<string, TopupRecord>();
  for (let start = 0; start < references.length; start += RECORD_PAGE) {
    for (const record of await ledger.records(references.slice(start, start + RECORD_PAGE))) {
      records.set(record.reference, record);
    }
  }
  return records;
}

/** Reads the history of every record. */
export async function readHistories(
  { ledger }: Pick<Rig, "ledger">,
  references: readonly string[],
): Promise<Map<string, readonly HistoryEntry[]>> {
  const histories = new Map<string, readonly HistoryEntry[]>();
  for (let start = 0; start < references.length; start += RECORD_PAGE) {
    const page = references.slice(start, start + RECORD_PAGE);
    const read = await Promise.all(page.map((reference) => ledger.history(reference)));
    for (const [index, reference] of page.entries()) histories.set(reference, read[index] ?? []);
  }
  return histories;
}

/** Reads the whole event log. */
export async function readLog({ client, prefix }: Pick<Rig, "client" | "prefix">): Promise<TopupEvent[]> {
  const events: TopupEvent[] = [];
  let cursor = LOG_START;
  for (;;) {
    const page = await readEvents(client, prefix, cursor, EVENT_PAGE);
    events.push(...page.filter((event) => !isCampaignEvent(event)));
    const last = page.at(-1);
    if (last === undefined) return events;
    cursor = last.id;
  }
}

/** Whether no machine moves a top-up on from this state. */
export function isAtRest(state: TopupState): boolean {
  return isFinal(state) || state === "review";
}

/** BullMQ multiplies the time at which a delayed job is due by this, and counts the jobs of one millisecond within it. */
const SCORES_PER_MS = 0x1000;

/** Reads which events have a delivery in the queue that is due later than now. */
export async function readPutOff({ client, prefix }: Pick<Rig, "client" | "prefix">): Promise<Set<string>> {
  const keyOf = (...rest: string[]) => [queuePrefix(prefix), WEBHOOK_QUEUE, ...rest].join(":");
  const ids = await client.zrangebyscore(keyOf("delayed"), Date.now() * SCORES_PER_MS, "+inf");
  const jobs = await Promise.all(ids.map((id) => client.hget(keyOf(id), "data")));
  return new Set(jobs.flatMap((data) => (data === null ? [] : webhookJobSchema.parse(JSON.parse(data)).eventId)));
}
