import { jobIdOf } from "@surefill/topup";
import type { Alarms } from "@surefill/worker";
import type { JobStore } from "./job-store.js";
import type { SimProcess } from "./process.js";

/** The queues as one process reaches them: every call is a seam. */
export function seamAlarms(process: SimProcess, jobs: JobStore): Alarms {
  return {
    ring: (queue, job, delayMs) =>
      process.call({ seam: "queue.ring", about: jobIdOf(queue, job) }, () => jobs.ring(queue, job, delayMs)),
    find: (_queue, jobId) => process.call({ seam: "queue.find", about: jobId }, () => jobs.find(jobId)),
    hurry: (_queue, jobId) => process.call({ seam: "queue.hurry", about: jobId }, () => jobs.hurry(jobId)),
  };
}
