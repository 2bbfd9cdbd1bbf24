import { InvalidArgumentError } from "commander";
import type { Surroundings } from "./surroundings.js";

const TEXT_LENGTH_MAX = 500;

/** Reads a text that is recorded, such as who and why. */
export function readRecordedText(text: string): string {
  const shown = text.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would be printed to a terminal.
  if (shown !== "" && shown.length <= TEXT_LENGTH_MAX && !/[\u0000-\u001f\u007f-\u009f]/.test(shown)) return shown;
  throw new InvalidArgumentError(`must be a text of 1 to ${TEXT_LENGTH_MAX} characters on one line.`);
}

/** The flag by which a person says who they are, where no API key does. */
export const BY_FLAG = [
  "--by <name>",
  "who does it; it is recorded. Left out: the user of the operating system",
] as const;

/** Who is recorded. */
export function personOf({ by }: { by?: string }, { user }: Surroundings): string {
  return by ?? user;
}
