/**
 * `npm start`: producer and worker against Reloadly, with settings from the environment or from `.env`. Reloadly's
 * sandbox unless RELOADLY_ENVIRONMENT=live asks for real money by name. Redis must be one that stays: REDIS_URL.
 */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { progress } from "./run-command.mjs";
import { projectRoot, setUp } from "./setup.mjs";

const envFile = join(projectRoot, ".env");

async function main() {
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  if (!process.env.REDIS_URL) {
    throw new Error(
      "REDIS_URL is missing. The ledger needs a Redis that keeps what it is given, for example:\n" +
        "  redis-server --appendonly yes --appendfsync always --maxmemory-policy noeviction\n" +
        "  REDIS_URL=redis://127.0.0.1:6379 npm start",
    );
  }
  await setUp();
  const environment = process.env.RELOADLY_ENVIRONMENT || "sandbox";
  progress(environment === "live" ? "Reloadly LIVE: this moves real money." : `Reloadly environment: ${environment}.`);

  const children = ["producer", "worker"].map((name) => ({
    name,
    // A group of its own: Ctrl-C reaches us, and we tell each once.
    child: spawn(process.execPath, [join(projectRoot, "apps", name, "dist", "main.js")], {
      stdio: "inherit",
      detached: true,
    }),
  }));
  const stopAll = () => {
    for (const { child } of children) child.kill("SIGTERM");
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stopAll);

  // One without the other is of no use: when either ends, both do.
  const codes = await Promise.all(
    children.map(
      ({ child }) =>
        new Promise((resolve) => {
          child.on("error", () => resolve(1));
          child.on("close", (code) => {
            stopAll();
            resolve(code ?? 1);
          });
        }),
    ),
  );
  return Math.max(...codes);
}

try {
  process.exitCode = await main();
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
