/**
 * Replicas that are promoted under load: what a replica lacks is noticed before anything is claimed on it, and one that
 * lacks nothing is worked on with no person asked. Two promotions of `npm run chaos -- --promotions 20`.
 */
import { runPromotion, wrongWith } from "@surefill/proof";
import { expect, test } from "vitest";

const DEADLINE_MS = 240_000;

test(
  "a replica that is behind is noticed before a claim",
  async () => {
    const promotion = await runPromotion({ seed: 1, lagMs: 600, companion: "both workers are killed" });
    expect(promotion.lostWrites).toBeGreaterThan(0);
    expect(promotion.lostTopups).toBeGreaterThan(0);
    expect(promotion).toMatchObject({ outcome: "noticed", claims: 0, sentTwice: 0 });
    expect(wrongWith(promotion)).toEqual([]);
  },
  DEADLINE_MS,
);

test(
  "a replica that lacks nothing acknowledged is worked on, without a person",
  async () => {
    const promotion = await runPromotion({ seed: 2, lagMs: 0, companion: "no process is lost" });
    expect(promotion.lostTopups).toBe(0);
    // What was cut off in its answer may be missing: then it is a loss only where somebody was told of it.
    expect(["opened", "noticed"]).toContain(promotion.outcome);
    expect(promotion.outcome === "opened" || promotion.lostWrites > 0).toBe(true);
    expect(wrongWith(promotion)).toEqual([]);
  },
  DEADLINE_MS,
);
