import { randomBytes } from "node:crypto";
import { type PasswordHash, passwordHashSchema, userNameSchema } from "@surefill/access";
import type { Clock } from "@surefill/runtime";
import type { People, Person, PersonSecrets } from "@surefill/topup-store";
import { Problem } from "../http/problem.js";
import { promptly } from "../prompt-ledger.js";
import { FailureLimits } from "./failure-limits.js";
import type { PasswordChecks } from "./password-checks.js";

/** Wrong tries of one user from one address, of one address, and of one user from everywhere. */
const PAIR_FAILURES = { most: 5, windowMs: 60_000 };
const ADDRESS_FAILURES = { most: 20, windowMs: 60_000 };
/** Above what one address can do, so that a stranger needs many to keep somebody out for these minutes. */
const USER_FAILURES = { most: 50, windowMs: 600_000 };
const RETRY_AFTER_S = "60";

/** A person whose password was right. */
export type SignedIn = Person & PersonSecrets;

/** What a failed sign-in is written down with: the user, where there is one. */
export type SignInFailed = (user: string | undefined) => Promise<void>;

/** Compares user names and passwords. */
export class SignIn {
  readonly #people: Pick<People, "get">;
  readonly #checks: PasswordChecks;
  readonly #clock: Clock;
  readonly #pairs: FailureLimits;
  readonly #addresses: FailureLimits;
  readonly #users: FailureLimits;

  constructor({ people, checks, clock }: { people: Pick<People, "get">; checks: PasswordChecks; clock: Clock }) {
    this.#people = people;
    this.#checks = checks;
    this.#clock = clock;
    this.#pairs = new FailureLimits({ ...PAIR_FAILURES, clock });
    this.#addresses = new FailureLimits({ ...ADDRESS_FAILURES, clock });
    this.#users = new FailureLimits({ ...USER_FAILURES, clock });
  }

  /**
   * Answers the person with this name and password. Throws `sign_in_failed`, which says neither whether there is such a
   * user, nor shows it by its time; `sign_in_limited` after too many wrong tries.
   */
  async check(given: { user: string; password: string; address: string }, failed: SignInFailed): Promise<SignedIn> {
    const user = userNameSchema.safeParse(given.user).data ?? "";
    const limits = [
      [this.#pairs, `${user} ${given.address}`],
      [this.#addresses, given.address],
      [this.#users, user],
    ] as const;
    if (!limits.every(([limit, name]) => limit.mayTry(name))) throw limited("There were too many wrong tries.");
    for (const [limit, name] of limits) limit.note(name);
    const takeBack = () => {
      for (const [limit, name] of limits) limit.takeBack(name);
    };
    let answer: { person: SignedIn | undefined; isRight: boolean | "busy" };
    try {
      answer = await this.#compare(user, given.password);
    } catch (error) {
      takeBack();
      throw error;
    }
    const { person, isRight } = answer;
    if (isRight === "busy") {
      takeBack();
      throw limited("Too many people sign in at this moment.");
    }
    if (person !== undefined && isRight) {
      takeBack();
      return person;
    }
    await failed(person?.user);
    throw new Problem("sign_in_failed", { detail: "The user name or the password is wrong." });
  }

  async #compare(user: string, password: string) {
    const person = user === "" ? undefined : await promptly(this.#clock, () => this.#people.get(user));
    const isRight = await this.#checks.compare(person?.password ?? NOBODYS_PASSWORD, password);
    return { person, isRight };
  }
}

/** Compared where there is no such user, so that it takes as long. Nothing has this hash. */
const NOBODYS_PASSWORD: PasswordHash = passwordHashSchema.parse(
  `scrypt.${randomBytes(16).toString("base64url")}.${randomBytes(32).toString("base64url")}`,
);

function limited(detail: string): Problem {
  return new Problem("sign_in_limited", { detail }, { headers: { "retry-after": RETRY_AFTER_S } });
}
