import { access, link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppendLog, logFilesIn, StateDirectoryError } from "./append-log.js";
import type { Clock, Ids } from "./clock.js";
import { lastLogLines } from "./read-log.js";

/** Where a process writes what must outlive it, and what the processes before it wrote last. */
export type StateLog = {
  log: AppendLog;
  /** The last lines of every file that was there, in no order of the files. */
  lastLines: readonly string[];
  /** Reads them again, of every file that is there now. */
  readLastLines: () => Promise<string[]>;
  /** Names the folder, to every process that has it. */
  folderId: string;
};

/** Beside the logs of a folder. */
const FOLDER_ID_FILE = "folder-id";

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
  const readLastLines = () => lastLinesIn(directory);
  const lastLines = await readLastLines();
  const log = await AppendLog.open({
    directory,
    name: `${parts.process}-${parts.ids.uuidv7()}`,
    clock: parts.clock,
    expireAfterMs: settings.JOURNAL_DAYS * DAY_MS,
  });
  return { log, lastLines, readLastLines, folderId: await folderIdOf(directory, parts.ids) };
}

/** The first process that has the folder names it. */
async function folderIdOf(directory: string, ids: Ids): Promise<string> {
  const path = join(directory, FOLDER_ID_FILE);
  try {
    if (!(await isThere(path))) await makeFolderId(path, ids.uuidv7());
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new StateDirectoryError(directory, error);
  }
}

/** Whole or not at all, and the same for two processes that start together: a link is made by one of them. */
async function makeFolderId(path: string, id: string): Promise<void> {
  const draft = `${path}.${id}`;
  await writeFile(draft, id, { mode: 0o600, flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if (!(await isThere(path))) throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function lastLinesIn(directory: string): Promise<string[]> {
  try {
    const files = await logFilesIn(directory);
    return (await Promise.all(files.map(lastLogLines))).flat();
  } catch (error) {
    throw new StateDirectoryError(directory, error);
  }
}
