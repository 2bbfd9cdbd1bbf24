import { BECAUSE, type HistoryEntry, STATES } from "@surefill/topup";
import { LedgerCorruptError } from "./errors.js";

/**
 * Reads one history line, `atMs|from|to|attempt|because|code|latencyMs` and, for a verdict, `|by|note`, as the
 * scripts write it. The note is a person's text and may hold anything.
 */
export function decodeHistory(line: string): HistoryEntry {
  const [atMs, fromText, toText, attempt, becauseText, code, latencyMs, by, ...note] = line.split("|");
  const from = STATES.find((state) => state === fromText);
  const to = STATES.find((state) => state === toText);
  const because = BECAUSE.find((reason) => reason === becauseText);
  if (from === undefined || to === undefined || because === undefined) {
    throw new LedgerCorruptError("a history line is not one that this version writes");
  }
  return {
    atMs: Number(atMs),
    from,
    to,
    attempt: Number(attempt),
    because,
    ...(code !== undefined && code !== "" && { code }),
    ...(latencyMs !== undefined && latencyMs !== "" && { latencyMs: Number(latencyMs) }),
    ...(by !== undefined && { by, note: note.join("|") }),
  };
}
