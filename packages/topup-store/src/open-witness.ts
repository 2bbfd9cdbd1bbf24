import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { requireAccount } from "./account.js";
import { LedgerCorruptError } from "./errors.js";
import { ledgerKeys } from "./keys.js";
import { OPEN } from "./open-scripts.js";
import { fieldsOf } from "./record-codec.js";
import { script, scriptRunner } from "./script-runner.js";
import { LedgerWitness, type Witnessed } from "./witness.js";

const openScript = script(OPEN, "reads");

/**
 * Finds out which ledger is under a prefix, creating its fixed values at the very first time, and holds it against
 * what is known. Throws a `LedgerCorruptError` on one that another version wrote, a `LedgerAccountError` on one of
 * another account.
 */
export async function openWitness(
  redis: Redis,
  { prefix, known, account }: { prefix: string; known: readonly Witnessed[]; account?: string | undefined },
): Promise<LedgerWitness> {
  const { meta, base } = ledgerKeys(prefix);
  const fixed = [randomBytes(16).toString("base64url"), randomBytes(32).toString("base64url")];
  const epochs = known.length === 0 ? "" : ` ${known.map(({ epoch }) => epoch).join(" ")} `;
  const args = ["", base, ...fixed, epochs, account ?? ""];
  const values = fieldsOf((await scriptRunner(redis, undefined)(openScript, meta, args)) as unknown[]);
  const { layout, recipientKey } = values;
  const isThere = layout !== undefined || recipientKey !== undefined;
  if (isThere && (layout !== "1" || recipientKey === undefined)) {
    throw new LedgerCorruptError(`the ledger under "${prefix}" has layout ${layout}, this version writes 1`);
  }
  requireAccount(prefix, account, values);
  const witness = new LedgerWitness(known, account);
  witness.judge(values);
  return witness;
}
