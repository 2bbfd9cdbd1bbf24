/**
 * Stands between a script and the Redis it started. The script holds the other end of this process's stdin: when the
 * script ends, in whatever way (also by SIGKILL), that pipe closes, and the keeper ends Redis and removes its folder.
 *
 * Its one argument is JSON: {command, args, stopSignal, removeDir}. On stdin: "start" starts the server (again). On stdout, one
 * JSON a line: {"pid": …} and {"exited": …}.
 */
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";

const STOP_MS = 5_000;
const { command, args, stopSignal, removeDir } = JSON.parse(process.argv[2]);
let server;
let output = "";

// A terminal's Ctrl-C is for the script: it may still need Redis to stop in good order.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
// The script may be gone when its answer is written.
process.stdout.on("error", () => undefined);

const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

function start() {
  output = "";
  server = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const keep = (chunk) => {
    output = (output + chunk).slice(-4_000);
  };
  server.stdout.on("data", keep);
  server.stderr.on("data", keep);
  server.on("error", (error) => answer({ exited: error.message }));
  server.on("close", (code, signal) => {
    server = undefined;
    answer({ exited: `${signal ?? `code ${code}`} ${output}`.trim() });
  });
  if (server.pid !== undefined) answer({ pid: server.pid });
}

async function end() {
  const last = server;
  if (last !== undefined) {
    const gone = new Promise((resolve) => last.once("close", resolve));
    last.kill(stopSignal);
    const late = setTimeout(() => last.kill("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(late);
  }
  await rm(removeDir, { recursive: true, force: true });
  process.exit(0);
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    if (line === "start" && server === undefined) start();
  })
  .on("close", end);
