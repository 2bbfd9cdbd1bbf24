/**
 * `npm test`: everything, on real parts, from a fresh clone. Sets up, lints, then runs vitest with whatever arguments
 * follow (`npm test -- test/unit`), and looks for what the tests left behind. Its last line is "N passed, N failed".
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOrInstallChromium } from "./find-chromium.mjs";
import { findOrInstallRedisServer } from "./find-redis.mjs";
import { progress, runCommand } from "./run-command.mjs";
import { projectRoot, setUp } from "./setup.mjs";

const LEFTOVER_GRACE_MS = 3_000;

async function main() {
  await setUp();
  const redis = await findOrInstallRedisServer();
  const chromium = await findOrInstallChromium();
  const lint = await runCommand(join(projectRoot, "node_modules", ".bin", "biome"), ["check", "."], {
    cwd: projectRoot,
    timeoutMs: 120_000,
  });
  if (lint.code !== 0) progress(`${lint.output}\nLint failed (npm run format repairs most of it).`);

  const workDir = await mkdtemp(join(tmpdir(), "surefill-test-"));
  const testTmpDir = await mkdtemp(join(workDir, "tmp-"));
  const runId = randomUUID();
  try {
    const reportPath = join(workDir, "report.json");
    const code = await runVitest({ reportPath, testTmpDir, runId, redis, chromium });
    const leaks = [...(await leftoverProcesses(runId)), ...(await leftoverFiles(testTmpDir))];
    for (const leak of leaks) progress(`Left behind by the tests: ${leak}`);
    const { passed, failed } = await countResults(reportPath);
    // What is wrong beside the tests counts too, so that the last line never says "0 failed" of a run that failed.
    const beside = leaks.length + (lint.code === 0 ? 0 : 1);
    const vitestAlone = code !== 0 && failed === 0 ? 1 : 0; // Such as a key left in Redis, or no test found.
    const failures = failed + beside + vitestAlone;
    console.log(`${passed} passed, ${failures} failed`);
    return failures === 0 ? 0 : 1;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Vitest's exit code. A signal is passed on to it and does not end us: we clean up after it. */
function runVitest({ reportPath, testTmpDir, runId, redis, chromium }) {
  const vitest = join(projectRoot, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportPath}`];
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...process.argv.slice(2)], {
    cwd: projectRoot,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      TMPDIR: testTmpDir, // Whatever is left in it afterwards was left by a test.
      SUREFILL_CHROMIUM: chromium,
      SUREFILL_TEST_RUN: runId, // Inherited by every process that a test starts: how we know them again.
      ...(redis.kind === "program" ? { SUREFILL_REDIS_SERVER: redis.path } : {}),
    },
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Processes that still run with this run's id in their environment. Where there is no /proc, nothing is found. */
async function leftoverProcesses(runId) {
  const giveUpAtMs = Date.now() + LEFTOVER_GRACE_MS;
  for (;;) {
    const found = await processesOfRun(runId);
    if (found.length === 0 || Date.now() > giveUpAtMs) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function processesOfRun(runId) {
  const found = [];
  for (const pid of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (!environment.includes(`SUREFILL_TEST_RUN=${runId}`)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    found.push(`process ${pid} ${command.replaceAll("\0", " ").slice(0, 200)}`);
  }
  return found;
}

async function leftoverFiles(dir) {
  return (await readdir(dir)).map((name) => `file or folder ${name}`);
}

async function countResults(reportPath) {
  const report = JSON.parse(await readFile(reportPath, "utf8").catch(() => "{}"));
  // A test file that cannot even be loaded holds no tests, but it is a failure.
  const unloadable = (report.testResults ?? []).filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  return { passed: report.numPassedTests ?? 0, failed: (report.numFailedTests ?? 0) + unloadable.length };
}

try {
  process.exitCode = await main();
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
