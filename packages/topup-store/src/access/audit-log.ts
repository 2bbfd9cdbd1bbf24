import {
  type AuditDraft,
  type AuditEntry,
  type AuditHead,
  auditEntrySchema,
  EMPTY_HEAD,
  newEntryId,
  sealEntry,
} from "@surefill/access";
import type { Redis } from "ioredis";
import { LedgerCorruptError, LedgerUnavailableError } from "../errors.js";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { fieldsOf } from "../record-codec.js";
import { answered, type RunScript, type Script, script, scriptRunner } from "../script-runner.js";
import type { LedgerWitness } from "../witness.js";
import { APPEND_AUDIT_ENTRY, READ_AUDIT_HEAD } from "./audit-lua.js";

const scripts = { head: script(READ_AUDIT_HEAD, "reads"), append: script(APPEND_AUDIT_ENTRY) };

/** What the audit log is opened with. */
export type AuditLogOptions = {
  prefix: string;
  /** For how many milliseconds entries are kept. */
  keptMs: number;
  /** The open ledger's: nothing is written where Redis has lost what was witnessed. */
  witness?: LedgerWitness;
  /** The ledger's time in milliseconds, for tests. Left out, Redis's own clock is used. */
  nowMs?: () => number;
};

/** A change that is written into the log in its own step: its script, the key, and its own arguments. */
export type AuditedChange = {
  script: Script;
  key: string;
  args: readonly string[];
  draft: AuditDraft;
  /** Where it has aborted before the change's turn, the change is not made. */
  signal?: AbortSignal;
};

/** How often another process may be faster before that is taken for an outage. */
const TRIES_MAX = 100;

/**
 * The audit log: entries of which each holds the hash of the one before. Methods throw `LedgerUnavailableError` when
 * Redis does not answer; whether the entry was written is not known then.
 */
export class AuditLog {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;
  readonly #keptMs: number;
  /** This process writes one entry after the other, so that it is in nobody's way but other processes'. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(redis: Redis, { prefix, keptMs, nowMs, witness }: AuditLogOptions) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
    this.#keptMs = keptMs;
  }

  /** Writes one entry, unless the signal has aborted before its turn: then it throws the signal's reason. */
  async append(draft: AuditDraft, signal?: AbortSignal): Promise<void> {
    const change = { script: scripts.append, key: this.#keys.auditLog, args: [], draft };
    await this.change(signal === undefined ? change : { ...change, signal });
  }

  /** Makes a change and writes its entry, in one step. Answers `["done"]`, or why the script did not make it. */
  change(change: AuditedChange): Promise<readonly unknown[]> {
    const made = this.#last.then(() => {
      change.signal?.throwIfAborted();
      return this.#try(change);
    });
    this.#last = made.catch(() => undefined);
    return made;
  }

  async #try({ script: wanted, key, args, draft }: AuditedChange): Promise<readonly unknown[]> {
    const id = newEntryId();
    for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
      const { head, atMs } = await this.head();
      const entry = sealEntry(draft, { id, head, atMs });
      const known = [String(head.number), head.number === 0 ? "" : head.hash];
      const written = [JSON.stringify(entry), entry.hash, String(this.#keptMs)];
      const own = [this.#nowArgument(), this.#keys.base, ...known, ...written, ...args];
      const answer = await this.#run(wanted, key, own);
      if (!Array.isArray(answer)) throw new LedgerCorruptError("a script of the access store gave no answer");
      if (answer[0] !== "stale") return answer;
      // A command may reach Redis twice when its reply is lost: then this very entry stands there, with its change.
      const [standing] = await this.read(entry.number, 1);
      if (standing?.hash === entry.hash) return ["done"];
    }
    throw new LedgerUnavailableError(undefined, "the audit log is written too fast by others; ask again");
  }

  /** Where the log ends, and the ledger's time. */
  async head(): Promise<{ head: AuditHead; atMs: number }> {
    const answer = await this.#run(scripts.head, this.#keys.auditHead, [this.#nowArgument(), this.#keys.base]);
    const [atMs, number, hash] = answer as [string, string, string];
    return { head: number === "0" ? EMPTY_HEAD : { number: Number(number), hash }, atMs: Number(atMs) };
  }

  /** The entries from one number on, oldest first, at most `limit`. */
  async read(from: number, limit: number): Promise<AuditEntry[]> {
    const found = await answered(this.#redis.xrange(this.#keys.auditLog, `${from}-0`, "+", "COUNT", limit));
    return found.map(([, flat]) => decodeEntry(fieldsOf(flat).entry));
  }
}

function decodeEntry(text: string | undefined): AuditEntry {
  const entry = auditEntrySchema.safeParse(JSON.parse(text ?? "null"));
  if (!entry.success) throw new LedgerCorruptError("an entry of the audit log is not as this version writes it");
  return entry.data;
}
