import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { LedgerCorruptError, LedgerUnavailableError } from "./errors.js";
import { fieldsOf } from "./record-codec.js";
import type { LedgerWitness } from "./witness.js";

/** Runs one Lua script. `arguments` follow the keys, all as text. */
export type RunScript = (script: Script, key: string, args: readonly string[]) => Promise<unknown>;

/** A script with the digest by which Redis knows it. */
export type Script = { lua: string; sha: string };

/**
 * What every script is wrapped in. The last two arguments are the epoch and the highest sequence that the caller has
 * witnessed. Where Redis has gone back behind them the script does not run, so that nothing is decided, and nothing
 * sent, on a ledger that has forgotten something. A ledger that is found to be behind says so to everybody from then
 * on: others may know less, and would write over the gap. No epoch: the caller knows nothing.
 *
 * The sequence grows after the script's own writes. In a full Redis only a script that has written nothing is refused
 * that, and then there is nothing to count.
 *
 * `fenceFloor` is for the script that gives fences out; fences.ts says what it is.
 */
function guarded(lua: string, access: "reads" | "writes"): string {
  const count = `
local grown = redis.pcall('HINCRBY', meta, 'sequence', 1)
if type(grown) == 'number' then sequence = grown end`;
  return `
local witnessed, epoch, meta = tonumber(table.remove(ARGV)), table.remove(ARGV), ARGV[2] .. 'meta'
local current = redis.call('HMGET', meta, 'epoch', 'sequence', 'behind', 'fenceFloor')
local sequence, fenceFloor = tonumber(current[2] or '0'), tonumber(current[4] or '0')
if epoch ~= '' then
  if current[1] == epoch and sequence < witnessed and not current[3] then
    current[3] = redis.pcall('HSET', meta, 'behind', string.format('%.0f', witnessed))
  end
  if current[1] ~= epoch or current[3] then return { 'lost', 0, redis.call('HGETALL', meta) } end
end
local function run()
${lua}
end
local answer = run()${access === "writes" ? count : ""}
return { 'ran', sequence, answer }
`;
}

/** Wraps a script whose ARGV begin with the time and the base of the ledger's keys. `reads`: it is not counted. */
export function script(lua: string, access: "reads" | "writes" = "writes"): Script {
  const whole = guarded(lua, access);
  return { lua: whole, sha: createHash("sha1").update(whole).digest("hex") };
}

/**
 * Makes the function that runs scripts on a connection, on behalf of a witness; without one a script runs on whatever
 * Redis holds. Throws a `LedgerLostError` when the ledger lacks what was witnessed. A Redis that has restarted has
 * forgotten its scripts and is given the text again. Any other failure to answer is a `LedgerUnavailableError`: what
 * was written is not known.
 */
export function scriptRunner(redis: Redis, witness: LedgerWitness | undefined): RunScript {
  return async (wanted, key, args) => {
    const epoch = witness?.epoch ?? "";
    const reply = await evaluate(redis, wanted, key, [...args, epoch, String(witness?.sequence ?? 0)]);
    const [verdict, sequence, answer] = reply as ["ran" | "lost", number, unknown];
    if (verdict === "ran") {
      witness?.note({ epoch, sequence });
      return answer;
    }
    if (witness === undefined) throw new LedgerCorruptError("a script was refused that nobody had told of an epoch");
    // What the caller computed may belong to the former epoch (hashes, a record's place), so it asks again by itself.
    throw (
      witness.judge(fieldsOf(answer as unknown[])) ??
      new LedgerUnavailableError(undefined, "the ledger was rebuilt; ask again")
    );
  };
}

async function evaluate(redis: Redis, { lua, sha }: Script, key: string, args: readonly string[]): Promise<unknown> {
  try {
    return await redis.evalsha(sha, 1, key, ...args);
  } catch (error) {
    if (!isUnknownScript(error)) throw asLedgerError(error);
  }
  try {
    return await redis.eval(lua, 1, key, ...args);
  } catch (error) {
    throw asLedgerError(error);
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}

/** A script's own error is a defect and keeps its words; everything else means that Redis is away or refuses. */
export function asLedgerError(error: unknown): Error {
  const isDefect = error instanceof Error && /^ERR .*(user_script|Error running script)/.test(error.message);
  return isDefect ? error : new LedgerUnavailableError(error);
}

/** Awaits a plain command; a Redis that does not answer it is a `LedgerUnavailableError`. */
export async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw asLedgerError(error);
  }
}

/** The ledger's time in milliseconds: the given one, or Redis's own where `given` is empty. */
export async function ledgerTime(redis: Redis, given: string): Promise<number> {
  if (given !== "") return Number(given);
  const [seconds, microseconds] = await answered(redis.time());
  return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
}
