/** Starts the project's own processes and is sure to stop them, and only them. */
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";

const READY_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 30_000;
const LINES_KEPT = 30;

/**
 * Starts a Node program and waits until it prints a JSON line with its `address` (our apps' log) or `url` (the local
 * Reloadly), as each does when it is ready.
 * That line is logged at `info`, so LOG_LEVEL is `info` here unless `env` asks for more.
 * Its output goes to `logPath`. It runs in a process group of its own, so that Ctrl-C in a terminal reaches only us,
 * and we stop it in order.
 * Rejects with its last lines when it ends instead.
 * @param {{ name: string, script: string, args?: string[], env: NodeJS.ProcessEnv, logPath?: string }} options
 * @returns {Promise<{ name: string, url: string, pid: number, exited: Promise<number | null>, stop: () => Promise<void> }>}
 */
export async function startProcess({ name, script, args = [], env, logPath }) {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...env, LOG_LEVEL: env.LOG_LEVEL === "debug" ? "debug" : "info" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const log = logPath === undefined ? undefined : createWriteStream(logPath, { flags: "a" });
  const lastLines = [];
  const exited = new Promise((resolve) => child.on("close", (code) => resolve(code)));
  exited.then(() => log?.end());

  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`was not ready within ${READY_DEADLINE_MS} ms`), READY_DEADLINE_MS);
    const fail = (why) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new Error(`${name} ${why}. Its last lines:\n${lastLines.join("\n")}`));
    };
    const take = (line) => {
      log?.write(`${line}\n`);
      lastLines.push(line);
      if (lastLines.length > LINES_KEPT) lastLines.shift();
      const ready = readyUrl(line);
      if (ready === undefined) return;
      clearTimeout(timer);
      resolve(ready);
    };
    createInterface({ input: child.stdout }).on("line", take);
    createInterface({ input: child.stderr }).on("line", take);
    child.on("error", (error) => fail(`could not be started (${error.message})`));
    exited.then((code) => fail(`ended with code ${code}`));
  });

  return {
    name,
    url,
    pid: child.pid,
    exited,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function readyUrl(line) {
  if (!line.startsWith("{")) return undefined;
  try {
    const { url, address = url } = JSON.parse(line);
    return typeof address === "string" ? address : undefined;
  } catch {
    return undefined;
  }
}
