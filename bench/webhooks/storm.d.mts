import type { RedisServer } from "../../scripts/find-redis.mjs";

/** What came of a storm, counted at the receiver. */
export interface StormReport {
  /** Events in the log. */
  events: number;
  /** Those of them that the receiver answered with success at least once. */
  arrived: number;
  /** Ids that arrived and are in no log. */
  invented: number;
  /** Ids that succeeded more than once. */
  repeated: number;
  requests: number;
  /** Requests whose signature does not verify. */
  forged: number;
  /** Requests with another body than an earlier one of the same id. */
  differing: number;
  /** What was killed and restarted, and after how many arrivals. */
  disruptions: string[];
  endpointState: string;
  seconds: number;
}

export function runStorm(options: {
  events: number;
  seed: number;
  deadlineMs: number;
  server: RedisServer;
}): Promise<StormReport>;
