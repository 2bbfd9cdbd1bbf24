import { accessKeyIdOf, digestOf } from "@surefill/access";
import type { Clock } from "@surefill/runtime";
import { type AccessKey, type AccessKeys, isInForce } from "@surefill/topup-store";
import { promptly } from "../prompt-ledger.js";
import type { Identity } from "./identity.js";

/** How long what was read of a key is believed: a key that is revoked is out of force everywhere within this time. */
const AGE_MS_MAX = 500;
/** Keys that are remembered, those among them that do not exist; the oldest are forgotten. */
const REMEMBERED_MAX = 1_000;

/** A key with its digest. */
type FoundKey = { key: AccessKey; digest: string };

/** A key as it was read: in force or not, or `undefined` where there is none. */
type Remembered = { atMs: number; found: Promise<FoundKey | undefined> };

/** Knows the keys that were made while the server runs, with few reads of Redis. */
export class StoredKeys {
  readonly #keys: Pick<AccessKeys, "get">;
  readonly #clock: Clock;
  readonly #remembered = new Map<string, Remembered>();

  constructor({ keys, clock }: { keys: Pick<AccessKeys, "get">; clock: Clock }) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /** The key that a request shows, in force or not. Throws `LedgerUnavailableError` when Redis does not answer. */
  find(presented: string): Promise<FoundKey | undefined> {
    const digest = digestOf(presented);
    const nowMs = this.#clock.monotonicMs();
    const known = this.#remembered.get(digest);
    if (known !== undefined && nowMs - known.atMs < AGE_MS_MAX) return known.found;
    const found = promptly(this.#clock, () => this.#read(digest));
    this.#remembered.delete(digest); // Put back at the end: a Map keeps its order.
    this.#remembered.set(digest, { atMs: nowMs, found });
    found.catch(() => this.#remembered.delete(digest));
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED_MAX && oldest !== undefined) this.#remembered.delete(oldest);
    return found;
  }

  /** Forgets what was read, so that a key which this process revokes is out of force here at once. */
  forget(): void {
    this.#remembered.clear();
  }

  async #read(digest: string): Promise<FoundKey | undefined> {
    const read = await this.#keys.get(accessKeyIdOf(digest));
    // The id is a part of the digest; all of it has to fit. A hash of 256 random bits tells nothing by its time.
    return read?.digest === digest ? read : undefined;
  }
}

/** Whether a key lets its holder in now. */
export function isKeyInForce(key: AccessKey, clock: Pick<Clock, "nowMs">): boolean {
  return isInForce(key, clock.nowMs());
}

/** Who holds a key. */
export function identityOfKey({ key, digest }: FoundKey): Identity {
  const { name, permissions, own, campaigns, amountPerDayMax, requestsMax } = key;
  return {
    kind: "key",
    name,
    permissions: new Set(permissions),
    ...((own || campaigns !== undefined) && {
      binding: { own, ...(campaigns !== undefined && { campaigns }), secret: digest },
    }),
    ...(amountPerDayMax !== undefined && { amountPerDayMax }),
    ...(requestsMax !== undefined && { requestsMax }),
  };
}
