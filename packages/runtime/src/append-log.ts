/** Lines that must be on the disk before something is done, and that are there after whatever happens next. */
import { type FileHandle, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "./clock.js";

/** What `name` the log's files begin with; a file is `<name>.<number>.jsonl`, numbered from 1. */
export type AppendLogOptions = {
  /** Made, with the folders above it, when it is not there. Others who write into it use other names. */
  directory: string;
  /** Nobody else's, now or before: a file is never written on by a second process. */
  name: string;
  clock: Pick<Clock, "nowMs">;
  /** A file that has grown beyond this is followed by a new one. */
  fileBytesMax?: number;
  /** A file older than this is followed by a new one, so that it can expire. */
  fileAgeMsMax?: number;
  /** Files of the folder, whoever wrote them, are removed when their last line is older than this. */
  expireAfterMs?: number;
};

const DEFAULTS = { fileBytesMax: 64 * 1_024 * 1_024, fileAgeMsMax: 86_400_000, expireAfterMs: 35 * 86_400_000 };

/** Files hold phone numbers: only the user that the process runs as may read them. */
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

type OpenFile = { handle: FileHandle; path: string; inode: string; bytes: number; openedAtMs: number };
type Waiting = { line: string; resolve: () => void; reject: (error: unknown) => void };

/** The folder cannot be written to, so nothing can be promised. The message says which and why. */
export class StateDirectoryError extends Error {
  readonly code = "STATE_DIRECTORY_UNUSABLE";

  constructor(directory: string, cause: unknown) {
    super(`STATE_DIR: files cannot be written to ${directory}; make it a folder of its own that outlives the process`, {
      cause,
    });
    this.name = "StateDirectoryError";
  }
}

/** The file under its path is not the one that is being written: what is written there can never be read again. */
export class LogFileReplacedError extends Error {
  readonly code = "LOG_FILE_REPLACED";

  constructor(path: string) {
    super(`STATE_DIR: ${path} was removed or replaced while this process was writing to it`);
    this.name = "LogFileReplacedError";
  }
}

/**
 * An append-only log of lines in files of one process. `append` resolves when its line is on the disk. Lines that wait
 * while the disk is busy go there together, so that many callers cost one flush. After a failed write the file is
 * left as it is, since nobody knows what of it will be read again, and the next line begins a new one.
 */
export class AppendLog {
  readonly #options: Required<AppendLogOptions>;
  #file: OpenFile | undefined;
  #filesOpened = 0;
  #waiting: Waiting[] = [];
  #isFlushing = false;
  #flushed: Promise<void> = Promise.resolve();
  #expired: Promise<unknown> = Promise.resolve();
  #isHealthy = true;

  private constructor(options: Required<AppendLogOptions>) {
    this.#options = options;
  }

  /** Opens a log and its first file. Throws a `StateDirectoryError` when that cannot be done. */
  static async open(options: AppendLogOptions): Promise<AppendLog> {
    const log = new AppendLog({ ...DEFAULTS, ...options });
    try {
      await log.#currentFile();
      return log;
    } catch (error) {
      throw new StateDirectoryError(options.directory, error);
    }
  }

  /** False from a failed write until one has succeeded. */
  get isHealthy(): boolean {
    return this.#isHealthy;
  }

  /** Resolves when `line`, which holds no line break, is on the disk; rejects when that is not certain. */
  append(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      if (!this.#isFlushing) this.#flushed = this.#flush();
    });
  }

  /**
   * Finds out, with nothing to write, whether the file is still the one that its path names: a folder that was removed
   * or replaced takes lines that no rebuild will read. `isHealthy` is false after that.
   */
  async check(): Promise<void> {
    const file = this.#file;
    if (file === undefined || this.#isFlushing) return;
    await requireSameFile(file).catch(() => {
      if (this.#file === file) this.#isHealthy = false;
    });
  }

  /** Waits for lines that are on their way, and closes the file. */
  async close(): Promise<void> {
    await this.#flushed;
    await this.#expired;
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
    if (file?.bytes === 0) await rm(file.path, { force: true });
  }

  /** Ends in the same tick in which it finds nothing waiting, so that no line can slip in between. */
  async #flush(): Promise<void> {
    this.#isFlushing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.#write(batch.map(({ line }) => `${line}\n`).join(""));
        this.#isHealthy = true;
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#isHealthy = false;
        await this.#leaveFile();
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isFlushing = false;
  }

  async #write(text: string): Promise<void> {
    const file = await this.#currentFile();
    await file.handle.appendFile(text);
    await file.handle.datasync();
    await requireSameFile(file);
    // Not before a line of this file is on the disk: until then an old file may be all that anybody knows.
    if (file.bytes === 0) this.#expire();
    file.bytes += Buffer.byteLength(text);
  }

  #expire(): void {
    const { directory, clock, expireAfterMs } = this.#options;
    this.#expired = expireLogFiles(directory, clock.nowMs() - expireAfterMs).catch(() => undefined);
  }

  async #currentFile(): Promise<OpenFile> {
    const { directory, name, clock, fileBytesMax, fileAgeMsMax } = this.#options;
    const nowMs = clock.nowMs();
    const isFull = (file: { bytes: number; openedAtMs: number }) =>
      file.bytes > 0 && (file.bytes >= fileBytesMax || nowMs - file.openedAtMs >= fileAgeMsMax);
    if (this.#file !== undefined && !isFull(this.#file)) return this.#file;
    await this.#leaveFile();
    this.#filesOpened += 1;
    const path = join(directory, `${name}.${this.#filesOpened}.jsonl`);
    await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE }); // It may have been removed since the last file.
    const handle = await open(path, "ax", FILE_MODE);
    this.#file = { handle, path, inode: inodeOf(await handle.stat({ bigint: true })), bytes: 0, openedAtMs: nowMs };
    await syncDirectory(directory); // Else the file itself could be gone after a power cut.
    return this.#file;
  }

  async #leaveFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close().catch(() => undefined); // It is given up in any case.
  }
}

/** Device and inode, which no other file has while this one is open. */
function inodeOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`;
}

async function requireSameFile({ path, inode }: OpenFile): Promise<void> {
  const found = await stat(path, { bigint: true }).then(inodeOf, () => undefined);
  if (found !== inode) throw new LogFileReplacedError(path);
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The log files of a folder, oldest first by when they were last written; none when there is no such folder. */
export async function logFilesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const paths = entries.filter((entry) => entry.endsWith(".jsonl")).map((entry) => join(directory, entry));
  const dated = await Promise.all(paths.map(async (path) => ({ path, atMs: await writtenAtMs(path) })));
  return dated
    .flatMap(({ path, atMs }) => (atMs === undefined ? [] : [{ path, atMs }]))
    .toSorted((left, right) => left.atMs - right.atMs)
    .map(({ path }) => path);
}

/** `undefined`: another process has removed it meanwhile. */
async function writtenAtMs(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

/**
 * Removes log files that were last written before `beforeMs`; answers how many. The newest file stays, however old:
 * it is what is known of the state before a long silence.
 */
export async function expireLogFiles(directory: string, beforeMs: number): Promise<number> {
  const paths = (await logFilesIn(directory)).slice(0, -1);
  let removed = 0;
  for (const path of paths) {
    const atMs = await writtenAtMs(path);
    if (atMs === undefined || atMs >= beforeMs) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
