/**
 * `npm run model`: explores the protocol completely, as a model of two workers, a ledger, a network and a provider,
 * and shows for each safeguard what would happen without it. `npm run model -- --help` lists the options.
 */
import { progress } from "./run-command.mjs";
import { setUp } from "./setup.mjs";

try {
  await setUp();
  const { runModel } = await import("@surefill/proof");
  process.exitCode = runModel(process.argv.slice(2), { line: console.log, progress });
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
