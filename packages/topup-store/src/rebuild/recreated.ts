import { isFinal, type STATES } from "@surefill/topup";
import type { Redis } from "ioredis";
import { LedgerCorruptError } from "../errors.js";
import { ledgerKeys } from "../keys.js";
import { decodeRecord } from "../record-codec.js";
import { answered, script, scriptRunner } from "../script-runner.js";
import { CONFIRM_RECREATED } from "./scripts.js";

const confirmScript = script(CONFIRM_RECREATED);

/** More in one script would keep other commands waiting. */
const TOGETHER = 500;

/** A top-up that a rebuild made again, of which the provider's report shows nothing that is or may be paid. */
export type RecreatedTopup = {
  reference: string;
  state: (typeof STATES)[number];
  /** Decimal text, in the wallet's currency, or in the operator's where `isLocalAmount`. */
  amount: string;
  isLocalAmount: boolean;
};

/** What came of a confirmation. `differs`: another number of them waits by now. */
export type Confirmed = { kind: "none" | "lost" | "confirmed" } | { kind: "differs"; count: number };

/** Goes through the top-ups that wait for a confirmation, the oldest first; those that are final do not wait. */
export async function* recreatedTopups(redis: Redis, prefix: string): AsyncGenerator<RecreatedTopup> {
  const keys = ledgerKeys(prefix);
  for (let start = 0; ; start += TOGETHER) {
    const references = await answered(redis.zrange(keys.recreated, String(start), String(start + TOGETHER - 1)));
    if (references.length === 0) return;
    const pipeline = redis.pipeline();
    for (const reference of references) pipeline.hgetall(keys.record(reference));
    const replies = (await answered(pipeline.exec())) ?? [];
    for (const [index, reference] of references.entries()) {
      const fields = (replies[index]?.[1] ?? {}) as Record<string, string>;
      if (fields.state === undefined) continue;
      const { state, request } = decodeRecord(reference, fields);
      if (!isFinal(state)) yield { reference, state, amount: request.amount, isLocalAmount: request.useLocalAmount };
    }
  }
}

/**
 * A person confirms that what a rebuild made again may be sent again: all of them, once. `seen` is how many are listed,
 * final ones among them; what is said of it is kept beside the ledger. Safe to run again when it was stopped half-way.
 */
export async function confirmRecreated(
  redis: Redis,
  { prefix, seen, by, reason }: { prefix: string; seen: number; by: string; reason: string },
): Promise<Confirmed> {
  const { meta, base } = ledgerKeys(prefix);
  const run = scriptRunner(redis, undefined);
  for (let expected = String(seen); ; expected = "") {
    const answer = (await run(confirmScript, meta, ["", base, expected, String(TOGETHER), by, reason])) as [
      string,
      number?,
    ];
    const [kind, count = 0] = answer;
    if (kind === "none" || kind === "lost") return { kind };
    if (kind === "differs") return { kind, count };
    if (kind !== "confirmed") throw new LedgerCorruptError(`a confirmation was answered with "${kind}"`);
    if (count === 0) return { kind };
  }
}

/** How many are listed, as `confirmRecreated` wants to be told. */
export function countRecreated(redis: Redis, prefix: string): Promise<number> {
  return answered(redis.zcard(ledgerKeys(prefix).recreated));
}
