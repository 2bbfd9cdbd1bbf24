import { STATES, type TopupState } from "@surefill/topup";
import type { Redis } from "ioredis";
import { z } from "zod";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { type RunScript, script, scriptRunner } from "../script-runner.js";
import { PRELUDE } from "../scripts.js";
import { RECENT_PAYMENT } from "./recent-payment.js";
import type { CampaignStoreOptions } from "./store-options.js";

/**
 * The newest top-up of each recipient that was accepted since a time and has paid, or still may; one that is
 * contradicted may, whatever its state says. KEYS: meta. ARGV: time, base, since, most looked at for each, then phone
 * hashes. Answers per hash `false` or `[reference, acceptedAt, state, campaign]`.
 */
const RECENT_PAYMENTS = `${PRELUDE}${RECENT_PAYMENT}
local answers = {}
for i = 5, #ARGV do
  local reference, state, acceptedAt, campaign = recentPayment(ARGV[i], ARGV[3], tonumber(ARGV[4]), nil)
  answers[#answers + 1] = reference and { reference, acceptedAt, state, campaign } or false
end
return answers
`;

/** Which references are taken. KEYS: meta. ARGV: time, base, references. Answers per reference `false` or `[state, campaign, digest]`. */
const USED_REFERENCES = `${PRELUDE}
local answers = {}
for i = 3, #ARGV do
  local record = redis.call('HMGET', base .. 't:' .. ARGV[i], 'state', 'campaign', 'digest')
  answers[#answers + 1] = record[1] and { record[1], record[2] or '', record[3] } or false
end
return answers
`;

/** Which top-ups are contradicted. KEYS: meta. ARGV: time, base, references. Answers per reference 1 or 0. */
const CONTRADICTED = `${PRELUDE}
local answers = {}
for i = 3, #ARGV do answers[#answers + 1] = redis.call('HEXISTS', base .. 't:' .. ARGV[i], 'contradicted') end
return answers
`;

const scripts = {
  recent: script(RECENT_PAYMENTS, "reads"),
  used: script(USED_REFERENCES, "reads"),
  contradicted: script(CONTRADICTED, "reads"),
};

const recentSchema = z.array(z.union([z.null(), z.tuple([z.string(), z.coerce.number(), z.enum(STATES), z.string()])]));
const contradictedSchema = z.array(z.union([z.literal(0), z.literal(1)]));
const usedSchema = z.array(z.union([z.null(), z.tuple([z.enum(STATES), z.string(), z.string()])]));

/** A top-up that has paid a recipient, or still may. */
export type RecentPayment = { reference: string; acceptedAtMs: number; state: TopupState; campaign?: string };

/** Who has a reference already. `digest` is the content's, as `Ledger.contentDigest` makes it. */
export type UsedReference = { state: TopupState; campaign?: string; digest: string };

/** Hashes asked about in one script: about a millisecond of Redis's time. */
const ASKED_MAX = 500;

/** Top-ups of one recipient that are looked at, newest first, for one that has paid. */
const LOOKED_AT_MAX = 20;

/** What the ledger knows of recipients and references, many at a time. Only reads. */
export class PaymentHistory {
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;

  constructor(redis: Redis, { prefix, witness }: CampaignStoreOptions) {
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
  }

  /**
   * For each recipient (by `Ledger.recipientHash`) the newest top-up accepted since `sinceMs` that has paid or still
   * may; `undefined` where there is none. Cancelled, failed, rejected and refunded ones have not, unless something that
   * came in later contradicts that. What retention has shrunk is not known any more.
   */
  async recentPayments(phoneHashes: readonly string[], sinceMs: number): Promise<(RecentPayment | undefined)[]> {
    const answers: (RecentPayment | undefined)[] = [];
    for (let start = 0; start < phoneHashes.length; start += ASKED_MAX) {
      const asked = phoneHashes.slice(start, start + ASKED_MAX);
      const args = ["", this.#keys.base, String(sinceMs), String(LOOKED_AT_MAX), ...asked];
      for (const found of recentSchema.parse(await this.#run(scripts.recent, this.#keys.meta, args))) {
        if (found === null) answers.push(undefined);
        else {
          const [reference, acceptedAtMs, state, campaign] = found;
          answers.push({ reference, acceptedAtMs, state, ...(campaign !== "" && { campaign }) });
        }
      }
    }
    return answers;
  }

  /** For each reference who has it already; `undefined` where nobody has. */
  async usedReferences(references: readonly string[]): Promise<(UsedReference | undefined)[]> {
    const answers: (UsedReference | undefined)[] = [];
    for (let start = 0; start < references.length; start += ASKED_MAX) {
      const asked = references.slice(start, start + ASKED_MAX);
      const args = ["", this.#keys.base, ...asked];
      for (const found of usedSchema.parse(await this.#run(scripts.used, this.#keys.meta, args))) {
        if (found === null) answers.push(undefined);
        else {
          const [state, campaign, digest] = found;
          answers.push({ state, digest, ...(campaign !== "" && { campaign }) });
        }
      }
    }
    return answers;
  }

  /** Those of the references whose top-up may have paid although its state says otherwise, or more than it says. */
  async contradicted(references: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (let start = 0; start < references.length; start += ASKED_MAX) {
      const asked = references.slice(start, start + ASKED_MAX);
      const args = ["", this.#keys.base, ...asked];
      const flags = contradictedSchema.parse(await this.#run(scripts.contradicted, this.#keys.meta, args));
      for (const [index, reference] of asked.entries()) if (flags[index] === 1) found.add(reference);
    }
    return found;
  }
}
