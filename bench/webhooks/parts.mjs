/** What the measurements of webhooks share: worker processes on a Redis of their own, and a source of events. */

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectRedis } from "@surefill/runtime";
import { endMove } from "@surefill/topup";
import {
  createLedger,
  Ledger,
  LOG_START,
  readEvents,
  WebhookDeliveries,
  WebhookEndpoints,
} from "@surefill/topup-store";
import { startProcess } from "../../scripts/processes.mjs";
import { startRedis } from "../../scripts/redis.mjs";

const WORKER = fileURLToPath(new URL("../../apps/worker/dist/main.js", import.meta.url));
const RETRY_MS = 50;
const PREFIX = "webhooks";

/**
 * Starts a private Redis and opens the stores on it. `stop` ends everything that was started through this.
 * @param {{ server: import("../../scripts/find-redis.mjs").RedisServer }} options
 */
export async function openParts({ server }) {
  const redis = await startRedis({ server });
  const client = await connectRedis({ url: redis.url, role: "ledger", name: "webhooks", onError: () => undefined });
  const workers = [];
  const options = { prefix: PREFIX };
  await createLedger(client, options);
  return {
    redis,
    client,
    ledger: await Ledger.open(client, { ...options, processId: "bench" }),
    endpoints: new WebhookEndpoints(client, options),
    deliveries: new WebhookDeliveries(client, options),
    /** @param {Record<string, string>} settings */
    async startWorker(settings) {
      const env = {
        ...process.env,
        REDIS_URL: redis.url,
        REDIS_PREFIX: PREFIX,
        RELOADLY_ENVIRONMENT: "local",
        RELOADLY_URL: "http://127.0.0.1:9", // Nothing is sent to it: the top-ups are withdrawn.
        RELOADLY_CLIENT_ID: "sandbox-client",
        RELOADLY_CLIENT_SECRET: "sandbox-secret",
        WORKER_PORT: "0",
        STATE_DIR: join(redis.dir, "state"),
        LOG_LEVEL: "info",
        WEBHOOK_ALLOWED_NETWORKS: "127.0.0.1",
        ...settings,
      };
      const worker = await startProcess({ name: "worker", script: WORKER, env });
      workers.push(worker);
      return worker;
    },
    /** Every event of the log, oldest first. */
    async events() {
      const all = [];
      for (let after = LOG_START; ; after = all.at(-1).id) {
        const page = await persist(() => readEvents(client, PREFIX, after, 1_000));
        if (page.length === 0) return all;
        all.push(...page);
      }
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
      client.disconnect();
      await redis.stop();
    },
  };
}

/** Does something again until Redis has answered. What it does must bear that. */
export async function persist(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error.code !== "LEDGER_UNAVAILABLE") throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** Makes one event for each of `count` top-ups, which are accepted and withdrawn; one event each, whatever Redis does. */
export async function emitEvents(ledger, count) {
  const name = randomUUID().slice(0, 8);
  const topups = Array.from({ length: count }, (_, index) => ({
    reference: `${name}-${index}`,
    request: {
      operatorId: 341,
      amount: "5",
      useLocalAmount: false,
      recipientPhone: { countryCode: "NG", number: String(2348030000000 + index) },
    },
  }));
  const accepted = await persist(() => ledger.accept(topups));
  await Promise.all(
    accepted.map(({ record }) => persist(() => ledger.move(record, endMove("cancelled", "withdrawn")))),
  );
}
