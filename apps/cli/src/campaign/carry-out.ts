import { ConfigurationError } from "@surefill/runtime/light";
import { describeFileError } from "../file-errors.js";
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
  const message = error instanceof ConfigurationError ? error.message : describeFileError(error);
  if (message === undefined) throw error;
  around.tell(message, "bad");
  return EXIT_NOT_DONE;
}
