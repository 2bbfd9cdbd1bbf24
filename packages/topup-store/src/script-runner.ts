import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { LedgerCorruptError, LedgerUnavailableError } from "./errors.js";
import { fieldsOf } from "./record-codec.js";
import { COMPARE, SERVER_ID, SERVER_RULES } from "./server-change-lua.js";
import type { LedgerWitness, Witnessed } from "./witness.js";

/** Runs one Lua script. `arguments` follow the keys, all as text. */
export type RunScript = (script: Script, key: string, args: readonly string[]) => Promise<unknown>;

/** A script with the digest by which Redis knows it. */
export type Script = { lua: string; sha: string };

/**
 * What a script does. `reads`: it is not counted. `writes`: it is counted. `watches`: it is not counted and notices a
 * change of server, as one that writes does. `compares`: so, too, and it runs while the ledger is closed for that.
 */
export type Access = "reads" | "writes" | "watches" | "compares";

/**
 * What every script is wrapped in. The last three arguments are the epoch, the server and the highest sequence that the
 * caller has witnessed. Where Redis has gone back behind them the script does not run, so that nothing is decided, and
 * nothing sent, on a ledger that has forgotten something. A ledger that is found to be behind says so to everybody from
 * then on: others may know less, and would write over the gap. No epoch: the caller knows nothing.
 *
 * The first script on another server than before notes how far this ledger had come, before it writes, and closes it
 * until that has been compared with what others know (server-change-lua.ts).
 *
 * The sequence grows after the script's own writes. In a full Redis only a script that has written nothing is refused
 * that, and then there is nothing to count.
 *
 * `fenceFloor` is for the script that gives fences out; fences.ts says what it is.
 */
function guarded(lua: string, access: Access): string {
  const count = `
local grown = redis.pcall('HINCRBY', meta, 'sequence', 1)
if type(grown) == 'number' then sequence = grown end`;
  const notice = `
${SERVER_ID}
local id = current[1] and serverId()
if id and id ~= server then server, comparing = serverRules().changeServer(id, server, sequence, comparing) end`;
  return `
local witnessed, toldServer, epoch = tonumber(table.remove(ARGV)), table.remove(ARGV), table.remove(ARGV)
local meta = ARGV[2] .. 'meta'
local current = redis.call('HMGET', meta, 'epoch', 'sequence', 'behind', 'fenceFloor', 'server', 'comparing')
local sequence, fenceFloor = tonumber(current[2] or '0'), tonumber(current[4] or '0')
local server, comparing = current[5], current[6]
local function serverRules()
${SERVER_RULES}
return { changeServer = changeServer, isBeyond = isBeyond }
end${access === "reads" ? "" : notice}
if epoch ~= '' then
  local isOther = toldServer ~= '' and server and toldServer ~= server
  if current[1] == epoch and not current[3] and
    (sequence < witnessed or (isOther and serverRules().isBeyond(toldServer, witnessed, server))) then
    current[3] = redis.pcall('HSET', meta, 'behind', string.format('%.0f', witnessed))
  end
  if current[1] ~= epoch or current[3] then return { 'lost', 0, redis.call('HGETALL', meta), '' } end
  ${access === "compares" ? "" : "if comparing then return { 'comparing', 0, false, '' } end"}
end
local function run()
${lua}
end
local answer = run()${access === "writes" ? count : ""}
return { 'ran', sequence, answer, server ~= toldServer and server or '' }
`;
}

/** Wraps a script whose ARGV begin with the time and the base of the ledger's keys. */
export function script(lua: string, access: Access = "writes"): Script {
  const whole = guarded(lua, access);
  return { lua: whole, sha: createHash("sha1").update(whole).digest("hex") };
}

const compareScript = script(COMPARE, "compares");

type Reply = [verdict: "ran" | "lost" | "comparing", sequence: number, answer: unknown, server: string];

/**
 * Makes the function that runs scripts on a connection, on behalf of a witness; without one a script runs on whatever
 * Redis holds. Throws a `LedgerLostError` when the ledger lacks what was witnessed, a `LedgerComparingError` while it is
 * closed since Redis is another server than before. A Redis that has restarted has forgotten its scripts and is given the
 * text again. Any other failure to answer is a `LedgerUnavailableError`: what was written is not known.
 */
export function scriptRunner(redis: Redis, witness: LedgerWitness | undefined): RunScript {
  return async (wanted, key, args) => {
    const [verdict, , answer] = await runOnce(redis, witness, { wanted, key, args });
    if (verdict === "ran") return answer;
    if (witness === undefined) throw new LedgerCorruptError("a script was refused that nobody had told of an epoch");
    const [now = "", base = ""] = args;
    await compareKnowledge(redis, witness, { now, base });
    const [again, , later] = await runOnce(redis, witness, { wanted, key, args });
    if (again !== "ran") throw new LedgerUnavailableError(undefined, "Redis has become another server again");
    return later;
  };
}

type Call = { wanted: Script; key: string; args: readonly string[] };

async function runOnce(redis: Redis, witness: LedgerWitness | undefined, { wanted, key, args }: Call): Promise<Reply> {
  const told: Witnessed = witness?.told ?? { epoch: "", sequence: 0 };
  const { epoch, server = "", sequence } = told;
  const reply = (await evaluate(redis, wanted, key, [...args, epoch, server, String(sequence)])) as Reply;
  const [verdict, counted, answer, other] = reply;
  if (verdict === "ran") witness?.note({ epoch, sequence: counted, ...serverOf(other || server) }, told);
  if (verdict !== "lost" || witness === undefined) return reply;
  // What the caller computed may belong to the former epoch (hashes, a record's place), so it asks again by itself.
  throw (
    witness.judge(fieldsOf(answer as unknown[])) ??
    new LedgerUnavailableError(undefined, "the ledger was rebuilt; ask again")
  );
}

function serverOf(server: string): Pick<Witnessed, "server"> {
  return server === "" ? {} : { server };
}

/**
 * Gives to the ledger what a process knows of it, after Redis became another server. `inFolder`: what its state folder
 * tells, where that was read. Throws a `LedgerComparingError` while others have not, a `LedgerLostError` where the ledger
 * lacks something.
 */
export async function compareKnowledge(
  redis: Redis,
  witness: LedgerWitness,
  { now, base, inFolder }: { now: string; base: string; inFolder?: readonly Witnessed[] | undefined },
): Promise<void> {
  const known = [...witness.remembered, ...(inFolder ?? [])].filter(({ epoch }) => epoch === witness.epoch);
  const pairs = known.flatMap(({ server = "", sequence }) => [server, String(sequence)]);
  const { seen } = witness;
  const isRead = inFolder === undefined ? "" : "1";
  const args = [now, base, ...witness.listed, isRead, String(seen.length), ...seen, ...pairs];
  const call: Call = { wanted: compareScript, key: `${base}meta`, args };
  const [, , answer] = await runOnce(redis, witness, call);
  const [verdict, isKnown = 0, awaited = []] = answer as ["open" | "behind" | "closed", number?, string[]?];
  if (verdict === "open") return;
  // It is marked now, and the next call is refused with the loss.
  if (verdict === "behind") await runOnce(redis, witness, call);
  throw witness.compares({ isKnown: isKnown === 1, awaited });
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
