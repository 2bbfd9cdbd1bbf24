/**
 * `npm run surefill -- COMMAND`: the surefill command, with settings from the environment or from `.env`. `npm run
 * surefill -- --help` lists what it can do.
 */
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { loadEnvFile } from "./env-file.mjs";
import { progress } from "./run-command.mjs";
import { projectRoot } from "./setup.mjs";

function main() {
  const command = join(projectRoot, "apps", "cli", "bin", "surefill.js");
  const child = spawn(process.execPath, [command, ...process.argv.slice(2)], {
    stdio: "inherit",
    // npm runs us in the project's folder; files are named from where the person stands, settings from the project's.
    cwd: process.env.INIT_CWD || process.cwd(),
    env: { ...process.env, STATE_DIR: resolve(projectRoot, process.env.STATE_DIR || "surefill-state") },
  });
  // Ctrl-C reaches the command itself; we wait for what it makes of it.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

try {
  await loadEnvFile();
  process.exitCode = await main();
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
