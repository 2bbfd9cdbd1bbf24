import fc from "fast-check";
import type { Redis } from "ioredis";
import { compareLedgers, LedgersDifferError } from "../explore/differential/compare-ledgers.js";
import { LONG_STORY, operationSequences } from "../explore/differential/operations.js";

const SEQUENCES_MAX = 400;

/** Compares both ledgers until they differ; says where, or `undefined` when they never did. */
export async function killByComparison(corner: { redis: Redis; prefix: string }): Promise<string | undefined> {
  const sequences = [...fc.sample(operationSequences, { numRuns: SEQUENCES_MAX, seed: 1 }), LONG_STORY];
  for (const [index, operations] of sequences.entries()) {
    try {
      await compareLedgers(corner, operations);
    } catch (error) {
      if (!(error instanceof LedgersDifferError)) throw error;
      return `sequence ${index + 1}, ${error.message}`;
    }
  }
  return undefined;
}
