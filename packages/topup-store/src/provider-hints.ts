import { attemptOfCustomIdentifier, type TopupRecord } from "@surefill/topup";
import type { Redis } from "ioredis";
import type { LedgerKeys } from "./keys.js";
import { decodeRecord, fieldsOf } from "./record-codec.js";
import { answered, type RunScript, script } from "./script-runner.js";
import { WAKE } from "./wake-scripts.js";

/** What a message of the provider says it is about. Nothing of it is believed but that somebody should look. */
export type ProviderHint = { transactionId?: number; customIdentifier?: string };

export type Woken =
  /** The alarm is due now. `record` is as it was before; the caller makes the job ring. */
  | { kind: "open"; record: TopupRecord }
  /** The answer to the POST is not written down yet. */
  | { kind: "sending" }
  /** The hint is about an attempt that nobody waits for: it is final, held, or was followed by another one. */
  | { kind: "settled" }
  /** The ledger has no top-up that fits. */
  | { kind: "missing" };

const wakeScript = script(WAKE);

/** Hints that the provider sends by itself. They make somebody ask earlier, and change nothing else. */
export class ProviderHints {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;

  constructor(redis: Redis, keys: LedgerKeys, run: RunScript, nowArgument: () => string) {
    this.#redis = redis;
    this.#keys = keys;
    this.#run = run;
    this.#nowArgument = nowArgument;
  }

  /** Remembers a message by its digest for `forMs`; `false` when it was remembered already. */
  async remember(digest: string, forMs: number): Promise<boolean> {
    return (await answered(this.#redis.set(this.#keys.hint(digest), "1", "PX", forMs, "NX"))) === "OK";
  }

  /**
   * Pulls the alarm of the top-up that a hint is about forward to now, if it waits for the provider. Never shortens
   * a hold and moves nothing; repeating it is harmless. The transactionId finds the top-up, or else the
   * customIdentifier: an attempt whose answer was lost is known by that alone. Where the two name different top-ups,
   * one of them has the other's transactionId: both look earlier, and the one that is named is answered.
   */
  async wake({ transactionId, customIdentifier }: ProviderHint): Promise<Woken> {
    const owner =
      transactionId === undefined ? null : await answered(this.#redis.get(this.#keys.transaction(transactionId)));
    const named = customIdentifier === undefined ? undefined : attemptOfCustomIdentifier(customIdentifier);
    const ofOwner = owner === null ? undefined : await this.#wake(owner, "", String(transactionId));
    if (named === undefined || named.reference === owner) return ofOwner ?? { kind: "missing" };
    const ofNamed = await this.#wake(named.reference, String(named.attempt), "");
    return ofNamed.kind === "missing" && ofOwner !== undefined ? ofOwner : ofNamed;
  }

  async #wake(reference: string, attempt: string, transactionId: string): Promise<Woken> {
    const args = [this.#nowArgument(), this.#keys.base, reference, attempt, transactionId];
    const answer = await this.#run(wakeScript, this.#keys.record(reference), args);
    const [kind, flat] = answer as [Woken["kind"], unknown[]];
    return kind === "open" ? { kind, record: decodeRecord(reference, fieldsOf(flat)) } : { kind };
  }
}
