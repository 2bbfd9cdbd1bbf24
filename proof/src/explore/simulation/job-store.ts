import { type JobMark, jobIdOf, type QueueName, TOPUP_JOB_OPTIONS, type TopupJob } from "@surefill/topup";
import type { SimProcess } from "./process.js";
import type { Timeline } from "./timeline.js";

/** A job as BullMQ keeps it. `done` and `failed` ones stay for a while, and their ids with them. */
export type StoredJob = {
  readonly id: string;
  readonly queue: QueueName;
  data: unknown;
  state: "waiting" | "delayed" | "active" | "done" | "failed";
  /** When a delayed job rings. */
  runAtMs: number;
  attemptsMade: number;
  stalls: number;
  /** Who works on it. A job that was taken away and given to another process has another one. */
  lock?: { process: SimProcess; token: string; isHeld: boolean };
};

/** A dead or frozen worker's lock has run out by then, and two checks have passed. */
const STALLED_AFTER_MS = 20_000;
/** As the queue workers are set up. */
const STALLED_COUNT_MAX = 10;
const DONE_KEPT_MS = TOPUP_JOB_OPTIONS.removeOnComplete.age * 1_000;
const FAILED_KEPT_MS = TOPUP_JOB_OPTIONS.removeOnFail.age * 1_000;

/** The jobs of both queues, with BullMQ's rules: an id that is kept is not added again, a lock that was lost stays lost. */
export class JobStore {
  readonly #jobs = new Map<string, StoredJob>();
  readonly #time: Timeline;
  readonly #onWaiting: () => void;
  readonly #onStalledOut: (job: StoredJob) => void;
  #tokens = 0;

  constructor(parts: { time: Timeline; onWaiting: () => void; onStalledOut: (job: StoredJob) => void }) {
    this.#time = parts.time;
    this.#onWaiting = parts.onWaiting;
    this.#onStalledOut = parts.onStalledOut;
  }

  /** Adds a job of ours, as `Queues.ring` does. */
  ring(queue: QueueName, job: TopupJob & { fence: number; mark?: JobMark }, delayMs: number): void {
    const id = jobIdOf(queue, job);
    if (job.mark !== undefined && this.find(id) === "gone") this.#jobs.delete(id);
    this.add({ id, queue, data: { reference: job.reference, attempt: job.attempt } }, delayMs);
  }

