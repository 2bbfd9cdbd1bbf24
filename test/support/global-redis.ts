/**
 * One Redis for a whole test run, with the settings that production asks for: the one of REDIS_URL, else a private one
 * that is gone when the run is. Every test works under a key prefix of its own (redis-server.ts) and deletes it; a key
 * of this run that is left at the end fails the run.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { TestProject } from "vitest/node";
import { provideRedis } from "../../scripts/redis.mjs";

declare module "vitest" {
  export interface ProvidedContext {
    /** The URL of the run's shared Redis. */
    redisUrl: string;
    /** What every key prefix of this run starts with. */
    redisRunPrefix: string;
    /** A folder for everything that processes of this run keep outside of Redis; gone when the run is. */
    stateRoot: string;
  }
}

/** Called by vitest before the first test file; what it returns runs after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Programs that tests start read no env file of the person who runs them.
  process.env["SUREFILL_ENV_FILE"] = "none";
  const redis = await provideRedis();
  const runPrefix = `surefill-test-${randomUUID().slice(0, 8)}`;
  project.provide("redisUrl", redis.url);
  project.provide("redisRunPrefix", runPrefix);
  const stateRoot = await mkdtemp(join(tmpdir(), "surefill-test-state-"));
  project.provide("stateRoot", stateRoot);
  return async () => {
    try {
      await requireNoKeysLeft(redis.url, runPrefix);
    } finally {
      await redis.stop();
      await rm(stateRoot, { recursive: true });
    }
  };
}

async function requireNoKeysLeft(url: string, runPrefix: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, commandTimeout: 10_000, retryStrategy: () => null });
  client.on("error", () => undefined); // connect() reports it.
  await client.connect();
  try {
    const left: string[] = [];
    for await (const keys of client.scanStream({ match: `${runPrefix}*`, count: 1_000 })) left.push(...keys);
    if (left.length > 0) {
      throw new Error(`${left.length} key(s) were left in Redis by the tests, such as ${left.slice(0, 3).join(", ")}`);
    }
  } finally {
    client.disconnect();
  }
}
