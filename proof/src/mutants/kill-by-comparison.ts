import type { Redis } from "ioredis";
import { compareLedgers, LedgersDifferError } from "../explore/differential/compare-ledgers.js";
import { comparedSequences } from "../explore/differential/operations.js";

/** Compares both ledgers as `npm test` does until they differ; says where, or `undefined` when they never did. */
export async function killByComparison(corner: { redis: Redis; prefix: string }): Promise<string | undefined> {
  for (const [index, operations] of comparedSequences().entries()) {
    try {
      await compareLedgers(corner, operations);
    } catch (error) {
      if (!(error instanceof LedgersDifferError)) throw error;
      return `sequence ${index + 1}, ${error.message}`;
    }
  }
  return undefined;
}
