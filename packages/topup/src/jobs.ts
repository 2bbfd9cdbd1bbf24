import { z } from "zod";
import { referenceSchema } from "./reference.js";
import { webhookEndpointIdSchema } from "./webhook-endpoint.js";
import { noticeSchema } from "./webhook-payload.js";

/** The queues that ring for top-ups. `poll` carries polls, holds and look-ups. */
export const QUEUES = { submit: "submit", poll: "poll" } as const;
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

/** The queue of webhook deliveries. */
export const WEBHOOK_QUEUE = "webhook";

/** What our own jobs carry: enough to find the record, and nothing personal. */
export const topupJobSchema = z.strictObject({
  reference: referenceSchema,
  attempt: z.number().int().min(1),
});
export type TopupJob = z.infer<typeof topupJobSchema>;

/** So much of job data that is not JSON is kept to look at. */
const NOT_JSON_CHARACTERS_MAX = 200;

/**
 * The stored text of a job's data as it is, where it is JSON. A text that is not JSON, which only a writer that goes
 * around BullMQ can have stored, comes out as JSON with that text, cut, in a field `notJson`: BullMQ itself throws on
 * it wherever it meets the job.
 */
export function readableJobData(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify({ notJson: text.slice(0, NOT_JSON_CHARACTERS_MAX) } satisfies NotJson);
  }
}

type NotJson = { notJson: string };

/** Whether a job's data is what `readableJobData` makes of a text that is not JSON. */
export function isNotJson(data: unknown): data is NotJson {
  return typeof data === "object" && data !== null && Object.hasOwn(data, "notJson");
}

/** What a stored job has beside its data that BullMQ reads as JSON, and what stands for a text that it would throw on. */
const STAND_INS: Readonly<Record<string, string>> = { opts: "{}", progress: "0", parent: "{}" };

/**
 * The stored fields of a job, as name, text, name, text: options, progress and parent that BullMQ would throw on are as
 * if they were not there. None of them says who is paid, or how much.
 */
export function readableJobFields(stored: readonly string[]): string[] {
  return stored.map((text, place) => {
    const name = place % 2 === 1 ? stored[place - 1] : undefined;
    const standIn = name === undefined || !Object.hasOwn(STAND_INS, name) ? undefined : STAND_INS[name];
    return standIn === undefined || isReadable(text, name !== "progress") ? text : standIn;
  });
}

function isReadable(text: string, isWantedAsObject: boolean): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return !isWantedAsObject || (typeof value === "object" && value !== null && !Array.isArray(value));
  } catch {
    return false;
  }
}

/** Which of a cycle's jobs this is, where it is not the first: `hold` waits for a hold's end, `spare` replaces a lost one. */
export type JobMark = { hold: number } | { spare: number };

/**
 * The id of the job that rings for a top-up. The fence makes it new for every cycle of claim and poll, since BullMQ
 * ignores an id that it still keeps; a mark carries the record's version for the same reason.
 */
export function jobIdOf(queue: QueueName, job: TopupJob & { fence: number; mark?: JobMark }): string {
  // Encoded: BullMQ takes no colon in an id.
  const id = `${queue}-${encodeURIComponent(job.reference)}-${job.attempt}-${job.fence}`;
  if (job.mark === undefined) return id;
  return "hold" in job.mark ? `${id}-h${job.mark.hold}` : `${id}-s${job.mark.spare}`;
}

/** Tells a spare job by its id. Other ids of ours end in a number or in `-h` and a number. */
export function isSpareJobId(jobId: string): boolean {
  return /-s\d+$/.test(jobId);
}

/**
 * Options of every job of ours. The ledger guards the money, so the queue may run a job again as often as it likes;
 * what must never happen is that a job is gone and nobody looks at the record any more (the sweeper's business).
 */
export const TOPUP_JOB_OPTIONS = {
  // A processor throws only when Redis or our own code fails: try again soon, then leave it to the sweeper.
  attempts: 10,
  backoff: { type: "exponential", delay: 1_000, jitter: 0.5 },
  // Enough to look at on the board; the ledger keeps the story. Kept small from the first day, since shrinking a
  // large set later blocks Redis.
  removeOnComplete: { age: 3_600, count: 1_000 },
  removeOnFail: { age: 7 * 86_400, count: 10_000 },
  // Stack traces repeat themselves with every try.
  stackTraceLimit: 3,
} as const;

/** What a top-up's jobs need to know of it: whether a campaign fed it. */
export type JobRank = { ofCampaign?: true };

/** The rank of a record's jobs. */
export function rankOf({ row }: { row?: number }): JobRank {
  return row === undefined ? {} : { ofCampaign: true };
}

/**
 * Options of a top-up's job. BullMQ takes jobs with a priority after all that have none: however many rows a campaign
 * has in the queues, a top-up that was sent alone is next.
 */
export function topupJobOptions({ ofCampaign }: JobRank): typeof TOPUP_JOB_OPTIONS & { priority?: number } {
  return ofCampaign ? { ...TOPUP_JOB_OPTIONS, priority: 1 } : TOPUP_JOB_OPTIONS;
}

/** One delivery: an event of the log, or a notice that the job brings along, to one endpoint. Nothing personal is in it. */
export const webhookJobSchema = z.strictObject({
  endpointId: webhookEndpointIdSchema,
  /** Id in the event log, or the notice's own. It is the `webhook-id` of every attempt. */
  eventId: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
  /** The place in the schedule, from 1. */
  attempt: z.number().int().min(1),
  notice: noticeSchema.optional(),
});
export type WebhookJob = z.output<typeof webhookJobSchema>;

/**
 * The id of a delivery's job, so that fanning the same event out twice makes one job. `again` is a mark that makes a
 * redelivery a job of its own.
 */
export function webhookJobIdOf(job: Pick<WebhookJob, "eventId" | "endpointId">, again?: string): string {
  const id = `${WEBHOOK_QUEUE}-${job.eventId}-${job.endpointId}`;
  return again === undefined ? id : `${id}-${again}`;
}

/** Options of every delivery job. A receiver's failures do not count here: the schedule of webhook-schedule.ts does. */
export const WEBHOOK_JOB_OPTIONS = TOPUP_JOB_OPTIONS;
