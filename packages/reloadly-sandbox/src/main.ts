import { readCommandLine } from "./command.js";
import { startReloadlySandbox } from "./sandbox.js";

const { options, json } = readCommandLine(process.argv.slice(2));
const sandbox = await startReloadlySandbox(options).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void sandbox.close());

console.log(
  json
    ? JSON.stringify({ url: sandbox.url, pid: process.pid })
    : `Reloadly sandbox on ${sandbox.url}, its books at ${sandbox.url}/_sandbox/books`,
);
