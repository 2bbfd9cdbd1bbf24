/** Reads what `AppendLog` wrote, by whomever it was written and however that process ended. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

/** More than a line ever has; a longer run without a line break is no line of ours. */
const LINE_BYTES_MAX = 64 * 1_024;

/**
 * The lines of a log file, oldest first. What stands behind the last line break was torn off by a crash, was never
 * promised to anybody, and is left out.
 */
export async function* readLogLines(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8" })) {
    const pieces = (rest + String(chunk)).split("\n");
    rest = pieces.pop() ?? "";
    yield* pieces;
  }
}

/** The last lines of a log file, oldest first, as many as its last 64 KiB hold. */
export async function lastLogLines(path: string): Promise<string[]> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - LINE_BYTES_MAX);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.subarray(0, bytesRead).toString("utf8").split("\n").slice(0, -1);
    return start === 0 ? lines : lines.slice(1);
  } finally {
    await handle.close();
  }
}
