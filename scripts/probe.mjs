/**
 * `npm run probe`: asks Reloadly's sandbox, with the credentials from the environment or from `.env`, whether what
 * docs/assumptions.md relies on holds. `npm run probe -- --help` lists the options.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { loadEnvFile } from "./env-file.mjs";
import { progress } from "./run-command.mjs";
import { projectRoot, setUp } from "./setup.mjs";

try {
  await loadEnvFile();
  await setUp();
  const program = join(projectRoot, "proof", "dist", "probe", "main.js");
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C reaches both; the program ends by itself, and its exit code is ours.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