  /** Adds a job, unless its id is still kept. */
  add({ id, queue, data }: { id: string; queue: QueueName; data: unknown }, delayMs: number): void {
    if (this.#jobs.has(id)) return;
    const job: StoredJob = { id, queue, data, state: "delayed", runAtMs: 0, attemptsMade: 0, stalls: 0 };
    this.#jobs.set(id, job);
    this.#delay(job, this.#time.nowMs + Math.max(0, Math.round(delayMs)));
  }

  find(id: string): "waiting" | "delayed" | "active" | "gone" {
    const state = this.#jobs.get(id)?.state;
    return state === undefined || state === "done" || state === "failed" ? "gone" : state;
  }

  hurry(id: string): void {
    const job = this.#jobs.get(id);
    if (job?.state === "delayed") this.#wait(job);
  }

  waiting(): StoredJob[] {
    return [...this.#jobs.values()].filter(({ state }) => state === "waiting");
  }

  /** How many jobs wait, run or will ring. */
  open(): number {
    return [...this.#jobs.values()].filter(({ state }) => state !== "done" && state !== "failed").length;
  }

  active(): StoredJob[] {
    return [...this.#jobs.values()].filter(({ state }) => state === "active");
  }

  /** Gives a waiting job to a process; the token to end it with, or `undefined` when another was faster. */
  take(job: StoredJob, process: SimProcess): string | undefined {
    if (job.state !== "waiting" || this.#jobs.get(job.id) !== job) return undefined;
    this.#tokens += 1;
    const token = `lock-${this.#tokens}`;
    job.state = "active";
    job.lock = { process, token, isHeld: false };
    // Nobody renews the lock of a job whose taker never heard that it was given to it.
    this.#time.at(this.#time.nowMs + STALLED_AFTER_MS, () => {
      if (job.state === "active" && job.lock?.token === token && !job.lock.isHeld) this.#stall(job);
    });
    return token;
  }

  /** The process knows that it has the job, and renews its lock from here on. */
  hold(job: StoredJob, token: string): void {
    if (job.lock?.token === token) job.lock.isHeld = true;
  }

  /** Refuses, as BullMQ does, whoever does not hold the job's lock (any more). */
  #require(job: StoredJob, token: string | undefined): void {
    const isHeld = this.#jobs.get(job.id) === job && job.state === "active" && job.lock?.token === token;
    if (!isHeld) throw new Error(`Missing lock for job ${job.id}`);
  }

  moveToDelayed(job: StoredJob, token: string | undefined, atMs: number): void {
    this.#require(job, token);
    this.#delay(job, atMs);
  }

  finish(job: StoredJob, token: string): void {
    this.#require(job, token);
    this.#end(job, "done");
  }

  /** A run that ended in an error: the job runs again, at most ten times, unless it is refused for good. */
  fail(job: StoredJob, token: string, isForGood: boolean): void {
    this.#require(job, token);
    job.attemptsMade += 1;
    if (isForGood || job.attemptsMade >= TOPUP_JOB_OPTIONS.attempts) this.#end(job, "failed");
    else this.#delay(job, this.#time.nowMs + TOPUP_JOB_OPTIONS.backoff.delay * 2 ** (job.attemptsMade - 1));
  }

  /** The process holds its jobs' locks no longer, if it does not come back in time. */
  watch(process: SimProcess): void {
    for (const job of this.active().filter(({ lock }) => lock?.process === process)) {
      const token = job.lock?.token;
      this.#time.at(this.#time.nowMs + STALLED_AFTER_MS, () => {
        if (!process.isUp && job.state === "active" && job.lock?.token === token) this.#stall(job);
      });
    }
  }

  /** Redis was away for longer than the locks last: every job that runs is given out again. */
  stallAll(): void {
    for (const job of this.active()) this.#stall(job);
  }

  #stall(job: StoredJob): void {
    job.stalls += 1;
    delete job.lock;
    if (job.stalls <= STALLED_COUNT_MAX) {
      this.#wait(job);
    } else {
      this.#end(job, "failed");
      this.#onStalledOut(job);
    }
  }

  /** Deletes every job. */
  wipe(): void {
    this.#jobs.clear();
  }

  /** Delivers every job that waits or runs once more, under an id of its own. */
  double(): void {
    for (const { id, queue, data, state } of [...this.#jobs.values()]) {
      if (state === "waiting" || state === "active") this.add({ id: `${id}-again-${this.#tokens}`, queue, data }, 0);
    }
  }

  /** Lets every delayed job ring now. */
  promoteAll(): void {
    for (const job of [...this.#jobs.values()]) if (job.state === "delayed") this.#wait(job);
  }

  #wait(job: StoredJob): void {
    job.state = "waiting";
    delete job.lock;
    this.#onWaiting();
  }

  #delay(job: StoredJob, atMs: number): void {
    job.state = "delayed";
    job.runAtMs = atMs;
    delete job.lock;
    this.#time.at(atMs, () => {
      const isDue = job.state === "delayed" && job.runAtMs === atMs;
      if (isDue && this.#jobs.get(job.id) === job) this.#wait(job);
    });
  }

  #end(job: StoredJob, state: "done" | "failed"): void {
    job.state = state;
    delete job.lock;
    this.#time.at(this.#time.nowMs + (state === "done" ? DONE_KEPT_MS : FAILED_KEPT_MS), () => {
      if (this.#jobs.get(job.id) === job && job.state === state) this.#jobs.delete(job.id);
    });
  }
}
