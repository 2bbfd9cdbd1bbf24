import { readableJobFields } from "@surefill/topup";
import { type BackendFactory, createRedisBackend, type RedisQueueBackend } from "bullmq";

/** The commands of BullMQ that answer with the next job. */
const GIVING_A_JOB = new Set(["moveToActive", "moveToFinished", "moveToDelayed"]);

/**
 * BullMQ's own way to Redis, except that a job whose options, progress or parent are no JSON can be read and ended:
 * BullMQ throws on them when Redis has the job as active already, and its scripts throw on them when the job ends, so
 * that the job stays active. What stands for them is therefore stored in their place.
 */
export const createReadableBackend: BackendFactory<RedisQueueBackend> = (...parts) => {
  const backend = createRedisBackend(...parts);
  const execCommand = backend.execCommand.bind(backend);
  backend.execCommand = (client, command, args) => {
    const answer: unknown = execCommand(client, command, args);
    // Within a transaction there is no answer yet, and no job in it either.
    return GIVING_A_JOB.has(command) && answer instanceof Promise ? answer.then(repaired) : answer;
  };

  /** An answer is a job's fields, its id and two times; or a number, where there is no job. */
  async function repaired(answer: unknown): Promise<unknown> {
    if (!Array.isArray(answer) || !Array.isArray(answer[0])) return answer;
    const stored = answer[0].map(String);
    const fields = readableJobFields(stored);
    if (fields.some((text, place) => text !== stored[place])) {
      const client = await backend.client;
      await client.hset(backend.toKey(String(answer[1])), pairsOf(fields, stored));
    }
    return [fields, ...answer.slice(1)];
  }
  return backend;
};

function pairsOf(fields: readonly string[], stored: readonly string[]): Record<string, string> {
  const changed = fields.flatMap((text, place) => (text === stored[place] ? [] : [[stored[place - 1] ?? "", text]]));
  return Object.fromEntries(changed);
}
