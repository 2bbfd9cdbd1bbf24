import type { Mapping } from "./mapping.js";

/**
 * The text whose SHA-256 names a file's default run: `f` and the first 16 hex digits. It holds the file's own
 * SHA-256 and the columns that say who gets how much, so that uploading the same file again gives the same references,
 * whatever else is mapped in another way. Two amount columns of one file are two runs. So are two files that differ by a
 * byte, such as the same list saved once more: what keeps those from paying twice is `recentlyPaid`, not the run.
 */
export function defaultRunText(uploadSha256: string, mapping: Pick<Mapping, "phone" | "amount">): string {
  return JSON.stringify(["surefill-run-1", uploadSha256, mapping.phone, mapping.amount ?? null]);
}

/** The default run that belongs to the SHA-256 (hex) of `defaultRunText`. */
export function defaultRunOf(sha256OfText: string): string {
  return `f${sha256OfText.slice(0, 16)}`;
}
