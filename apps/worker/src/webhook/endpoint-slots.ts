import type { Clock } from "@surefill/runtime";

/** Requests that one process has open to one endpoint at the same time. */
export const OPEN_PER_ENDPOINT_MAX = 10;
/** The same, for an endpoint whose last attempts all failed. */
const OPEN_TO_FAILING_MAX = 2;
const FAILING_AFTER = 5;

/** As many jobs of an endpoint may wait in the process as it takes in this time. */
const WAIT_MS_MAX = 1_000;
/** As long as an endpoint has taken nothing, no more than this: it may be dead. */
const WAITING_FOR_UNPROVEN_MAX = 20;

/** An endpoint hangs when for this long none of its slots has got free. */
const HANGING_MS = 2_000;

const DEFER_MS_MIN = 50;
/** The same for an endpoint that has taken nothing yet: sooner, nobody knows more. */
const DEFER_UNPROVEN_MS_MIN = 1_000;
const DEFER_MS_MAX = 60_000;
/** Nothing is sent back for longer than so many attempts take: the endpoint may be faster a moment later. */
const DEFER_ATTEMPTS_MAX = 50;
/**
 * How long an attempt holds its slot, as long as nothing is known of the endpoint. Short, because what is sent back
 * before the first answer comes back after a multiple of this.
 */
const HELD_MS_ASSUMED = 10;
/** How much the newest attempt counts in the mean. */
const NEWEST_RATIO = 0.2;

/** Endpoints that are remembered: more than there can be at a time. */
const LANES_MAX = 1_000;

/** Whether to send now, or when to come back. Whoever has entered must leave. */
export type Entry = { kind: "entered" } | { kind: "deferred"; delayMs: number };

type Lane = {
  open: number;
  waiting: ((entry: Entry) => void)[];
  /** How long an attempt holds its slot, in the mean. */
  heldMs: number;
  failedInARow: number;
  /** Whether it has taken anything lately. */
  isProven: boolean;
  /** When a slot was last given back, or taken while all were free. */
  movedAtMs: number;
  /** When the last one that was deferred comes back. */
  nextAtMs: number;
};

/**
 * Shares the process's slots among endpoints, so that one that hangs delays nobody else. What exceeds an endpoint's
 * share waits here for a moment if the endpoint keeps pace (this holds the queue back, and costs nothing), and goes
 * back to the queue otherwise, each with a time of its own at which a slot should be free.
 */
export class EndpointSlots {
  readonly #clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly #lanes = new Map<string, Lane>();

  constructor(clock: Pick<Clock, "monotonicMs" | "sleep">) {
    this.#clock = clock;
  }

  async enter(endpointId: string): Promise<Entry> {
    const lane = this.#laneOf(endpointId);
    if (lane.open < shareOf(lane)) {
      if (lane.open === 0) lane.movedAtMs = this.#clock.monotonicMs();
      lane.open += 1;
      return { kind: "entered" };
    }
    return lane.waiting.length < this.#roomOf(lane) ? this.#wait(lane) : this.#defer(lane);
  }

  /** Gives a slot back, with what the attempt showed of the endpoint. Without an attempt nothing is learnt. */
  leave(endpointId: string, seen?: { heldMs: number; failed: boolean }): void {
    const lane = this.#laneOf(endpointId);
    if (seen !== undefined) {
      lane.heldMs += NEWEST_RATIO * (seen.heldMs - lane.heldMs);
      lane.failedInARow = seen.failed ? lane.failedInARow + 1 : 0;
      lane.isProven = lane.failedInARow === 0 || (lane.isProven && lane.failedInARow < FAILING_AFTER);
    }
    lane.movedAtMs = this.#clock.monotonicMs();
    lane.open -= 1;
    const next = lane.open < shareOf(lane) ? lane.waiting.shift() : undefined;
    if (next === undefined) return;
    lane.open += 1;
    next({ kind: "entered" });
  }

  #wait(lane: Lane): Promise<Entry> {
    const entered = new AbortController();
    return new Promise((resolve) => {
      const enter = (entry: Entry) => {
        entered.abort();
        resolve(entry);
      };
      lane.waiting.push(enter);
      const tooLong = () => {
        lane.waiting = lane.waiting.filter((waiting) => waiting !== enter);
        resolve(this.#defer(lane));
      };
      this.#clock.sleep(WAIT_MS_MAX, entered.signal).then(tooLong, () => undefined);
    });
  }

  #defer(lane: Lane): Entry {
    const nowMs = this.#clock.monotonicMs();
    const delayMsMin = lane.isProven ? DEFER_MS_MIN : DEFER_UNPROVEN_MS_MIN;
    const nextAtMs = Math.max(nowMs + delayMsMin, lane.nextAtMs + this.#paceMsOf(lane));
    const delayMsMax = Math.min(DEFER_MS_MAX, DEFER_ATTEMPTS_MAX * this.#paceMsOf(lane) * shareOf(lane));
    lane.nextAtMs = Math.min(nextAtMs, nowMs + Math.max(delayMsMin, delayMsMax));
    return { kind: "deferred", delayMs: lane.nextAtMs - nowMs };
  }

  #roomOf(lane: Lane): number {
    if (lane.failedInARow >= FAILING_AFTER) return 0;
    const room = Math.floor(WAIT_MS_MAX / this.#paceMsOf(lane));
    return lane.isProven ? room : Math.min(room, WAITING_FOR_UNPROVEN_MAX);
  }

  /** Milliseconds between two slots that get free. */
  #paceMsOf(lane: Lane): number {
    const stillMs = this.#clock.monotonicMs() - lane.movedAtMs;
    return Math.max(1, lane.heldMs, stillMs > HANGING_MS ? stillMs : 0) / shareOf(lane);
  }

  #laneOf(endpointId: string): Lane {
    const known = this.#lanes.get(endpointId);
    if (known !== undefined) return known;
    if (this.#lanes.size >= LANES_MAX) this.#dropIdle();
    const empty = { open: 0, waiting: [], failedInARow: 0, isProven: false, movedAtMs: 0, nextAtMs: 0 };
    const lane: Lane = { ...empty, heldMs: HELD_MS_ASSUMED };
    this.#lanes.set(endpointId, lane);
    return lane;
  }

  /** What is learnt of an endpoint is worth little; the memory of those that were deleted must not add up. */
  #dropIdle(): void {
    for (const [endpointId, { open }] of this.#lanes) if (open === 0) this.#lanes.delete(endpointId);
  }
}

function shareOf(lane: Lane): number {
  return lane.failedInARow >= FAILING_AFTER ? OPEN_TO_FAILING_MAX : OPEN_PER_ENDPOINT_MAX;
}
