import { randomBytes } from "node:crypto";
import { isFinal, STATES } from "@surefill/topup";
import type { Redis } from "ioredis";
import { LedgerCorruptError } from "./errors.js";
import { ledgerKeys } from "./keys.js";
import { answered, script, scriptRunner } from "./script-runner.js";
import { PRELUDE } from "./scripts.js";

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
