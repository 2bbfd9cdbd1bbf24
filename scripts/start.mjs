/**
 * `npm start`: producer and worker against Reloadly, with settings from the environment or from `.env`. Reloadly's
 * sandbox unless RELOADLY_ENVIRONMENT=live asks for real money by name. Redis must be one that stays: REDIS_URL.
 */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { loadEnvFile } from "./env-file.mjs";
import { DURABLE_REDIS_COMMAND } from "./redis-settings.mjs";
import { progress } from "./run-command.mjs";
import { projectRoot, setUp } from "./setup.mjs";

const PROGRAMS = ["producer", "worker"];
const NAME_WIDTH = Math.max(...PROGRAMS.map((name) => name.length));
/** How a program ends that needs a person first (docs/operations.md). */
const EXIT_CONFIG = 78;
const LAST_WORDS_MS = 2_000;

async function main() {
  const hasEnvFile = await loadEnvFile();
  await setUp();
  const environment = process.env.RELOADLY_ENVIRONMENT || "sandbox";
  progress(environment === "live" ? "Reloadly LIVE: this moves real money." : `Reloadly environment: ${environment}.`);

  const programs = PROGRAMS.map(startProgram);
  const stopAll = () => {
    for (const program of programs) {
      // A second signal means "at once" to them: each is told once, however many ways lead here.
      if (program.isTold) continue;
      program.isTold = true;
      program.child.kill("SIGTERM");
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stopAll);
  for (const output of [process.stdout, process.stderr]) output.on("error", stopAll); // Nobody reads any more.

  // One without the other is of no use: when either ends, both do.
  const codes = await Promise.all(programs.map((program) => endOf(program, stopAll)));
  const code = Math.max(...codes);
  if (programs.some(({ missesRedis }) => missesRedis)) {
    progress(`REDIS_URL must lead to a Redis that keeps what it is given, such as\n  ${DURABLE_REDIS_COMMAND}`);
  }
  if (code === EXIT_CONFIG && !hasEnvFile) progress("Settings may stand in .env: cp .env.example .env");
  return code;
}

/** Its output goes on line by line, under its name. */
function startProgram(name) {
  const script = join(projectRoot, "apps", name, "dist", "main.js");
  // A group of its own: Ctrl-C reaches us, and we tell each once.
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "pipe"], detached: true });
  const program = { child, missesRedis: false, isTold: false };
  const passOn = (input, output) =>
    createInterface({ input }).on("line", (line) => {
      if (line.startsWith("Cannot connect to Redis")) program.missesRedis = true;
      output.write(`${name.padEnd(NAME_WIDTH)} | ${line}\n`);
    });
  passOn(child.stdout, process.stdout);
  passOn(child.stderr, process.stderr);
  return program;
}

/** Resolves with the program's exit code when it has ended, and sees to it that the others end too. */
function endOf({ child }, stopAll) {
  return new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", (code) => {
      // What is wrong with the settings, a person wants to hear from all at once.
      if (code === EXIT_CONFIG) setTimeout(stopAll, LAST_WORDS_MS).unref();
      else stopAll();
      resolve(code ?? 1);
    });
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
