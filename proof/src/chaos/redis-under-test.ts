/** The Redis of a run: killed, stalled, and refused by its disk. Its files stay, as on a server. */
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findOrInstallRedisServer } from "../../../scripts/find-redis.mjs";
import { type PrivateRedis, startRedis } from "../../../scripts/redis.mjs";
import { runCommand } from "../../../scripts/run-command.mjs";

/** A write comes several times a second while there is load; without any the disk is not asked. */
const REFUSAL_DEADLINE_MS = 20_000;

export type RedisUnderTest = {
  port: number;
  url: string;
  /** SIGKILL now, and again with the same files after `downMs`. */
  kill: (downMs: number) => Promise<void>;
  /** SIGSTOP for so long. */
  stall: (forMs: number) => Promise<void>;
  /** Lets the next write to its file fail, waits until it has exited over that, and starts it again after `downMs`. */
  refuseWrites: (downMs: number) => Promise<void>;
  close: () => Promise<void>;
};

/** Whether `refuseWrites` works here: it takes prlimit (Linux) and a server program, not a container. */
export async function canRefuseWrites(): Promise<boolean> {
  const { code } = await runCommand("prlimit", ["--version"], { timeoutMs: 5_000 });
  return code === 0;
}

/** Starts a Redis that writes to disk before it answers. `dir` takes a script of ours. */
export async function startRedisUnderTest(dir: string): Promise<RedisUnderTest> {
  const server = await findOrInstallRedisServer();
  if (server.kind !== "program") throw new Error("A chaos run kills its Redis: install redis-server 7 or newer.");
  // Small, so that kills also come while it rewrites its file.
  const settings = { "auto-aof-rewrite-min-size": "4mb" };
  const path = await writeLauncher(dir, server.path);
  const redis = await startRedis({ server: { kind: "program", path }, settings });

  return {
    port: redis.port,
    url: redis.url,
    async kill(downMs) {
      await redis.kill();
      await sleep(downMs);
      await redis.start();
    },
    async stall(forMs) {
      const pid = pidOf(redis);
      process.kill(pid, "SIGSTOP");
      await sleep(forMs);
      process.kill(pid, "SIGCONT");
    },
    async refuseWrites(downMs) {
      await lowerFileSizeLimit(pidOf(redis));
      const late = AbortSignal.timeout(REFUSAL_DEADLINE_MS);
      await Promise.race([redis.exited(), rejectionOf(late, "Redis went on although its disk refuses every write")]);
      await sleep(downMs);
      await redis.start();
    },
    close: () => redis.stop(),
  };
}

/**
 * Without the signal that comes with it, a write beyond the limit on the size of files fails like one to a full disk.
 * A shell is needed because node starts every program with its signals as they are by default.
 */
async function writeLauncher(dir: string, server: string): Promise<string> {
  const path = join(dir, "redis-server");
  await writeFile(path, `#!/bin/sh\ntrap '' XFSZ\nexec '${server}' "$@"\n`);
  await chmod(path, 0o700);
  return path;
}

async function lowerFileSizeLimit(pid: number): Promise<void> {
  const { code, output } = await runCommand("prlimit", ["--pid", String(pid), "--fsize=1:"], { timeoutMs: 5_000 });
  if (code !== 0) throw new Error(`prlimit: ${output}`);
}

function pidOf(redis: PrivateRedis): number {
  if (redis.pid === undefined) throw new Error("Redis has not started");
  return redis.pid;
}

function rejectionOf(signal: AbortSignal, message: string): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error(message)), { once: true });
  });
}
