import type { Clock } from "@surefill/runtime";
import { readableJobData } from "@surefill/topup";
import { Job, type JobProgress, Worker, type WorkerOptions } from "bullmq";
import { createReadableBackend } from "./readable-backend.js";

class ReadableJob<Data, Result, Name extends string, Progress extends JobProgress> extends Job<
  Data,
  Result,
  Name,
  Progress
> {
  static override fromJSON: typeof Job.fromJSON = (queue, json, jobId) =>
    Job.fromJSON(queue, { ...json, data: readableJobData(json.data) }, jobId);
}

const FETCH_AGAIN_MS = 50;
const FETCH_AGAIN_MS_MAX = 5_000;

/**
 * A worker that hands every job to its processor. BullMQ's own throws on data that is not JSON before a processor sees
 * the job, which then stays active.
 */
export class ReadableWorker extends Worker {
  readonly #clock: Pick<Clock, "sleep">;
  readonly #stopping = new AbortController();
  #refusals = 0;

  constructor(
    queue: string,
    processor: NonNullable<ConstructorParameters<typeof Worker>[1]>,
    options: WorkerOptions & { clock: Pick<Clock, "sleep"> },
  ) {
    const { clock, ...rest } = options;
    super(queue, processor, rest, createReadableBackend);
    this.#clock = clock;
  }

  protected override get Job(): typeof Job {
    return ReadableJob;
  }

  /** Fetches the next job. BullMQ would ask a Redis that refuses again at once, some thousand times a second. */
  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    try {
      const job = await super.moveToActive(token, name);
      this.#refusals = 0;
      return job;
    } catch (error) {
      this.#refusals += 1;
      const waitMs = Math.min(FETCH_AGAIN_MS * 2 ** Math.min(this.#refusals, 10), FETCH_AGAIN_MS_MAX);
      await this.#clock.sleep(waitMs, this.#stopping.signal).catch(() => undefined);
      throw error;
    }
  }

  override close(force?: boolean): Promise<void> {
    this.#stopping.abort();
    return super.close(force);
  }
}
