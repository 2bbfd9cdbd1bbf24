/**
 * What flags take. Written out here, with only the types of the packages that define them: to load those packages would
 * be most of what `--help` costs. The compiler refuses a value that is missing here or unknown there.
 */
import type { RetryClass } from "@surefill/campaign";
import type { Encoding, FileFormat } from "@surefill/topup-store";

const ENCODINGS: Readonly<Record<Encoding, true>> = {
  "utf-8": true,
  "utf-16le": true,
  "utf-16be": true,
  "windows-1252": true,
};
const FORMATS: Readonly<Record<FileFormat, true>> = { csv: true, xlsx: true };
const RETRY_CLASSES: Readonly<Record<RetryClass, true>> = {
  recipient: true,
  amount: true,
  operator: true,
  account: true,
  provider: true,
  request: true,
  cancelled: true,
};

export const ENCODING_NAMES: readonly string[] = Object.keys(ENCODINGS);
export const FORMAT_NAMES: readonly string[] = Object.keys(FORMATS);
export const RETRY_CLASS_NAMES: readonly string[] = Object.keys(RETRY_CLASSES);
/** What stands between two cells, by name. */
export const DELIMITER_NAMES: readonly string[] = ["comma", "semicolon", "tab", "pipe"];
/** Takes a limit away, or back to its default. */
export const NONE = "none";
