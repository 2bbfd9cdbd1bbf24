/** What every process of ours does alike when it starts on Redis, and when it stops. */
import type { Clock } from "./clock.js";
import type { Closers } from "./closers.js";
import type { Logger } from "./logger.js";
import { connectRedis, isRefusal, type RedisClient, type RedisRole } from "./redis.js";
import { checkRedis, formatFindings, mayStart, type RedisChecksOverride } from "./redis-checks.js";

/** Redis may lose what it was given: a process does not start on it. The message says why, and the cure. */
export class UnsafeRedisError extends Error {
  readonly code = "REDIS_UNSAFE";

  constructor(message: string) {
    super(message);
    this.name = "UnsafeRedisError";
  }
}

/** Throws `UnsafeRedisError` when money cannot be trusted to this Redis; logs what is only worth a look. */
export async function requireSafeRedis(
  client: RedisClient,
  options: { clock: Clock; prefix: string; override: RedisChecksOverride | undefined; log: Logger },
): Promise<void> {
  const findings = await checkRedis(client, options);
  if (!mayStart(findings)) throw new UnsafeRedisError(formatFindings(findings));
  if (findings.length > 0) options.log.warn({ findings: formatFindings(findings) }, "redis settings to look at");
}

/** Opens connections for one process, each named after it and closed with it. */
export function redisConnector(options: {
  url: string;
  process: string;
  log: Logger;
  closers: Closers;
  budgetMs: number;
}): (role: RedisRole, name: string) => Promise<RedisClient> {
  const { url, process, log, closers, budgetMs } = options;
  return async (role, name) => {
    const onError = (err: Error) => log.warn({ err, connection: name }, "redis connection failed");
    const connection = await connectRedis({ url, role, name: `surefill-${process}-${name}`, onError });
    closers.add(`redis ${name}`, { budgetMs, close: async () => connection.disconnect() });
    return connection;
  };
}

/** Takes a process apart and logs every part that did not close. Resolves true when all did. */
export async function closeAndReport(closers: Closers, log: Logger, deadlineMs: number): Promise<boolean> {
  const results = await closers.closeAll({ deadlineMs });
  for (const result of results) {
    if (result.outcome === "closed") continue;
    log.error({ part: result.name, outcome: result.outcome, err: result.error }, "a part did not close");
  }
  return results.every(({ outcome }) => outcome === "closed");
}

/** Exit code for what a person must put right first; starting again by itself does not help (sysexits: EX_CONFIG). */
export const EXIT_CONFIG = 78;

/** Errors that need a person: settings, a Redis that may forget or refuses us, a ledger that is missing or that another version wrote, a disk. */
const NEEDS_A_PERSON: ReadonlySet<unknown> = new Set([
  "CONFIGURATION_WRONG",
  "REDIS_UNSAFE",
  "REDIS_REFUSED",
  "LEDGER_CORRUPT",
  "LEDGER_MISSING",
  "LEDGER_OF_ANOTHER_ACCOUNT",
  "STATE_DIRECTORY_UNUSABLE",
]);

/**
 * Why a process could not start, for the person who started it, and its exit code: 78 where starting again cannot
 * help, else 1 (such as a Redis that cannot be reached). There may be no logger yet.
 */
export function explainFailedStart(error: unknown): { message: string; exitCode: number } {
  if (!(error instanceof Error)) return { message: "the process cannot start", exitCode: 1 };
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  const needsAPerson = ("code" in error && NEEDS_A_PERSON.has(error.code)) || isRefusal(error.cause);
  return { message: `${error.message}${cause}`, exitCode: needsAPerson ? EXIT_CONFIG : 1 };
}
