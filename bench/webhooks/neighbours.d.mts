import type { RedisServer } from "../../scripts/find-redis.mjs";

/** From an event's time in the log to the arrival of its webhook. */
export interface Delays {
  p50Ms: number;
  p99Ms: number;
}

export function deliverBesideDead(options: {
  events: number;
  server: RedisServer;
}): Promise<{ arrived: number; deadRequests: number }>;

export function measureNeighbours(options: {
  events: number;
  perSecond: number;
  server: RedisServer;
}): Promise<{ alone: Delays; beside: Delays; deadRequests: number }>;
