import type { Clock } from "@surefill/runtime";
import { DelayedError, type Job, UnrecoverableError } from "bullmq";
import type { JobResult } from "./alarms.js";

/** A processor: looks at the top-up that the job rings for. */
export type Processor = (job: {
  id: string;
  data: unknown;
  replaceData(data: object): Promise<void>;
}) => Promise<JobResult>;

/** Runs a processor on a BullMQ job and says to BullMQ what the processor wants. The only place that throws its errors. */
export async function runProcessor(
  processor: Processor,
  job: Job,
  token: string | undefined,
  clock: Clock,
): Promise<null> {
  const result = await processor({
    id: job.id ?? "",
    data: job.data,
    replaceData: (data) => job.updateData(data),
  });
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
