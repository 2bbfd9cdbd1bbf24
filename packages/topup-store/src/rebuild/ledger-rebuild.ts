import { randomBytes } from "node:crypto";
import type { TopupRecord } from "@surefill/topup";
import type { Redis } from "ioredis";
import { requireAccount } from "../account.js";
import { LedgerCorruptError, type LedgerLostError } from "../errors.js";
import { type Acceptance, acceptanceArguments } from "../extra-debits/extra-debits.js";
import { ACCEPT_AGAIN } from "../extra-debits/scripts.js";
import { contentDigest, recipientHash, recipientOf } from "../identity.js";
import type { Decision } from "../journal/journal-line.js";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { decodeRecord, decodeRequest, type RecordFields } from "../record-codec.js";
import { answered, asLedgerError, ledgerTime, script, scriptRunner } from "../script-runner.js";
import { ANY_CONTENT, EVIDENCE } from "../scripts.js";
import { ANCESTORS_SEPARATOR, lossOfLedger, type Witnessed } from "../witness.js";
import { CampaignsAgain } from "./campaigns-again.js";
import { BEGIN_EPOCH, RECREATE, RECREATE_ENDED } from "./scripts.js";

/** A top-up as it is to be made anew, or brought forward to. Times in milliseconds, by the ledger's clock. */
export type Recreation = {
  reference: string;
  /** The record that it replaces has this version; absent where there is none. */
  ifVersion?: number;
  attempt: number;
  fence: number;
  grantedAtMs: number;
  acceptedAtMs: number;
  /** The operator that it is sent to. */
  operatorId: number;
  /** What the caller asked for, as a record keeps it. */
  request: RecordFields;
  /** `any`: what exactly was asked for is not known, so whoever sends the reference again is believed to mean this. */
  content: "known" | "any";
  /** The report shows nothing of it that is or may be paid: it is not sent again before a person confirms. */
  needsConfirmation: boolean;
} & ({ state: "unknown" } | { state: "processing"; transactionId: number });

/** A top-up as a person ended it. */
export type EndedRecreation = {
  /** The record that it replaces has this version; absent where there is none. */
  ifVersion?: number;
  decision: Decision & { decided: Exclude<Decision["decided"], "open"> };
};

/** What a person had accepted of a top-up that had ended so. */
export type AcceptedAgain = Pick<Decision, "reference" | "decided"> & { accepted: Omit<Acceptance, "ifVersion"> };

export type LedgerRebuildOptions = {
  prefix: string;
  /** All that anybody witnessed of the ledger. */
  known: readonly Witnessed[];
  /** The account whose report it is rebuilt from. A ledger that is gone becomes this account's. */
  account?: string;
  /** The account that the journals name, for a ledger that is gone and cannot say whose it was. */
  formerAccount?: string;
  /** Who rebuilds it; kept beside the ledger. */
  by?: string;
  /** The ledger's time in milliseconds, for tests. Left out, Redis's own clock is used. */
  nowMs?: () => number;
};

const recreateScript = script(RECREATE);
const recreateEndedScript = script(RECREATE_ENDED);
const evidenceScript = script(EVIDENCE);
const acceptScript = script(ACCEPT_AGAIN);
const beginScript = script(BEGIN_EPOCH);

/**
 * Writes into a ledger that has lost data, and that refuses everybody else. Every step may be repeated; until `begin`
 * has run the others go on being refused, so a rebuild that was killed half-way is run again.
 */
export class LedgerRebuild {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #nowArgument: () => string;
  readonly #known: readonly Witnessed[];
  readonly #account: string;
  readonly #by: string;
  readonly #run: ReturnType<typeof scriptRunner>;
  #recipientKey: string | undefined;
  /** The campaigns that a person had cancelled. */
  readonly campaigns: CampaignsAgain;
  /** What the ledger has lost of what was witnessed; `undefined` when it accounts for everything. */
  readonly loss: LedgerLostError | undefined;

  private constructor(redis: Redis, options: LedgerRebuildOptions, meta: RecordFields) {
    this.#redis = redis;
    this.#keys = ledgerKeys(options.prefix);
    const { nowMs, known } = options;
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
    this.#known = known;
    this.#account = options.account ?? "";
    this.#by = options.by ?? "";
    this.#run = scriptRunner(redis, undefined);
    this.#recipientKey = meta.recipientKey;
    this.campaigns = new CampaignsAgain({
      redis,
      keys: this.#keys,
      run: this.#run,
      nowArgument: this.#nowArgument,
    });
    this.loss = lossOfLedger(known, meta);
  }

  /**
   * Looks at what is left. Throws a `LedgerCorruptError` on a ledger that another version wrote, a `LedgerAccountError`
   * on one of another account.
   */
  static async open(redis: Redis, options: LedgerRebuildOptions): Promise<LedgerRebuild> {
    const meta = await answered(redis.hgetall(ledgerKeys(options.prefix).meta));
    if (meta.layout !== undefined && meta.layout !== "1") {
      throw new LedgerCorruptError(
        `the ledger under "${options.prefix}" has layout ${meta.layout}, this version writes 1`,
      );
    }
    const { prefix, account, formerAccount = "" } = options;
    requireAccount(
      prefix,
      account,
      meta.account === undefined && formerAccount !== "" ? { account: formerAccount } : meta,
    );
    return new LedgerRebuild(redis, options, meta);
  }

