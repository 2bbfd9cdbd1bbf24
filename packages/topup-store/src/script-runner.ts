import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { LedgerUnavailableError } from "./errors.js";

/** Runs one Lua script. `arguments` follow the keys, all as text. */
export type RunScript = (script: Script, key: string, args: readonly string[]) => Promise<unknown>;

/** A script with the digest by which Redis knows it. */
export type Script = { lua: string; sha: string };

export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/**
 * Makes the function that runs scripts on a connection. A Redis that has restarted has forgotten its scripts and
 * is given the text again. Any other failure to answer is a `LedgerUnavailableError`: what was written is not known.
 */
export function scriptRunner(redis: Redis): RunScript {
  return async ({ lua, sha }, key, args) => {
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
  };
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
