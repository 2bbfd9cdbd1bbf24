import { createHash } from "node:crypto";
import { defaultRunOf } from "@surefill/campaign";

/** A reference has at most this many characters. */
export const REFERENCE_CHARACTERS_MAX = 100;

/** So that `<run>-r<n>` is no longer than the name of a run may be. */
const BASE_CHARACTERS_MAX = 70;

const SUFFIX = /-r([1-9]\d{0,6})$/;

/**
 * The run of a retry: the earlier one's with `-r1`, `-r2`, … behind it. It follows from the earlier run alone, so that
 * two retries of one campaign give a row the same reference, and it can be paid by one of them only.
 */
export function retryRunOf(run: string): string {
  const [, count = "0"] = SUFFIX.exec(run) ?? [];
  const base = run.replace(SUFFIX, "");
  const short =
    base.length > BASE_CHARACTERS_MAX ? defaultRunOf(createHash("sha256").update(base).digest("hex")) : base;
  return `${short}-r${Number(count) + 1}`;
}

/** What a retry puts behind the references that the file names: `-r1` on the first retry. */
export function suffixOfRun(run: string): string {
  return SUFFIX.exec(run)?.[0] ?? "";
}
