/** What workers count of themselves while they run. A process takes its counts along when it is killed, so they are read often. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Program } from "./program.js";

const READ_EVERY_MS = 1_000;
const ANSWER_DEADLINE_MS = 900;
const STALE_MOVES = /^surefill_stale_moves_total (\d+)$/m;

export type MetricsWatch = {
  /** Moves that were refused because the record had moved on: what a fence is for. Those of a last second are missing. */
  staleMoves: () => number;
  stop: () => Promise<void>;
};

/** Starts to read. */
export function watchMetrics(programs: readonly Program[]): MetricsWatch {
  const latest = new Map<string, number>();
  const stopped = new AbortController();

  async function read(program: Program): Promise<void> {
    const { incarnation, url } = program;
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) });
    const count = STALE_MOVES.exec(await response.text())?.[1];
    if (count !== undefined) latest.set(`${program.name} ${incarnation}`, Number(count));
  }

  async function watch(program: Program): Promise<void> {
    while (!stopped.signal.aborted) {
      await read(program).catch(() => undefined); // Killed or frozen.
      await sleep(READ_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  }
  const watching = programs.map(watch);
  return {
    staleMoves: () => [...latest.values()].reduce((sum, count) => sum + count, 0),
    async stop() {
      stopped.abort();
      await Promise.all(watching);
    },
  };
}
