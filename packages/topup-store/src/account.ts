/**
 * The provider account that a ledger belongs to. What was sent with one account is looked up in that account's report:
 * asked of another one it looks as if it had never arrived, and would be sent again.
 */
import type { RecordFields } from "./record-codec.js";

/** Between the names of a ledger's accounts: one, and one more for each further client id of it. */
const ACCOUNTS_SEPARATOR = " ";

/** The ledger belongs to another account, or to another environment, than this process has. */
export class LedgerAccountError extends Error {
  readonly code = "LEDGER_OF_ANOTHER_ACCOUNT";

  constructor(prefix: string, account: string, bound: string) {
    super(
      `the ledger under REDIS_PREFIX "${prefix}" belongs to ${bound.split(ACCOUNTS_SEPARATOR).map(shortened).join(", ")}, ` +
        `and this process has ${shortened(account)} (environment:hash of RELOADLY_CLIENT_ID): nothing is sent from two ` +
        "accounts. Give this account a REDIS_PREFIX and a STATE_DIR of its own; or, where it is to have this ledger, " +
        "run `surefill rebind --reason …`, with --same-account where only the client id is new",
    );
    this.name = "LedgerAccountError";
  }
}

function shortened(account: string): string {
  return account.replace(/:(.{8}).*$/, ":$1");
}

/** Throws a `LedgerAccountError` when a ledger with these fixed values belongs to another account. */
export function requireAccount(prefix: string, account: string | undefined, meta: RecordFields): void {
  if (account === undefined || isAccountOf(account, meta)) return;
  throw new LedgerAccountError(prefix, account, meta.account ?? "");
}

/** Whether the ledger with these fixed values is this account's, or nobody's yet. */
export function isAccountOf(account: string, meta: RecordFields): boolean {
  return meta.account === undefined || meta.account.split(ACCOUNTS_SEPARATOR).includes(account);
}
