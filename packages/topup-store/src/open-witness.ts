import { randomBytes } from "node:crypto";
import { STATES } from "@surefill/topup";
import type { Redis } from "ioredis";
import { requireAccount } from "./account.js";
import { LedgerCorruptError, LedgerLostError, LedgerMissingError } from "./errors.js";
import { ledgerKeys } from "./keys.js";
import { CREATE, OPEN } from "./open-scripts.js";
import { fieldsOf, type RecordFields } from "./record-codec.js";
import { answered, script, scriptRunner } from "./script-runner.js";
import { type LedgerProcess, LedgerWitness, lossOfLedger, type Witnessed } from "./witness.js";

const openScript = script(OPEN, "watches");
const createScript = script(CREATE, "watches");

/** Which ledger is meant, by whom, and what processes of this machine knew of it before. */
export type OpenOptions = {
  prefix: string;
  known: readonly Witnessed[];
  account?: string | undefined;
  process?: LedgerProcess | undefined;
};

/**
 * Creates an empty ledger. Where there is one, nothing is changed: that is `exists`. Throws a `LedgerLostError` where
 * processes of this machine knew a ledger that is gone, where records are left of one, or where it lacks what was
 * acknowledged; a `LedgerCorruptError` on one that another version wrote; a `LedgerAccountError` on one of another
 * account. `by`, who creates it, is kept.
 */
export async function createLedger(
  redis: Redis,
  {
    prefix,
    known = [],
    account,
    by = "",
  }: Pick<OpenOptions, "prefix" | "account"> & Partial<Pick<OpenOptions, "known">> & { by?: string },
): Promise<"created" | "exists"> {
  const { meta, base } = ledgerKeys(prefix);
  const found = await answered(redis.hgetall(meta));
  requireLayout(prefix, found);
  requireAccount(prefix, account, found);
  const isThere = Object.keys(found).length > 0;
  const isOfBeforeEpochs = found.layout !== undefined && found.epoch === undefined && found.behind === undefined;
  const loss = (isThere && !isOfBeforeEpochs) || known.length > 0 ? lossOfLedger(known, found) : undefined;
  if (loss !== undefined) throw loss;
  if (isThere) return "exists";
  const args = ["", base, newEpoch(), newRecipientKey(), account ?? "", by, ...STATES];
  const answer = await scriptRunner(redis, undefined)(createScript, meta, args);
  if (answer === "remains") throw new LedgerLostError("missing");
  return answer === "created" ? "created" : "exists";
}

/**
 * Finds out which ledger is under a prefix and holds it against what is known. Throws a `LedgerMissingError` where
 * there is none and none is known, a `LedgerCorruptError` on one that another version wrote, a `LedgerAccountError` on
 * one of another account.
 */
export async function openWitness(
  redis: Redis,
  { prefix, known, account, process }: OpenOptions,
): Promise<LedgerWitness> {
  const { meta, base } = ledgerKeys(prefix);
  const epochs = known.length === 0 ? "" : ` ${known.map(({ epoch }) => epoch).join(" ")} `;
  const args = ["", base, newEpoch(), epochs, account ?? ""];
  const values = fieldsOf((await scriptRunner(redis, undefined)(openScript, meta, args)) as unknown[]);
  requireLayout(prefix, values);
  if (known.length === 0 && values.epoch === undefined)
    throw new LedgerMissingError(prefix, values.layout !== undefined);
  requireAccount(prefix, account, values);
  const witness = new LedgerWitness(known, account, process);
  witness.judge(values);
  return witness;
}

function requireLayout(prefix: string, { layout, recipientKey }: RecordFields): void {
  const isThere = layout !== undefined || recipientKey !== undefined;
  if (isThere && (layout !== "1" || recipientKey === undefined)) {
    throw new LedgerCorruptError(`the ledger under "${prefix}" has layout ${layout}, this version writes 1`);
  }
}

function newEpoch(): string {
  return randomBytes(16).toString("base64url");
}

function newRecipientKey(): string {
  return randomBytes(32).toString("base64url");
}
