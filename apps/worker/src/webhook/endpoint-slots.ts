import type { Clock } from "@surefill/runtime";

/** Requests that one process has open to one endpoint at the same time. */
export const OPEN_PER_ENDPOINT_MAX = 10;
/** The same, for an endpoint whose last attempts all failed. */
const OPEN_TO_FAILING_MAX = 2;
const FAILING_AFTER = 5;

const DEFER_MS_MIN = 50;
const DEFER_MS_MAX = 60_000;
/** How long an attempt takes, as long as nothing is known of the endpoint. */
const LATENCY_MS_ASSUMED = 100;
/** How much the newest attempt counts in the mean. */
const NEWEST_RATIO = 0.2;

type Lane = { open: number; waiting: (() => void)[]; latencyMs: number; failedInARow: number; nextAtMs: number };

/** Whether to send now, or when to come back. A slot that was given must be left. */
export type Entry = { kind: "entered" } | { kind: "deferred"; delayMs: number };

/**
 * Shares the process's slots among endpoints, so that one that hangs delays nobody else. What exceeds an endpoint's
 * share waits here if it is little and the endpoint is well, and goes back to the queue otherwise, each with a time of
 * its own at which a slot should be free.
 */
export class EndpointSlots {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #lanes = new Map<string, Lane>();

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  async enter(endpointId: string): Promise<Entry> {
    const lane = this.#laneOf(endpointId);
    if (lane.open < shareOf(lane)) {
      lane.open += 1;
      return { kind: "entered" };
    }
    if (lane.failedInARow === 0 && lane.waiting.length < OPEN_PER_ENDPOINT_MAX) {
      await new Promise<void>((resolve) => lane.waiting.push(resolve));
      return { kind: "entered" };
    }
    const nowMs = this.#clock.monotonicMs();
    const nextAtMs = Math.max(nowMs + DEFER_MS_MIN, lane.nextAtMs + lane.latencyMs / shareOf(lane));
    lane.nextAtMs = Math.min(nextAtMs, nowMs + DEFER_MS_MAX);
    return { kind: "deferred", delayMs: lane.nextAtMs - nowMs };
  }

  /** Gives a slot back, with what the attempt showed of the endpoint. Without an attempt nothing is learnt. */
  leave(endpointId: string, seen?: { latencyMs: number; failed: boolean }): void {
    const lane = this.#laneOf(endpointId);
    if (seen !== undefined) {
      lane.latencyMs += NEWEST_RATIO * (seen.latencyMs - lane.latencyMs);
      lane.failedInARow = seen.failed ? lane.failedInARow + 1 : 0;
    }
    lane.open -= 1;
    // Who waits already is let in, also when the endpoint has begun to fail: nobody else would call them.
    const next = lane.open < OPEN_PER_ENDPOINT_MAX ? lane.waiting.shift() : undefined;
    if (next !== undefined) {
      lane.open += 1;
      next();
    }
    if (lane.open === 0 && lane.failedInARow === 0) this.#lanes.delete(endpointId);
  }

  #laneOf(endpointId: string): Lane {
    const known = this.#lanes.get(endpointId);
    if (known !== undefined) return known;
    const lane = { open: 0, waiting: [], latencyMs: LATENCY_MS_ASSUMED, failedInARow: 0, nextAtMs: 0 };
    this.#lanes.set(endpointId, lane);
    return lane;
  }
}

function shareOf(lane: Lane): number {
  return lane.failedInARow >= FAILING_AFTER ? OPEN_TO_FAILING_MAX : OPEN_PER_ENDPOINT_MAX;
}
