import { join } from "node:path";
import { AppendLog, logFilesIn, StateDirectoryError } from "./append-log.js";
import type { Clock, Ids } from "./clock.js";
import { lastLogLines } from "./read-log.js";

/** Where a process writes what must outlive it, and what the processes before it wrote last. */
export type StateLog = {
  log: AppendLog;
  /** The last lines of every file that was there, in no order of the files. */
  lastLines: readonly string[];
};

const DAY_MS = 86_400_000;

/** The folder of one installation's files: those of another prefix are about another ledger. */
export function stateDirectory(settings: { STATE_DIR: string; REDIS_PREFIX: string }): string {
  return join(settings.STATE_DIR, settings.REDIS_PREFIX);
}

/**
 * Opens the log of one process in the folder that it shares with others of its machine, and reads how theirs ended.
 * Throws a `StateDirectoryError` when the folder cannot be used.
 */
export async function openStateLog(
  settings: { STATE_DIR: string; REDIS_PREFIX: string; JOURNAL_DAYS: number },
  parts: { process: string; clock: Pick<Clock, "nowMs">; ids: Ids },
): Promise<StateLog> {
  const directory = stateDirectory(settings);
  const lastLines = await lastLinesIn(directory);
  const log = await AppendLog.open({
    directory,
    name: `${parts.process}-${parts.ids.uuidv7()}`,
    clock: parts.clock,
    expireAfterMs: settings.JOURNAL_DAYS * DAY_MS,
  });
  return { log, lastLines };
}

async function lastLinesIn(directory: string): Promise<string[]> {
  try {
    const files = await logFilesIn(directory);
    return (await Promise.all(files.map(lastLogLines))).flat();
  } catch (error) {
    throw new StateDirectoryError(directory, error);
  }
}
