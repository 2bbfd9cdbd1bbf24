import type { Logger } from "./logger.js";

/** The part of `process` that is used here. */
export interface SignalSource {
  on(event: string, listener: (detail: unknown) => void): unknown;
  off(event: string, listener: (detail: unknown) => void): unknown;
  exit(code: number): void;
}

/** Why the process stops. */
export type StopReason = "SIGTERM" | "SIGINT";

const SIGNAL_NUMBER = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Makes the process stop in good order: the first SIGTERM or SIGINT calls `stop` once and exits with 0, or with 1 when
 * `stop` rejects or resolves false; a second signal exits at once with 128 + its number. An error that nobody caught is
 * logged and ends the process with 1 without calling `stop`: its state is unknown then, and everything that matters
 * is stored already.
 * @returns a function that takes the handlers off again.
 */
export function handleSignals(options: {
  process: SignalSource;
  log: Logger;
  stop: (reason: StopReason) => Promise<boolean>;
}): () => void {
  const { process, log, stop } = options;
  let stopping = false;

  async function stopOnce(reason: StopReason): Promise<void> {
    if (stopping) {
      log.warn({ signal: reason }, "second signal: exiting at once");
      process.exit(128 + SIGNAL_NUMBER[reason]);
      return;
    }
    stopping = true;
    log.info({ signal: reason }, "stopping");
    try {
      const clean = await stop(reason);
      log.info({ clean }, "stopped");
      process.exit(clean ? 0 : 1);
    } catch (err) {
      log.error({ err }, "stopping failed");
      process.exit(1);
    }
  }

  const die = (what: string) => (err: unknown) => {
    log.fatal({ err, what }, "an error that nobody caught ends the process");
    process.exit(1);
  };
  const handlers: ReadonlyArray<readonly [string, (detail: unknown) => void]> = [
    ["SIGTERM", () => void stopOnce("SIGTERM")],
    ["SIGINT", () => void stopOnce("SIGINT")],
    ["uncaughtException", die("uncaught exception")],
    ["unhandledRejection", die("unhandled rejection")],
  ];
  for (const [event, handler] of handlers) process.on(event, handler);
  return () => {
    for (const [event, handler] of handlers) process.off(event, handler);
  };
}
