/** Starts processes that are measured or mistreated, with nothing of ours between them and their log file. */
import { spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const READY_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 30_000;
const READY_CHECK_MS = 20;

/**
 * Starts a Node program and waits for the JSON line by which it says that it is ready (`url`, `address` or `ready`).
 * It writes its log straight into `logPath`: reading it here would cost CPU time of the machine that is measured.
 * @param {{ name: string, script: string, args?: string[], nodeArgs?: string[], env?: NodeJS.ProcessEnv,
 *   logPath: string }} options
 */
export async function startBackgroundProcess({ name, script, args = [], nodeArgs = [], env = {}, logPath }) {
  const log = await open(logPath, "w");
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
    // Settings are those that we give it, and no env file's.
    env: { ...process.env, SUREFILL_ENV_FILE: "none", ...env },
    stdio: ["ignore", log.fd, log.fd],
    detached: true, // Ctrl-C is for us; we stop it in order.
  });
  const exited = new Promise((resolve) => {
    child.once("close", (code) => resolve(code));
    child.once("error", () => resolve(null));
  });
  await log.close();

  async function stop() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE_MS);
    await exited;
    clearTimeout(late);
  }

  const giveUpAtMs = Date.now() + READY_DEADLINE_MS;
  for (;;) {
    const text = await readFile(logPath, "utf8");
    const ready = text.split("\n").map(readyLine).find(Boolean);
    if (ready !== undefined) return { name, pid: child.pid, url: ready.url ?? ready.address, exited, stop };
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded || Date.now() > giveUpAtMs) {
      await stop();
      throw new Error(`${name} did not become ready. Its log:\n${text.slice(-2_000)}`);
    }
    await sleep(READY_CHECK_MS);
  }
}

function readyLine(line) {
  if (!line.startsWith("{")) return undefined;
  try {
    const fields = JSON.parse(line);
    return "url" in fields || "address" in fields || "ready" in fields ? fields : undefined;
  } catch {
    return undefined; // Half a line: the rest comes with the next look.
  }
}
