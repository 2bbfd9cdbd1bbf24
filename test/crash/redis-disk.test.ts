/** A disk that refuses writes under a real Redis: what the chaos runs take it to do, and what it keeps. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canRefuseWrites, startRedisUnderTest } from "@surefill/proof";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";

test("a Redis whose disk refuses a write acknowledges none of it, exits, and comes back with all that it acknowledged", async () => {
  const isLinux = await canRefuseWrites();
  expect(isLinux).toBe(process.platform === "linux");
  if (!isLinux) return;
  const dir = await mkdtemp(join(tmpdir(), "redis-disk-"));
  const redis = await startRedisUnderTest(dir);
  onTestFinished(async () => {
    await redis.close();
    await rm(dir, { recursive: true });
  });
  const client = new Redis(redis.url, { maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false });
  client.on("error", () => undefined);
  onTestFinished(() => client.disconnect());

  const acknowledged: number[] = [];
  let isRefused = false;
  const writing = (async () => {
    for (let count = 1; !isRefused; count += 1) {
      await client.set(`key-${count}`, count).then(
        () => acknowledged.push(count),
        () => {
          isRefused = true;
        },
      );
    }
  })();
  await expect.poll(() => acknowledged.length).toBeGreaterThan(100);
  await redis.refuseWrites(0);
  await writing;

  await expect.poll(() => client.ping().catch(() => "away")).toBe("PONG");
  const kept = await client.mget(acknowledged.map((count) => `key-${count}`));
  expect(kept).toEqual(acknowledged.map(String));
});
