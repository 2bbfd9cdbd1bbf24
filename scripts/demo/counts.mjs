/** Counts of top-ups, as the demo shows them. */

/** How many are in each state, by the states' names. */
export function countStates(topups) {
  const counts = {};
  for (const { state } of topups) counts[state] = (counts[state] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([left], [right]) => left.localeCompare(right)));
}

/** Whether nothing moves it on by itself. */
export function isDone({ final, state }) {
  return final || state === "review";
}
