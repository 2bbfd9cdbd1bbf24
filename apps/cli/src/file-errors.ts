import { readFile, stat } from "node:fs/promises";
import { isAbsolute } from "node:path";

/** A file or folder cannot be used as it was meant to be. The message says so in plain words, and names it. */
export class FileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "FileError";
  }
}

const MEANINGS: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "There is no such file or folder"],
  ["EACCES", "This user may not read or write"],
  ["EPERM", "This user may not read or write"],
  ["EISDIR", "A file is wanted, and this is a folder"],
  ["ENOTDIR", "A folder is wanted, and a file stands in its place"],
  ["ENAMETOOLONG", "The name is too long for a file"],
  ["ENOSPC", "The disk is full"],
  ["EROFS", "The disk takes no writes"],
  ["EMFILE", "This process has too many files open"],
]);

/** What the file system refused, in plain words; undefined for any other error. `path`: where the error names none. */
export function describeFileError(error: unknown, path?: string): string | undefined {
  if (error instanceof FileError) return error.message;
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  const named = "path" in error && typeof error.path === "string" ? error.path : path;
  const meaning = MEANINGS.get(error.code);
  return meaning === undefined || named === undefined ? error.message : `${meaning}: ${placeOf(named)}.`;
}

/** A path as it was given; where it depends on the folder that it is looked from, with that. */
function placeOf(path: string): string {
  return isAbsolute(path) ? path : `${path} (looked from ${process.cwd()})`;
}

/** The text of a file. @throws {FileError} when there is none. */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new FileError(describeFileError(cause, path) ?? String(cause), { cause });
  }
}

/** How many bytes a file has that is to be read. @throws {FileError} when it is none, or has nothing in it. */
export async function filledFileBytes(path: string): Promise<number> {
  if (path === "") throw new FileError("The name of the file is empty.");
  const found = await stat(path).catch((cause: unknown) => {
    throw new FileError(describeFileError(cause, path) ?? String(cause), { cause });
  });
  if (found.isDirectory()) throw new FileError(`A file is wanted, and this is a folder: ${placeOf(path)}.`);
  if (found.isFile() && found.size === 0) throw new FileError(`The file is empty: ${placeOf(path)}.`);
  return found.size;
}
