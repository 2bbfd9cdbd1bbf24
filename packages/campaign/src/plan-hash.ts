import type { CatalogueOperator } from "./catalogue.js";
import type { CheckOptions } from "./check-options.js";
import type { Mapping } from "./mapping.js";
import type { PlanCost } from "./plan.js";

/** What takes the text of a plan piece by piece; `node:crypto`'s `createHash("sha256")` is one. */
export interface PlanHash {
  update(text: string): unknown;
}

/** What a plan is made from. */
export type PlanBasis = {
  /** SHA-256 (hex) of the file as it was received. */
  uploadSha256: string;
  mapping: Mapping;
  options: CheckOptions;
  /** What references are derived from. */
  run: string;
};

/**
 * A plan's hash is the SHA-256 (hex) of these lines, each ended by a line feed: its format's name; its basis; the text
 * of every chunk as `writePlanChunk` gives it, in order; its prices and total. Objects are JSON with sorted keys.
 */
export function hashPlanStart(hash: PlanHash, basis: PlanBasis): void {
  hash.update("surefill-plan-1\n");
  hash.update(`${sortedJson(basis)}\n`);
}

/** Adds the text of the next chunk. */
export function hashPlanChunk(hash: PlanHash, chunkText: string): void {
  hash.update(`${chunkText}\n`);
}

/** Adds what the rows were priced with, and what they come to. */
export function hashPlanEnd(
  hash: PlanHash,
  end: { currency: string; prices: readonly CatalogueOperator[]; total: PlanCost },
): void {
  const prices = [...end.prices].sort((left, right) => left.operatorId - right.operatorId);
  hash.update(`${sortedJson({ ...end, prices })}\n`);
}

/** What is held back for one operator's rows in one denomination by now, in millionths of what the plan held back. */
export type RisenPrice = { operatorId: number; useLocalAmount: boolean; millionths: number };

/**
 * The hash of a plan whose prices have risen since its start is that of these lines: its format's name; the hash of the
 * plan as it was; the prices that rose, in the order of operators, account before local.
 */
export function hashRepriced(hash: PlanHash, planHash: string, prices: readonly RisenPrice[]): void {
  hash.update("surefill-repriced-1\n");
  hash.update(`${planHash}\n`);
  hash.update(`${sortedJson(prices)}\n`);
}

/** JSON with the keys of every object in order: one text for one content. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
