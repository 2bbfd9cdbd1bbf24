/**
 * Time, ids and chance. This is the only file that asks the machine for them: code that reads the clock by itself
 * can neither be tested at the edge of a deadline nor be replayed after an accident.
 */
import { randomBytes, randomInt } from "node:crypto";

/** What the time is, and how to wait. */
export interface Clock {
  /** Wall clock in milliseconds since 1970. May jump, in both directions; good for records, bad for measuring. */
  nowMs(): number;
  /** Milliseconds that never go backwards, from an arbitrary start. Good for measuring, worthless in a record. */
  monotonicMs(): number;
  /** Resolves after `ms` (0 to 2^31-1), or rejects at once with the signal's reason when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Makes ids. */
export interface Ids {
  /** A UUID version 7: sorts by the time it was made, also within one millisecond of one process. */
  uuidv7(): string;
}

/** A source of chance for jitter. Not for secrets. */
export interface Chance {
  /** From 0 (included) to 1 (excluded). */
  random(): number;
}

/** Node fires a longer timer after one millisecond, with only a warning; we refuse it instead. */
const TIMER_MS_MAX = 2_147_483_647;

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep(ms, signal) {
    if (!(ms >= 0 && ms <= TIMER_MS_MAX)) {
      return Promise.reject(new RangeError(`cannot sleep ${ms} ms: must be from 0 to ${TIMER_MS_MAX}`));
    }
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", abort);
        resolve();
      }, ms);
      signal.addEventListener("abort", abort, { once: true });
    });
  },
};

/** The machine's chance. */
export const systemChance: Chance = { random: () => Math.random() };

/**
 * Ids that take their time from `clock` (RFC 9562, method 1 of section 6.2: a 12-bit counter in `rand_a`).
 * When the clock stands still or goes backwards the counter goes on, so that ids of one process always grow.
 */
export function createIds(clock: Pick<Clock, "nowMs">): Ids {
  let lastMs = 0;
  let counter = 0;
  return {
    uuidv7() {
      const nowMs = clock.nowMs();
      if (nowMs > lastMs) {
        lastMs = nowMs;
        counter = randomInt(0x400); // Starts low, so that there is room to count within this millisecond.
      } else {
        counter += 1;
        if (counter > 0xfff) {
          lastMs += 1;
          counter = 0;
        }
      }
      const random = randomBytes(8);
      random.writeUInt8((random.readUInt8(0) & 0x3f) | 0x80, 0); // The variant of RFC 9562.
      const time = lastMs.toString(16).padStart(12, "0");
      const tail = random.toString("hex");
      const version = `7${counter.toString(16).padStart(3, "0")}`;
      return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${tail.slice(0, 4)}-${tail.slice(4)}`;
    },
  };
}

/** Ids with the machine's time. */
export const systemIds: Ids = createIds(systemClock);
