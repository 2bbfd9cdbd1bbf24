/** `npm start` and `npm run new-key`, as somebody uses them who has just filled in `.env`. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { DURABLE_REDIS_COMMAND } from "../../scripts/redis-settings.mjs";
import { openTestRedis, startPrivateRedis, type TestRedis } from "../support/redis-server.js";
import { newStateDir } from "../support/state-dir.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

let redis: TestRedis | undefined;
afterEach(async () => {
  await redis?.close();
  redis = undefined;
});

/** Every required setting, against a local Reloadly that nobody asks anything. */
const settings = {
  API_KEYS: `billing:${"0".repeat(64)}`,
  RELOADLY_ENVIRONMENT: "local",
  RELOADLY_URL: "http://127.0.0.1:9",
  RELOADLY_CLIENT_ID: "sandbox-client",
  RELOADLY_CLIENT_SECRET: "sandbox-secret",
  PRODUCER_PORT: "0",
  WORKER_PORT: "0",
};

/** Runs a script to its end; `onLine` sees each line of its output and may act on the process. */
async function run(
  script: string,
  { args = [], env = {}, onLine = () => undefined }: RunOptions = {},
): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, [`${root}scripts/${script}.mjs`, ...args], {
    env: { ...process.env, ...settings, STATE_DIR: newStateDir(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      onLine(lines, child.pid ?? 0);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, lines };
}
type RunOptions = {
  args?: string[];
  env?: Record<string, string>;
  onLine?: (lines: readonly string[], pid: number) => void;
};

test("producer and worker run together, each line under its program's name, and one signal ends both in order", async () => {
  redis = await openTestRedis();
  const env = { REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix };
  let told = false;
  const { code, lines } = await run("start", {
    env,
    onLine(soFar, pid) {
      const addresses = soFar.flatMap((line) => /"address":"([^"]+)".* is ready/.exec(line)?.[1] ?? []);
      if (addresses.length < 2 || told) return;
      told = true;
      // Who answers has gone on from the line that says it is ready, and takes signals.
      const answers = Promise.all(addresses.map((address) => fetch(`${address}/healthz`)));
      answers.finally(() => process.kill(pid, "SIGTERM")).catch(() => undefined);
    },
  });
  expect(code).toBe(0);
  expect(lines.find((line) => line.includes("producer is ready"))).toMatch(/^producer \| \{/);
  expect(lines.find((line) => line.includes("worker is ready"))).toMatch(/^worker {3}\| \{/);
  expect(lines.filter((line) => line.includes('"clean":true'))).toHaveLength(2);
});

test("what is wrong with the settings is told by both programs before either is stopped", async () => {
  const env = { API_KEYS: "canary", RELOADLY_CLIENT_ID: "", REDIS_URL: "http://canary", SWEEP_LATE_MS: "30s" };
  const { code, lines } = await run("start", { env });
  expect(code).toBe(78);
  const complaints = (name: string) =>
    lines.flatMap((line) => new RegExp(`^${name} +\\| {3}([A-Z_]+):`).exec(line)?.[1] ?? []);
  expect(complaints("producer")).toEqual(["API_KEYS", "REDIS_URL", "RELOADLY_CLIENT_ID"]);
  expect(complaints("worker")).toEqual(["REDIS_URL", "RELOADLY_CLIENT_ID", "SWEEP_LATE_MS"]);
  expect(lines.join("\n")).not.toContain("canary");
});

test("a Redis that cannot be reached ends both with 1, and with the command that starts a good one", async () => {
  const gone = await startPrivateRedis();
  await gone.stop();
  const { code, lines } = await run("start", { env: { REDIS_URL: gone.url } });
  expect(code).toBe(1);
  expect(lines.join("\n")).toContain(`Cannot connect to Redis at 127.0.0.1:${gone.port}`);
  expect(lines.at(-1)).toBe(`  ${DURABLE_REDIS_COMMAND}`);
});

test("the README starts Redis with the command on which the boot checks agree", async () => {
  expect(await readFile(`${root}README.md`, "utf8")).toContain(`\n${DURABLE_REDIS_COMMAND}\n`);
});

test("new-key prints a key and the entry of API_KEYS that lets it in", async () => {
  const { code, lines } = await run("new-key", { args: ["billing"] });
  const [, key = ""] = /^Key.*?(sf_\S+)$/m.exec(lines.join("\n")) ?? [];
  const digest = createHash("sha256").update(key).digest("hex");
  expect(lines.join("\n")).toContain(`billing:${digest}`);
  expect(code).toBe(0);
});

test("new-key without a name says what is missing", async () => {
  const { code, lines } = await run("new-key");
  expect(code).toBe(64);
  expect(lines).toEqual([expect.stringContaining("npm run new-key -- NAME")]);
});
