const PLAIN_LINE_EVERY_MS = 2_000;

/** Shows counts by state: one line that changes on a terminal, a new line now and then where there is none. */
export function progressLine(stream) {
  let last = "";
  let lastAtMs = 0;
  return {
    show(text) {
      if (text === last) return;
      if (stream.isTTY) stream.write(`\r\x1b[2K${text}`);
      else if (Date.now() - lastAtMs >= PLAIN_LINE_EVERY_MS) stream.write(`${text}\n`);
      else return;
      last = text;
      lastAtMs = Date.now();
    },
    /** Ends the line, so that what follows starts on its own. */
    end(text) {
      stream.write(stream.isTTY ? `\r\x1b[2K${text}\n` : `${text}\n`);
    },
  };
}

/** `succeeded 120, processing 40, held 12 …`, and how many of all are done. */
export function describeCounts(topups, total) {
  const counts = countStates(topups);
  const done = topups.filter(isDone).length;
  const parts = Object.entries(counts).map(([state, count]) => `${state} ${count}`);
  return `${done}/${total} done: ${parts.join(", ")}`;
}

export function countStates(topups) {
  const counts = {};
  for (const { state } of topups) counts[state] = (counts[state] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([left], [right]) => left.localeCompare(right)));
}

export function isDone({ final, state }) {
  return final || state === "review";
}
