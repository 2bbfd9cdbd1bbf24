import type { Clock } from "@surefill/runtime";
import { isNotJson } from "@surefill/topup";
import { LedgerUnavailableError } from "@surefill/topup-store";
import { DelayedError, type Job, UnrecoverableError } from "bullmq";
import type { JobResult } from "./alarms.js";

const LEDGER_RETRY_MS = 2_000;

/** A processor: looks at the top-up that the job rings for. */
export type Processor = (job: {
  id: string;
  data: unknown;
  replaceData(data: object): Promise<void>;
}) => Promise<JobResult>;

/** What is asked of a BullMQ job. */
export type RunnableJob = Pick<Job, "id" | "data" | "updateData" | "moveToDelayed">;

/** Runs a processor on a BullMQ job and says to BullMQ what the processor wants. The only place that throws its errors. */
export async function runProcessor(
  processor: Processor,
  job: RunnableJob,
  token: string | undefined,
  clock: Clock,
): Promise<null> {
  const result: JobResult = isNotJson(job.data)
    ? { do: "refuse", reason: "the data of the job is not JSON" }
    : await resultOf(processor, job);
  switch (result.do) {
    case "finish":
      return null;
    case "ring-again": {
      // Whole milliseconds, and the throw after the move: the lock is gone then.
      await job.moveToDelayed(clock.nowMs() + Math.max(0, Math.round(result.delayMs)), token);
      throw new DelayedError();
    }
    case "refuse":
      throw new UnrecoverableError(result.reason);
  }
}

/**
 * While the ledger is away the job waits, however few attempts it was added with: another service's job may hold the
 * only copy of a top-up, and an outage of ours must not use it up.
 */
async function resultOf(processor: Processor, job: RunnableJob): Promise<JobResult> {
  const replaceData = (data: object) => job.updateData(data);
  try {
    return await processor({ id: job.id ?? "", data: job.data, replaceData });
  } catch (error) {
    if (error instanceof LedgerUnavailableError) return { do: "ring-again", delayMs: LEDGER_RETRY_MS };
    throw error;
  }
}
