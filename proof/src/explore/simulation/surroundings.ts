import type { FaultKind } from "./faults.js";
import type { SimProcess } from "./process.js";
import type { Timeline } from "./timeline.js";
import type { Trace } from "./trace.js";

/** What a process stands in: time, chance, the faults that are not its own, and those who must know of its fate. */
export type Surroundings = {
  readonly time: Timeline;
  readonly trace: Trace;
  random(): number;
  /** How long a message to Redis takes. */
  latencyMs(): number;
  /** How long its answer takes. */
  answerMs(): number;
  isRedisAway(): boolean;
  /** Lets a fault strike that is not the process's own. */
  strike(fault: FaultKind): void;
  /** The process died or stands still. */
  onLost(process: SimProcess): void;
  onWoken(process: SimProcess): void;
  onStopping(process: SimProcess): void;
};
