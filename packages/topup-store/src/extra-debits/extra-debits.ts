import type { TopupRecord } from "@surefill/topup";
import type { Redis } from "ioredis";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { answered, type RunScript, script, scriptRunner } from "../script-runner.js";
import type { LedgerWitness } from "../witness.js";
import { ACCEPT_CONTRADICTION, NOTE_EXTRA_DEBITS } from "./scripts.js";

const scripts = { note: script(NOTE_EXTRA_DEBITS), accept: script(ACCEPT_CONTRADICTION) };

/** A transaction of the provider, with what it debited; decimal text in its currency, null where that is not told. */
export type DebitShown = { transactionId: number; status: string; cost: string | null; costCurrency: string | null };

/** What is accepted: everything that the provider shows, and of that what is or may be paid. */
export type Acceptance = {
  /** The version of the record that the person has seen. */
  ifVersion: number;
  /** The name of the API key that gave the command. */
  key: string;
  by: string;
  reason: string;
  shown: readonly DebitShown[];
  live: readonly DebitShown[];
};

/** What waits for a person beside reviews: debited more than once, or contradicted in another way. */
export const CONTRADICTION_KINDS = ["paid-twice", "contradicted"] as const;
export type ContradictionKind = (typeof CONTRADICTION_KINDS)[number];

export type ExtraDebitsOptions = {
  prefix: string;
  witness: LedgerWitness;
  /** The ledger's time in milliseconds, for tests. Left out, Redis's own clock is used. */
  nowMs?: () => number;
};

/**
 * What the provider debits beyond what the ledger accounts for, and what a person has accepted of it. Moves no top-up:
 * its campaign counts the money, and a list has what waits for a person.
 */
export class ExtraDebits {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;

  constructor(redis: Redis, { prefix, witness, nowMs }: ExtraDebitsOptions) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
  }

  /**
   * Notes the transactions of a final top-up that are or may be paid, its own among them. What was noted before is
   * replaced. Answers whether that was new; of a top-up that is not final nothing is noted.
   */
  async note(reference: string, live: readonly DebitShown[]): Promise<boolean> {
    const args = [this.#nowArgument(), this.#keys.base, reference, ...live.flatMap(textsOf)];
    return (await this.#run(scripts.note, this.#keys.record(reference), args)) === 1;
  }

  /** A person accepts what the provider shows. `nothing`: nothing of it waits for a person. Safe to ask for twice. */
  async accept(reference: string, acceptance: Acceptance): Promise<"accepted" | "stale" | "nothing" | "missing"> {
    const head = [this.#nowArgument(), this.#keys.base, reference, String(acceptance.ifVersion)];
    const args = [...head, ...acceptanceArguments(acceptance)];
    const [kind] = (await this.#run(scripts.accept, this.#keys.record(reference), args)) as [
      "accepted" | "stale" | "nothing" | "missing",
    ];
    return kind;
  }

  /** How many top-ups of each kind wait for a person. */
  async counts(): Promise<Record<ContradictionKind, number>> {
    const [paidTwice, contradicted] = await Promise.all(
      CONTRADICTION_KINDS.map((kind) => answered(this.#redis.zcard(this.#keys.needs(kind)))),
    );
    return { "paid-twice": paidTwice ?? 0, contradicted: contradicted ?? 0 };
  }

  /** References that wait for a person, those that were found first come first, from a place on. */
  async list(kind: ContradictionKind, { start, limit }: { start: number; limit: number }): Promise<string[]> {
    return answered(this.#redis.zrange(this.#keys.needs(kind), String(start), String(start + limit - 1)));
  }
}

/** An acceptance as the scripts take it: who and why, what is accepted, then what is or may be paid. */
export function acceptanceArguments({ key, by, reason, shown, live }: Omit<Acceptance, "ifVersion">): string[] {
  return [key, by, reason, acceptedText(shown), ...live.flatMap(textsOf)];
}

function textsOf({ transactionId, status, cost, costCurrency }: DebitShown): string[] {
  return [String(transactionId), wordOf(status), wordOf(cost ?? ""), wordOf(costCurrency ?? "")];
}

/** What a person accepts, in one text: the same for the same transactions in the same statuses. */
function acceptedText(shown: readonly DebitShown[]): string {
  const sorted = shown.toSorted((one, other) => one.transactionId - other.transactionId);
  return sorted.map(({ transactionId, status }) => `${transactionId}:${wordOf(status)},`).join("");
}

/** A word of the provider as it is kept: no mark that parts fields. */
function wordOf(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, 40);
}

/** Whether a person has accepted all of these transactions as they are now. */
export function isAccepted(
  { accepted }: Pick<TopupRecord, "accepted">,
  shown: readonly { transactionId: number; status: string }[],
): boolean {
  if (accepted === undefined || shown.length === 0) return false;
  return shown.every(({ transactionId, status }) =>
    accepted.transactions.some((one) => one.transactionId === transactionId && one.status === wordOf(status)),
  );
}
