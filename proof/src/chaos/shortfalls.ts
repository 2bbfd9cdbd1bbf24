/** What a run must have done, and did not: then it proves nothing, however well it ended. */
import type { Effects } from "./effects.js";
import { namesOf } from "./fault-schedule.js";
import type { Injected } from "./injector.js";
import type { Profile } from "./profile.js";
import type { Verified } from "./verify-command.js";

/** A share of top-ups needs many to be asked for; of a short run this many may be in review. */
const REVIEWS_OF_A_SHORT_RUN = 2;
const REVIEW_SHARE_MAX = 0.001;

/** What a run did. */
export type Done = {
  counts: Injected["counts"];
  effects: Effects;
  verified: Verified;
  acknowledged: number;
  /** Top-ups in review. */
  reviews: number;
};

/** Compares a run with what its profile asks for. One sentence per shortfall. */
export function findShortfalls(profile: Profile, done: Done): string[] {
  const { counts, effects, verified, acknowledged, reviews } = done;
  const { minimums, takeoverLimitsMs: limits } = profile;
  const { takeover, redeliveries } = effects;
  const found: string[] = [];
  const atLeast = (what: string, count: number, least: number) => {
    if (count < least) found.push(`${what}: ${count}, at least ${least} wanted`);
  };
  const atMost = (what: string, value: number | undefined, most: number) => {
    if (value === undefined || value > most) found.push(`${what}: ${value ?? "none"}, at most ${most} wanted`);
  };
  atLeast("top-ups", acknowledged, minimums.topups);
  atLeast("kills and faults", total(counts), minimums.faults);
  atLeast("redeliveries", redeliveries, minimums.redeliveries);
  atLeast("kills of Redis", counts.get("redis kill") ?? 0, minimums.redisKills);
  atLeast("moves refused as stale", effects.staleMoves, minimums.staleMoves);
  atLeast("unknown outcomes adopted", effects.adopted, minimums.adopted);
  atLeast("top-ups in mid-POST at a kill", takeover.midPost.total, minimums.midPostKills);
  for (const wanted of minimums.wanted) {
    const times = namesOf(wanted).reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
    atLeast(`${wanted.on} ${wanted.oneOf.join(" or ")}`, times, 1);
  }
  if (limits !== undefined) {
    atMost("takeover after kill -9, p50 in ms", takeover.p50Ms, limits.p50);
    atMost("takeover after kill -9, p99 in ms", takeover.p99Ms, limits.p99);
    atMost("jobs never taken over", takeover.neverTaken, 0);
  }
  if (!verified.isComplete) found.push("surefill verify could not check everything");
  atLeast("top-ups that surefill verify went through", verified.counts.topups ?? 0, acknowledged);
  atLeast("POSTs that surefill verify went through", verified.counts.posts ?? 0, effects.posts);
  atMost("reviews", reviews, Math.max(REVIEWS_OF_A_SHORT_RUN, acknowledged * REVIEW_SHARE_MAX));
  return found;
}

/** All of a count by name. */
export function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
