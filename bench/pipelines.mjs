/** The two pipelines that are compared: how each is started, fed, and asked whether it is done. */
import { createHash, randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createLedger, Ledger } from "@surefill/topup-store";

const script = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * Given to both. A tenth of the shipped poll schedule: the first poll comes after 0.24 to 0.36 s, when the local
 * Reloadly has settled, so that each top-up takes one POST and one poll.
 */
const SHARED_ENV = {
  RELOADLY_CLIENT_ID: "sandbox-client",
  RELOADLY_CLIENT_SECRET: "sandbox-secret",
  SCHEDULE_SCALE: "0.1",
  SUBMIT_CONCURRENCY: "50",
  POLL_CONCURRENCY: "50",
};

const PREFIX = "surefill";

/**
 * @typedef {object} Pipeline
 * @property {string} name
 * @property {{ producer: string, worker: string }} scripts
 * @property {NodeJS.ProcessEnv} env
 * @property {Record<string, string>} headers of every request to the producer
 * @property {{ one: string, batch: string }} paths
 * @property {(redis: import("ioredis").Redis) => Promise<void>} prepare what is done once, before the first start
 * @property {(redis: import("ioredis").Redis) => Promise<(expected: number) => Promise<boolean>>} watch makes the
 *   check whether exactly `expected` top-ups are done; it throws when one went wrong
 * @property {(reference: string) => string[]} recordKeys Redis keys that hold one waiting top-up
 */

/** @returns {Pipeline} */
function surefill() {
  const apiKey = randomBytes(24).toString("base64url");
  return {
    name: "surefill",
    scripts: { producer: script("apps/producer/dist/main.js"), worker: script("apps/worker/dist/main.js") },
    env: {
      ...SHARED_ENV,
      RELOADLY_ENVIRONMENT: "local",
      API_KEYS: `bench:${createHash("sha256").update(apiKey).digest("hex")}`,
      REDIS_PREFIX: PREFIX,
      PRODUCER_PORT: "0",
      WORKER_PORT: "0",
    },
    headers: { authorization: `Bearer ${apiKey}` },
    paths: { one: "/v1/topups", batch: "/v1/topups/batch" },
    async prepare(redis) {
      await createLedger(redis, { prefix: PREFIX });
    },
    async watch(redis) {
      const ledger = await Ledger.open(redis, { prefix: PREFIX, processId: "bench" });
      return async (expected) => {
        const { succeeded, queued, submitting, processing, ...others } = await ledger.counts();
        const wrong = Object.entries(others).filter(([, count]) => count > 0);
        if (wrong.length > 0) throw new Error(`top-ups ended elsewhere: ${JSON.stringify(Object.fromEntries(wrong))}`);
        return succeeded === expected && queued + submitting + processing === 0;
      };
    },
    recordKeys: (reference) => [`${PREFIX}:{0}:t:${reference}`, `${PREFIX}:{0}:submit:submit-${reference}-1-0`],
  };
}

/** @returns {Pipeline} */
function handRolled() {
  return {
    name: "hand-rolled",
    scripts: { producer: script("bench/hand-rolled/producer.mjs"), worker: script("bench/hand-rolled/worker.mjs") },
    env: SHARED_ENV,
    headers: {},
    paths: { one: "/topups", batch: "/topups/batch" },
    prepare: async () => undefined,
    async watch(redis) {
      // It keeps no record of what is done: nothing left to do, and nothing failed, is all that can be asked.
      return async () => {
        const transaction = redis.multi();
        for (const queue of ["submit", "poll"]) {
          transaction.zcard(`bull:${queue}:failed`);
          for (const list of ["wait", "active"]) transaction.llen(`bull:${queue}:${list}`);
          transaction.zcard(`bull:${queue}:delayed`);
        }
        const counts = (await transaction.exec()).map(([, count]) => count);
        const failed = counts[0] + counts[4];
        if (failed > 0) throw new Error(`${failed} jobs failed`);
        return counts.every((count) => count === 0);
      };
    },
    recordKeys: (reference) => [`bull:submit:${reference}`],
  };
}

export const PIPELINES = [surefill, handRolled];
