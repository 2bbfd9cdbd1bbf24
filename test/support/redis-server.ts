/**
 * Real Redis for tests. `openTestRedis` gives a corner of the run's shared server; `startPrivateRedis` gives a server
 * of one's own, for tests that kill, stop or reconfigure it.
 */
import { randomUUID } from "node:crypto";
import { createLedger } from "@surefill/topup-store";
import { Redis } from "ioredis";
import { inject } from "vitest";
import { findRedisServer } from "../../scripts/find-redis.mjs";
import { type PrivateRedis, startRedis } from "../../scripts/redis.mjs";

/** A corner of the shared Redis. Keys must start with `prefix`; `close` deletes them and ends `client`. */
export interface TestRedis {
  readonly url: string;
  readonly prefix: string;
  /** A plain client for looking and for planting; what is tested makes its own connection. */
  readonly client: Redis;
  close(): Promise<void>;
}

/**
 * Opens a corner of the shared Redis, or of the server at `url`, under a prefix that nobody else has. A ledger was
 * created under it, as `surefill init` does.
 */
export async function openTestRedis(url: string = inject("redisUrl")): Promise<TestRedis> {
  const prefix = `${inject("redisRunPrefix")}-${randomUUID().slice(0, 8)}`;
  const client = await connect(url);
  await createLedger(client, { prefix });
  return {
    url,
    prefix,
    client,
    async close() {
      for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1_000 })) {
        if (keys.length > 0) await client.unlink(...keys);
      }
      client.disconnect();
    },
  };
}

/**
 * Starts a server for one test: AOF always and noeviction, like production, unless `settings` say otherwise by their
 * names in redis.conf. The test calls `stop`; it also ends with the test process.
 */
export async function startPrivateRedis(settings: Record<string, string> = {}): Promise<PrivateRedis> {
  const server = await findRedisServer();
  if (server === undefined) throw new Error("These tests start their own Redis: install redis-server 7 or newer.");
  return startRedis({ server, settings });
}

async function connect(url: string): Promise<Redis> {
  // Comes back after a test has killed and restarted its server, as what is tested does.
  const retryStrategy = (times: number) => Math.min(50 * times, 500);
  const client = new Redis(url, {
    lazyConnect: true,
    commandTimeout: 10_000,
    maxRetriesPerRequest: null,
    retryStrategy,
  });
  client.on("error", () => undefined); // connect() reports the first; later ones are the test's own doing.
  await client.connect();
  return client;
}
