import { BECAUSE, type HistoryEntry, STATES } from "@surefill/topup";
import { LedgerCorruptError } from "./errors.js";

/** Parts the name of an API key from that of a person, in the cell of who decided. */
const KEY_END = "\u001f";

/** Who decided: the API key that the command came with, and the person that it names, where it names one. */
function personOf(cell: string | undefined, note: string): Pick<HistoryEntry, "key" | "by" | "note"> {
  if (cell === undefined) return {};
  const [first = "", ...rest] = cell.split(KEY_END);
  const [key, by] = rest.length === 0 ? [undefined, first] : [first, rest.join("")];
  return { ...(key !== undefined && { key }), ...((by !== "" || key === undefined) && { by, note }) };
}

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
    ...personOf(by, note.join("|")),
  };
}
