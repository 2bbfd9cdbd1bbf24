import { createCommand } from "./command.js";

const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());

await createCommand({
  env: process.env,
  print: (text) => process.stdout.write(`${text}\n`),
  output: process.stdout,
  tell: (text) => process.stderr.write(`${text}\n`),
  ...(process.stderr.isTTY && {
    rewrite: (line: string) => process.stderr.write(`\r\u001b[2K${line.slice(0, process.stderr.columns - 1)}`),
  }),
  exitWith: (code) => {
    process.exitCode = code;
  },
  signal: stopped.signal,
}).parseAsync(process.argv);
