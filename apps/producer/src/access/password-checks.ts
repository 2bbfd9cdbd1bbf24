import { isPassword, type PasswordHash } from "@surefill/access";

/** Every check costs 64 MiB for a tenth of a second, so the whole process makes no more at a time. */
const AT_ONCE_MAX = 2;
/** Further ones wait for a place, as long as there are not more than these: then they are refused. */
const WAITING_MAX = 8;

/** Compares passwords, a bounded number at a time. One for the whole process. */
export class PasswordChecks {
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  /** Tells whether a password is the hashed one; `busy` when too many are being compared. */
  async compare(hash: PasswordHash, password: string, { mayWait = true } = {}): Promise<boolean | "busy"> {
    if (this.#underWay >= AT_ONCE_MAX) {
      if (!mayWait || this.#waiting.length >= WAITING_MAX) return "busy";
      await new Promise<void>((resolve) => this.#waiting.push(resolve)); // The place is handed over with the call.
    } else this.#underWay += 1;
    try {
      return await isPassword(hash, password);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay -= 1;
      else next();
    }
  }
}
