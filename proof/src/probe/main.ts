import { runProbe } from "./command.js";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

try {
  process.exitCode = await runProbe(process.argv.slice(2), {
    env: process.env,
    line: (text) => process.stdout.write(`${text}\n`),
    tell: (text) => process.stderr.write(`${text}\n`),
    signal: stop.signal,
  });
} catch (error) {
  process.stderr.write(
    `${stop.signal.aborted ? "Stopped." : error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
