import { userInfo } from "node:os";
import { CommanderError } from "commander";
import { secretReader } from "./access/read-secret.js";
import { hasColour } from "./colour.js";
import { createCommand } from "./command.js";
import type { Surroundings } from "./surroundings.js";

/** For a command line that cannot be read; 1 is what a command found. */
const EXIT_USAGE = 2;

const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());

// Whoever reads may have seen enough, as `head` has.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const surroundings: Surroundings = {
  env: process.env,
  print: (text) => process.stdout.write(`${text}\n`),
  output: process.stdout,
  tell: (text) => process.stderr.write(`${text}\n`),
  colour: { print: hasColour(process.stdout, process.env), tell: hasColour(process.stderr, process.env) },
  ...(process.stderr.isTTY &&
    process.env["TERM"] !== "dumb" && {
      rewrite: (line: string) => process.stderr.write(`\r\u001b[2K${line.slice(0, process.stderr.columns - 1)}`),
    }),
  readSecret: secretReader({ input: process.stdin, output: process.stderr }),
  exitWith: (code) => {
    process.exitCode = code;
  },
  user: userName(),
  signal: stopped.signal,
};

/** In a container there may be a number only. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

try {
  await createCommand(surroundings).parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // It has said what is wrong, or shown the help that was asked for.
  process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
}
