/** Events made by real moves of the ledger, and a log filled with entries of the shape that its script writes. */
import { endMove } from "@surefill/topup";
import type { Ledger } from "@surefill/topup-store";
import type { TestRedis } from "../../support/redis-server.js";
import { requestFor } from "../../support/test-ledger.js";

const BATCH = 100;

/** Accepts and cancels `count` top-ups; each leaves one event. Calls `afterBatch` between batches. */
export async function makeEvents(
  ledger: Ledger,
  count: number,
  options: {
    name?: string;
    campaign?: string;
    metadata?: Record<string, string>;
    afterBatch?: (made: number) => Promise<void> | void;
  } = {},
): Promise<string[]> {
  const { name = "e", campaign, metadata, afterBatch } = options;
  const asked = { ...(campaign !== undefined && { campaign }), ...(metadata !== undefined && { metadata }) };
  const references: string[] = [];
  for (let start = 0; start < count; start += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => ({
      reference: `${name}-${start + index}`,
      request: requestFor(start + index, asked),
    }));
    const accepted = await ledger.accept(batch);
    const moves = accepted.map(({ record }) => ledger.move(record, endMove("cancelled", "withdrawn")));
    for (const { kind } of await Promise.all(moves)) if (kind !== "moved") throw new Error(`a move was ${kind}`);
    references.push(...batch.map(({ reference }) => reference));
    await afterBatch?.(references.length);
  }
  return references;
}

export const logKey = (redis: TestRedis) => `${redis.prefix}:{0}:events`;

/** Writes `count` entries straight into the log. */
export async function plantEvents(redis: TestRedis, count: number, options: { code?: string } = {}): Promise<void> {
  const { code = "PLANTED" } = options;
  for (let start = 0; start < count; start += 1_000) {
    const pipeline = redis.client.pipeline();
    for (let n = start; n < Math.min(start + 1_000, count); n += 1) {
      const top = ["type", "topup.failed", "reference", `planted-${n}`, "state", "failed", "attempt", "1"];
      const rest = ["version", "4", "atMs", "1795397719631", "because", "no-attempts-left", "code", code];
      pipeline.xadd(logKey(redis), "*", ...top, ...rest);
    }
    await pipeline.exec();
  }
}

/** Every id in the log, in its order. */
export async function idsInLog(redis: TestRedis): Promise<string[]> {
  return (await redis.client.xrange(logKey(redis), "-", "+")).map(([id]) => id);
}
