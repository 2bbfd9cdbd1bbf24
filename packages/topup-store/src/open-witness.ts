import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { LedgerCorruptError } from "./errors.js";
import { ledgerKeys } from "./keys.js";
import { OPEN } from "./open-scripts.js";
import { fieldsOf } from "./record-codec.js";
import { script, scriptRunner } from "./script-runner.js";
import { LedgerWitness, type Witnessed } from "./witness.js";

const openScript = script(OPEN, "reads");

/**
 * Finds out which ledger is under a prefix, creating its fixed values at the very first time, and holds it against
 * what is known. Throws a `LedgerCorruptError` on one that another version wrote.
 */
export async function openWitness(redis: Redis, prefix: string, known: readonly Witnessed[]): Promise<LedgerWitness> {
  const { meta, base } = ledgerKeys(prefix);
  const fixed = [randomBytes(16).toString("base64url"), randomBytes(32).toString("base64url")];
  const args = ["", base, ...fixed, known.length === 0 ? "" : "known"];
  const values = fieldsOf((await scriptRunner(redis, undefined)(openScript, meta, args)) as unknown[]);
  const { layout, recipientKey } = values;
  const isThere = layout !== undefined || recipientKey !== undefined;
  if (isThere && (layout !== "1" || recipientKey === undefined)) {
    throw new LedgerCorruptError(`the ledger under "${prefix}" has layout ${layout}, this version writes 1`);
  }
  const witness = new LedgerWitness(known);
  witness.judge(values);
  return witness;
}
