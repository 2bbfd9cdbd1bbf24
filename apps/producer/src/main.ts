/** The `producer` command. The only file of this app that reads the environment. */
import { setFlagsFromString } from "node:v8";
import { hashPassword, PASSWORD_LENGTH_MIN, passwordHashText } from "@surefill/access";
import {
  createLogger,
  explainFailedStart,
  handleSignals,
  unknownSettings,
  withCheckoutCommit,
  withEnvFile,
} from "@surefill/runtime";
import { newApiKey } from "./access/api-keys.js";
import { startProducer } from "./app.js";
import { loadProducerConfig } from "./config.js";

/** Exit code for a command that was used wrongly (sysexits: EX_USAGE). */
const EXIT_USAGE = 64;

const USAGE = `Usage:
  node main.js                serves the API
  node main.js new-key NAME   prints a new API key, once, and the entry of API_KEYS that lets it in
  node main.js hash-password  reads a password from the standard input and prints BOARD_PASSWORD_HASH
`;

/**
 * By how many percent the heap grows before what is no longer used is collected. By default it may become several times
 * what is in use: while a million rows are checked, a third of the process was garbage. Much less than this would make
 * single top-ups wait for collections (docs/benchmarks.md).
 */
const HEAP_GROWING_PERCENT = 100;

async function serve(): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  const env = withCheckoutCommit(withEnvFile(process.env), import.meta.url);
  const config = loadProducerConfig(env);
  const secrets = [
    config.RELOADLY_CLIENT_SECRET,
    ...(config.BOARD_PASSWORD === undefined ? [] : [config.BOARD_PASSWORD]),
  ];
  const log = createLogger({ name: "producer", level: config.LOG_LEVEL, secrets });
  const unknown = unknownSettings(env);
  if (unknown.length > 0) log.warn({ settings: unknown }, "settings that no program reads");
  const producer = await startProducer(config, { log });
  handleSignals({ process, log, stop: () => producer.close() });
  // Told last: whoever waits for this line may stop the process at once, and in good order.
  log.info({ address: producer.url, environment: config.RELOADLY_ENVIRONMENT }, "producer is ready");
}

async function printPasswordHash(): Promise<void> {
  let password = "";
  for await (const chunk of process.stdin) password += String(chunk);
  password = password.replace(/\r?\n$/, "");
  if (password.length < PASSWORD_LENGTH_MIN) {
    return refuse(`The password must have at least ${PASSWORD_LENGTH_MIN} characters.`);
  }
  console.log(passwordHashText(await hashPassword(password)));
}

function refuse(message: string): void {
  console.error(message);
  process.exitCode = EXIT_USAGE;
}

async function run([command, name, ...rest]: readonly string[]): Promise<void> {
  if (command === undefined) return serve();
  if (command === "hash-password" && name === undefined) return printPasswordHash();
  if (command === "new-key" && name !== undefined && rest.length === 0) {
    const { key, entry } = newApiKey(name);
    console.log(`Key, shown only now:  ${key}\nEntry for API_KEYS:   ${entry}`);
    return;
  }
  if (command === "--help") return console.log(USAGE);
  refuse(USAGE);
}

run(process.argv.slice(2)).catch((error: unknown) => {
  const { message, exitCode } = explainFailedStart(error);
  console.error(message);
  process.exit(exitCode);
});
