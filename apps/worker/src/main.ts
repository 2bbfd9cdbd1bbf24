import { ConfigurationError, createLogger, handleSignals } from "@surefill/runtime";
import { startWorker, UnsafeRedisError } from "./app.js";
import { loadWorkerConfig } from "./config.js";

/** Exit code for a configuration or a Redis that a person must put right first (sysexits: EX_CONFIG). */
const EXIT_CONFIG = 78;

async function main(): Promise<void> {
  const config = loadWorkerConfig(process.env);
  const log = createLogger({ name: "worker", level: config.LOG_LEVEL, secrets: [config.RELOADLY_CLIENT_SECRET] });
  const worker = await startWorker(config, log);
  handleSignals({ process, log, stop: () => worker.close() });
}

main().catch((error: unknown) => {
  const isConfiguration = error instanceof ConfigurationError || error instanceof UnsafeRedisError;
  // The logger may not exist yet, and the person who starts a process reads this line first.
  console.error(error instanceof Error ? `${error.message}${causeOf(error)}` : "the worker cannot start");
  process.exit(isConfiguration ? EXIT_CONFIG : 1);
});

function causeOf(error: Error): string {
  return error.cause instanceof Error ? ` (${error.cause.message})` : "";
}
