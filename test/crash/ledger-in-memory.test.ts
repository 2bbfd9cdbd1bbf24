/**
 * The harness runs the processors on a ledger in memory. It is worth as much as it is like the real one: here both
 * run the same random operations, and after each one everything that they hold is compared.
 */
import { comparedSequences, compareLedgers, operationSequences } from "@surefill/proof";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestRedis, type TestRedis } from "../support/redis-server.js";

let redis: TestRedis;
const counts = new Map<string, number>();

beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());

const compare = (operations: Parameters<typeof compareLedgers>[1]) =>
  compareLedgers({ redis: redis.client, prefix: redis.prefix }, operations, counts);

/** What must have been met, or the comparison compared nothing. */
const ANSWERS = [
  "accept: created",
  "accept: exists",
  "accept: conflict",
  "claim: claimed",
  "claim: gated",
  "claim: answered",
  "claim: contradicted",
  "claim: undetected",
  "claim: stale",
  "move: moved",
  "move: stale",
  "move: conflict",
  "move: contradicted",
  "evidence: answered",
  "ring: true",
  "ring: false",
  "wake: open",
  "wake: sending",
  "wake: settled",
];

describe("the ledger in memory", () => {
  test("answers any sequence of operations as the one in Redis does, and holds the same afterwards", {
    timeout: 900_000,
  }, async () => {
    for (const operations of comparedSequences()) await compare(operations);
    const met = new Set(counts.keys());
    // And others, which nobody has seen before.
    await fc.assert(fc.asyncProperty(operationSequences, compare), { numRuns: 15, endOnFailure: true });
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    console.log(`ledgers compared after each of ${total} operations`);
    expect(ANSWERS.filter((answer) => !met.has(answer))).toEqual([]);
  });
});
