/**
 * The provider account that a ledger belongs to. What was sent with one account is looked up in that account's report:
 * asked of another one it looks as if it had never arrived, and would be sent again.
 */
import { randomBytes } from "node:crypto";
import { isFinal, STATES } from "@surefill/topup";
import type { Redis } from "ioredis";
import { LedgerCorruptError } from "./errors.js";
import { ledgerKeys } from "./keys.js";
import type { RecordFields } from "./record-codec.js";
import { answered, script, scriptRunner } from "./script-runner.js";
import { PRELUDE } from "./scripts.js";

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

/**
 * Gives the ledger to another account, or adds a further client id of the same one. KEYS: meta. ARGV: time, base,
 * account, `same` or `other`, new epoch, who and why, which is written down. To another account only while nothing is open: a top-up
 * that waits would be paid by an account that it was not meant for, one that was sent would be looked up in a report
 * that does not have it. The new epoch makes the scripts of every running process be refused until it has looked whose
 * the ledger is. Answers `none`, `lost`, `already`, `bound`, or `open` with the states and how many are in each.
 */
const REBIND = `${PRELUDE}
local meta = readRecord(KEYS[1])
if not meta.layout or not meta.epoch then return { 'none' } end
if meta.behind then return { 'lost' } end
for each in string.gmatch(meta.account or '', '%S+') do if each == ARGV[3] then return { 'already' } end end
if ARGV[4] == 'other' then
  local open = {}
  for i = 8, #ARGV do
    local count = redis.call('ZCARD', base .. 's:' .. ARGV[i])
    if count > 0 then open[#open + 1] = ARGV[i]; open[#open + 1] = whole(count) end
  end
  local campaigns = redis.call('SCARD', base .. 'k-active')
  if campaigns > 0 then open[#open + 1] = 'campaigns that are not over'; open[#open + 1] = whole(campaigns) end
  if #open > 0 then return { 'open', open } end
  redis.call('HSET', KEYS[1], 'account', ARGV[3], 'epoch', ARGV[5],
    'ancestors', meta.ancestors and meta.ancestors .. ' ' .. meta.epoch or meta.epoch)
else
  redis.call('HSET', KEYS[1], 'account', (meta.account and meta.account .. ' ' or '') .. ARGV[3])
end
redis.call('RPUSH', base .. 'account-changes', cjson.encode({
  atMs = ledgerNow(), account = ARGV[3], former = meta.account or '', kind = ARGV[4], by = ARGV[6], reason = ARGV[7] }))
return { 'bound' }
`;

// Not counted: a ledger that is not there must stay so, and a loss is noticed by the ledger that it was.
const rebindScript = script(REBIND, "reads");
/** The states that are not final. */
const OPEN_STATES = STATES.filter((state) => !isFinal(state));

/** What came of a rebinding. `open`: what keeps the ledger with its account, such as `["processing", 3]`. */
export type Rebound =
  | { kind: "none" | "lost" | "already" | "bound" }
  | { kind: "open"; open: readonly (readonly [what: string, count: number])[] };

/**
 * Binds a ledger to `account`. `same`: it is another client id of the account that the ledger has, and both are taken
 * from then on. Who did and why is kept beside the ledger (`accountChanges`). Throws `LedgerUnavailableError`.
 */
export async function rebindLedger(
  redis: Redis,
  options: { prefix: string; account: string; kind: "same" | "other"; by: string; reason: string },
): Promise<Rebound> {
  const { meta, base } = ledgerKeys(options.prefix);
  const epoch = randomBytes(16).toString("base64url");
  const args = ["", base, options.account, options.kind, epoch, options.by, options.reason, ...OPEN_STATES];
  const [kind, open = []] = (await scriptRunner(redis, undefined)(rebindScript, meta, args)) as [string, string[]?];
  switch (kind) {
    case "none":
    case "lost":
    case "already":
    case "bound":
      return { kind };
    case "open":
      return {
        kind,
        open: open.flatMap((what, index) => (index % 2 === 0 ? [[what, Number(open[index + 1])] as const] : [])),
      };
    default:
      throw new LedgerCorruptError(`a rebinding was answered with "${kind}"`);
  }
}

/** Every rebinding of a ledger, the oldest first, as JSON texts with time, accounts, kind, person and reason. */
export function accountChanges(redis: Redis, prefix: string): Promise<string[]> {
  return answered(redis.lrange(ledgerKeys(prefix).accountChanges, 0, -1));
}
