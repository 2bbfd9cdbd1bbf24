/** `npm run chaos -- [--minutes 10] [--seed 1] [--redis-kills 100]`, or `-- --liveness`: proof/src/chaos, set up and compiled first. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { progress } from "./run-command.mjs";
import { projectRoot, setUp } from "./setup.mjs";

try {
  await setUp();
  const program = join(projectRoot, "proof", "dist", "chaos", "main.js");
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C reaches both; the program takes itself apart, and its exit code is ours.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
