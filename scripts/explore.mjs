/**
 * `npm run explore -- --seeds N [--seed S] [--pairs]`: runs the real processors on a world in memory with faults made
 * by chance, and judges each run by the provider's own books. A failing seed is printed with its steps in words and
 * can be replayed. `npm run explore -- --help` lists the options.
 */
import { progress } from "./run-command.mjs";
import { setUp } from "./setup.mjs";

try {
  await setUp();
  const { runExplore } = await import("@surefill/proof");
  process.exitCode = await runExplore(process.argv.slice(2), { line: console.log, progress });
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
