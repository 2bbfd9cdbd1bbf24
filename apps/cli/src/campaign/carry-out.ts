import { ConfigurationError } from "@surefill/runtime/light";
import type { Surroundings } from "../surroundings.js";
import { type Api, ApiError } from "./api.js";
import { openApi } from "./open-api.js";

const EXIT_FAILED = 1;
const EXIT_NOT_DONE = 2;
/** What shells say of a program that Ctrl-C ended. */
const EXIT_STOPPED = 130;

type OutputFlags = { json?: true };

/** Runs a command that asks the API; `false` is its way to say no. */
export function carryOut(
  around: Surroundings,
  run: (api: Api) => Promise<boolean>,
  flags: OutputFlags = {},
): Promise<void> {
  return guard(around, () => run(openApi(around.env, around.signal)), flags);
}

/** Runs a command; `false` is its way to say no. What goes wrong is said in plain words, never as a stack. */
export async function guard(around: Surroundings, run: () => Promise<boolean>, flags: OutputFlags): Promise<void> {
  try {
    if (!(await run())) around.exitWith(EXIT_FAILED);
  } catch (error) {
    around.rewrite?.("");
    around.exitWith(tellFailure(around, error, flags));
  }
}

/** Says what went wrong; answers the exit code. What nobody has thought of is thrown. */
function tellFailure(around: Surroundings, error: unknown, { json }: OutputFlags): number {
  if (around.signal.aborted) {
    around.tell(error instanceof ApiError ? error.message : "Stopped.");
    return EXIT_STOPPED;
  }
  if (error instanceof ApiError) {
    around.tell(error.message, "bad");
    if (json && error.problem !== undefined) around.print(JSON.stringify(error.problem));
    return error.isRefusal ? EXIT_FAILED : EXIT_NOT_DONE;
  }
  if (!(error instanceof ConfigurationError) && !isFileError(error)) throw error;
  around.tell(describeError(error), "bad");
  return EXIT_NOT_DONE;
}

const FILE_ERRORS: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "There is no such file or folder"],
  ["EACCES", "This user may not read or write"],
  ["EPERM", "This user may not read or write"],
  ["EISDIR", "A file is wanted, and this is a folder"],
  ["ENOTDIR", "A folder is wanted, and a file stands in its place"],
  ["ENOSPC", "The disk is full"],
  ["EROFS", "The disk takes no writes"],
]);

function describeError(error: Error & { code?: unknown; path?: unknown }): string {
  const words = FILE_ERRORS.get(error.code);
  if (words === undefined || typeof error.path !== "string") return error.message;
  return `${words}: ${error.path} (looked from ${process.cwd()}).`;
}

/** A file that is not there, may not be read, or a full disk. */
function isFileError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "code" in error;
}
