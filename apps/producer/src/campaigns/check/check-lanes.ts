/** Files up to this many rows pass the larger ones by: judged within seconds, unless the provider has to be asked. */
const SMALL_ROWS_MAX = 20_000;

/** Which checks stand in one queue. */
export type CheckLane = "small" | "large";

type Bounds = { checksMax: number; rowsMax: number };

/**
 * What goes on at a time in one process. A check keeps about 25 bytes a row in memory, and takes what one core gives;
 * it may also wait for the provider for hours, during which others should get on.
 */
const LANES: Readonly<Record<CheckLane, Bounds>> = {
  small: { checksMax: 3, rowsMax: 3 * SMALL_ROWS_MAX },
  large: { checksMax: 2, rowsMax: 1_000_000 },
};

/** The queue of a file with so many rows. */
export function laneOf(rows: number): CheckLane {
  return rows <= SMALL_ROWS_MAX ? "small" : "large";
}

/** Whether a check of so many rows may go on beside those that do, by their rows. Alone in its lane, any may. */
export function fitsBeside(rows: number, running: readonly number[]): boolean {
  const lane = laneOf(rows);
  const { checksMax, rowsMax } = LANES[lane];
  const beside = running.filter((others) => laneOf(others) === lane);
  const sum = beside.reduce((total, others) => total + others, rows);
  return beside.length === 0 || (beside.length < checksMax && sum <= rowsMax);
}

/** A check that goes on, and the API key that asked for it, if one did. */
export type RunningCheck = { rows: number; asker: string | undefined };

/** So many small checks may go on beside a full lane, each for an API key that has none of its own there. */
const GUESTS_MAX = 3;

/** Whether a check that does not fit goes on all the same, because the checks in its lane are all those of other API keys. */
export function fitsAsGuest({ rows, asker }: RunningCheck, running: readonly RunningCheck[]): boolean {
  const lane = laneOf(rows);
  const beside = running.filter((one) => laneOf(one.rows) === lane);
  if (lane === "large" || beside.some((one) => one.asker === asker)) return false;
  return beside.length < LANES[lane].checksMax + GUESTS_MAX;
}

/** The order in which waiting checks begin: an API key that has fewer going on comes first, then the earlier one. */
export function inTurn<Check extends { asker: string | undefined }>(
  waiting: readonly Check[],
  running: readonly RunningCheck[],
): Check[] {
  const going = new Map<string | undefined, number>();
  for (const { asker } of running) going.set(asker, (going.get(asker) ?? 0) + 1);
  return waiting.toSorted((left, right) => (going.get(left.asker) ?? 0) - (going.get(right.asker) ?? 0));
}
