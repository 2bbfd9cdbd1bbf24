import { readableJobFields } from "@surefill/topup";
import { type BackendFactory, createRedisBackend, type JobJson, type RedisQueueBackend, raw2NextJobData } from "bullmq";

/**
 * BullMQ's own way to Redis, except that a job whose options, progress or parent are no JSON can be read: BullMQ throws
 * on them, and with them on all others of a page.
 */
export const createReadableBackend: BackendFactory<RedisQueueBackend> = (...parts) => {
  const backend = createRedisBackend(...parts);
  backend.getJobData = async (jobId): Promise<JobJson | undefined> => {
    const client = await backend.client;
    const stored = Object.entries(await client.hgetall(backend.toKey(jobId))).flat();
    if (stored.length === 0) return undefined;
    const [job]: (JobJson | undefined)[] = raw2NextJobData([readableJobFields(stored)]);
    return job;
  };
  return backend;
};
