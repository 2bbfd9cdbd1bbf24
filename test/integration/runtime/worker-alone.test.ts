/** A worker process that is started by itself, as in a container or by systemd, without the scripts of this repository. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestRedis, type TestRedis } from "../../support/redis-server.js";
import { newStateDir } from "../../support/state-dir.js";
import { runSurefill } from "../../support/surefill.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const main = join(root, "apps/worker/dist/main.js");

let redis: TestRedis;
let settings: Record<string, string>;
beforeEach(async () => {
  redis = await openTestRedis();
  settings = {
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    RELOADLY_ENVIRONMENT: "local",
    RELOADLY_URL: "http://127.0.0.1:9",
    RELOADLY_CLIENT_ID: "first-client",
    RELOADLY_CLIENT_SECRET: "first-secret",
    WORKER_PORT: "0",
    STATE_DIR: newStateDir(),
  };
});
afterEach(() => redis.close());

/** Starts a worker; once it is ready, `whenReady` sees its address, and it is stopped. Answers how it ended. */
async function worker(
  { cwd = root, env = {} }: { cwd?: string; env?: Record<string, string> },
  whenReady: (address: string) => Promise<void> = async () => undefined,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [main], {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let seen: Promise<void> = Promise.resolve();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      output += `${line}\n`;
      const [, address] = /"address":"([^"]+)".*worker is ready/.exec(line) ?? [];
      if (address !== undefined) seen = whenReady(address).finally(() => child.kill("SIGTERM"));
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  await seen;
  return { code, output };
}

const textOf = (values: Record<string, string>, end: string) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}${end}`)
    .join("");

describe("a worker alone reads its settings from .env in its working directory", () => {
  test.each([
    ["as editors write it", (text: string) => Buffer.from(text), "\n"],
    ["with a byte order mark and CR LF, as on Windows", (text: string) => Buffer.from(`\uFEFF${text}`), "\r\n"],
    ["in UTF-16, as old Notepad writes it", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le"), "\r\n"],
  ])("%s", async (_what, encode, end) => {
    expect(await runSurefill(settings, "init")).toMatchObject({ code: 0 });
    const cwd = newStateDir();
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, ".env"), encode(textOf(settings, end)));
    const { code, output } = await worker({ cwd });
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining("worker is ready") });
  });
});

test("the commit of the checkout is in surefill_build_info where BUILD_COMMIT is not set", async () => {
  expect(await runSurefill(settings, "init")).toMatchObject({ code: 0 });
  let metrics = "";
  const env = { ...settings, SUREFILL_ENV_FILE: "none" };
  const { code, output } = await worker({ env }, async (address) => {
    metrics = await (await fetch(`${address}/metrics`)).text();
  });
  expect(code, output).toBe(0);
  expect(/^surefill_build_info\{.*commit="([^"]+)"/m.exec(metrics)?.[1]).toBe(commitOfCheckout());
});

/** An unpacked archive of the sources is no checkout. */
function commitOfCheckout(): string {
  try {
    const words = ["-C", root, "rev-parse", "HEAD"];
    return execFileSync("git", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).slice(0, 12);
  } catch {
    return "unknown";
  }
}

describe("a second worker on the same Redis and prefix ends with 78 and says why, while the first works on, with", () => {
  test.each([
    ["another account", { RELOADLY_CLIENT_ID: "second-client", RELOADLY_CLIENT_SECRET: "second-secret" }],
    ["another local Reloadly", { RELOADLY_URL: "http://127.0.0.1:10" }],
    ["another environment", { RELOADLY_ENVIRONMENT: "sandbox", RELOADLY_URL: "" }],
  ])("%s", async (_what, other) => {
    expect(await runSurefill(settings, "init")).toMatchObject({ code: 0 });
    const env = { ...settings, SUREFILL_ENV_FILE: "none" };
    let second: { code: number | null; output: string } | undefined;
    let health = 0;
    const first = await worker({ env }, async (address) => {
      second = await worker({ env: { ...env, ...other, STATE_DIR: newStateDir() } });
      health = (await fetch(`${address}/healthz`)).status;
    });
    expect(second).toMatchObject({ code: 78, output: expect.stringMatching(/belongs to .*account.*surefill rebind/s) });
    expect(second?.output).not.toContain("worker is ready");
    expect(second?.output).not.toContain("secret");
    expect({ code: first.code, health }).toEqual({ code: 0, health: 200 });
  });
});
