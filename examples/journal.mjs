/**
 * Stands for your own database in the examples: a file with one JSON line for each event that had its effect. The
 * line that holds the effect holds the event's id too, so that both are written or neither is. That is the whole
 * secret of "once" on top of "at least once".
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";

/** Opens a journal, or starts one. A last line without its end was cut by a crash: its effect never happened. */
export function openJournal(path) {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const file = openSync(path, "a");
  ftruncateSync(file, Buffer.byteLength(whole));
  const ids = whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).id);
  const known = new Set(ids);
  let lastId = ids.at(-1);
  return {
    /** The id of the event that was written last; `undefined` in an empty journal. */
    lastId: () => lastId,
    /** Writes an event's effect, on the disk before it returns. Answers false, and writes nothing, when it is there. */
    write(id, effect) {
      if (known.has(id)) return false;
      writeSync(file, `${JSON.stringify({ id, ...effect })}\n`);
      fsyncSync(file);
      known.add(id);
      lastId = id;
      return true;
    },
    close: () => closeSync(file),
  };
}