  /** The ledger's time in milliseconds. */
  nowMs(): Promise<number> {
    return ledgerTime(this.#redis, this.#nowArgument());
  }

  /** What is left of these top-ups, by reference. */
  async records(references: readonly string[]): Promise<Map<string, TopupRecord>> {
    const pipeline = this.#redis.pipeline();
    for (const reference of references) pipeline.hgetall(this.#keys.record(reference));
    const replies = references.length === 0 ? [] : ((await answered(pipeline.exec())) ?? []);
    const found = new Map<string, TopupRecord>();
    for (const [index, reference] of references.entries()) {
      const [error, reply] = replies[index] ?? [];
      if (error) throw asLedgerError(error);
      const fields = (reply ?? {}) as RecordFields;
      if (fields.state !== undefined) found.set(reference, decodeRecord(reference, fields));
    }
    return found;
  }

  /**
   * Makes a top-up anew or brings it forward, with its alarm due at once. `changed`: the record is another by now, look
   * again. `taken`: the transaction is another top-up's.
   */
  async recreate(wanted: Recreation): Promise<"recreated" | "changed" | "taken"> {
    const { reference, ifVersion, request } = wanted;
    const key = await this.#keyOfRecipients();
    const content = decodeRequest(request);
    const answer = await this.#run(recreateScript, this.#keys.record(reference), [
      this.#nowArgument(),
      this.#keys.base,
      reference,
      ifVersion === undefined ? "" : String(ifVersion),
      String(wanted.attempt),
      String(wanted.fence),
      String(wanted.grantedAtMs),
      String(wanted.acceptedAtMs),
      wanted.state,
      wanted.state === "processing" ? String(wanted.transactionId) : "",
      wanted.content === "any" ? ANY_CONTENT : contentDigest(key, content),
      recipientHash(key, recipientOf(content)),
      content.campaign ?? "",
      String(wanted.operatorId),
      wanted.needsConfirmation ? "1" : "",
      ...Object.entries(request).flat(),
    ]);
    return answer as "recreated" | "changed" | "taken";
  }

  /** Makes a top-up again as a person ended it. Answers as `recreate`. */
  async recreateEnded({ ifVersion, decision }: EndedRecreation): Promise<"recreated" | "changed" | "taken"> {
    const key = await this.#keyOfRecipients();
    const { reference, request, by = "", reason = "" } = decision;
    const content = decodeRequest(request);
    const answer = await this.#run(recreateEndedScript, this.#keys.record(reference), [
      this.#nowArgument(),
      this.#keys.base,
      reference,
      ifVersion === undefined ? "" : String(ifVersion),
      String(decision.attempt),
      String(decision.fence),
      String(decision.acceptedAtMs),
      decision.decided,
      String(decision.transactionId ?? ""),
      contentDigest(key, content),
      recipientHash(key, recipientOf(content)),
      content.campaign ?? "",
      String(decision.operatorId ?? ""),
      decision.key ?? "",
      by,
      reason,
      decision.forced ? "1" : "",
      ...Object.entries(request).flat(),
    ]);
    return answer as "recreated" | "changed" | "taken";
  }

  /** Adds a transaction that the provider has and the record does not tell of. */
  async addEvidence(reference: string, attempt: number, transactionId: number): Promise<void> {
    const args = [this.#nowArgument(), this.#keys.base, reference, String(attempt), String(transactionId)];
    await this.#run(evidenceScript, this.#keys.record(reference), args);
  }

  /**
   * Notes what a person had accepted of a final top-up, whatever waits of it now. Nothing where it is not final, where it
   * ended otherwise, or where the same is noted.
   */
  async acceptAgain({ reference, decided, accepted }: AcceptedAgain): Promise<void> {
    const args = [this.#nowArgument(), this.#keys.base, reference, decided, ...acceptanceArguments(accepted)];
    await this.#run(acceptScript, this.#keys.record(reference), args);
  }

  /** Lets everybody go on, under a new epoch that follows all that are known. Answers it. */
  async begin(): Promise<string> {
    await this.#keyOfRecipients();
    const epoch = randomBytes(16).toString("base64url");
    const former = this.#known.map((each) => each.epoch).join(ANCESTORS_SEPARATOR);
    const args = [this.#nowArgument(), this.#keys.base, epoch, former, this.#account, this.#by];
    await this.#run(beginScript, this.#keys.meta, args);
    return epoch;
  }

  /** The fixed values but for the epoch: without that one the ledger goes on being refused. */
  async #keyOfRecipients(): Promise<string> {
    if (this.#recipientKey !== undefined) return this.#recipientKey;
    const { meta } = this.#keys;
    // Until `begin` has run, a process that knows of no ledger must not take this one for a whole one.
    await answered(this.#redis.hsetnx(meta, "behind", "0"));
    await answered(this.#redis.hsetnx(meta, "recipientKey", randomBytes(32).toString("base64url")));
    await answered(this.#redis.hsetnx(meta, "layout", "1"));
    const recipientKey = await answered(this.#redis.hget(meta, "recipientKey"));
    if (recipientKey === null) throw new LedgerCorruptError("the ledger has no key of its recipients");
    this.#recipientKey = recipientKey;
    return recipientKey;
  }
}
