import {
  createLogger,
  explainFailedStart,
  handleSignals,
  unknownSettings,
  withCheckoutCommit,
  withEnvFile,
} from "@surefill/runtime";
import { startWorker } from "./app.js";
import { loadWorkerConfig } from "./config.js";

async function main(): Promise<void> {
  const env = withCheckoutCommit(withEnvFile(process.env), import.meta.url);
  const config = loadWorkerConfig(env);
  const log = createLogger({ name: "worker", level: config.LOG_LEVEL, secrets: [config.RELOADLY_CLIENT_SECRET] });
  const unknown = unknownSettings(env);
  if (unknown.length > 0) log.warn({ settings: unknown }, "settings that no program reads");
  const worker = await startWorker(config, log);
  handleSignals({ process, log, stop: () => worker.close() });
  // Whoever waits for this line may send a signal at once.
  log.info({ address: worker.url, environment: config.RELOADLY_ENVIRONMENT }, "worker is ready");
}

main().catch((error: unknown) => {
  const { message, exitCode } = explainFailedStart(error);
  console.error(message);
  process.exit(exitCode);
});
