/** The ledger could not be reached or did not answer in time. Nothing may be concluded about what was written. */
export class LedgerUnavailableError extends Error {
  readonly code: string = "LEDGER_UNAVAILABLE";

  /** What Redis said is wrong with it, such as `Redis is out of memory`; undefined where it said nothing. */
  readonly trouble: string | undefined;

  constructor(cause: unknown, message?: string) {
    const trouble = redisTrouble(cause);
    super(message ?? (trouble === undefined ? "the ledger did not answer" : `the ledger takes no writes: ${trouble}`), {
      cause,
    });
    this.name = "LedgerUnavailableError";
    this.trouble = trouble;
  }
}

/** The first word of a refusal by Redis, and what it means for the person who has to help. */
const TROUBLES: ReadonlyMap<string, string> = new Map([
  ["OOM", "Redis is out of memory (maxmemory); give it more, or make room"],
  ["READONLY", "Redis is a read-only replica; REDIS_URL must lead to the primary"],
  ["MISCONF", "Redis cannot write to its disk (MISCONF); make room there and look into its log"],
  ["LOADING", "Redis is still loading its data"],
  ["MASTERDOWN", "Redis is a replica that has lost its primary"],
  ["NOREPLICAS", "Redis has too few replicas to take writes (min-replicas-to-write)"],
  ["BUSY", "Redis is busy with a script"],
  ["NOPERM", "Redis refuses this user a command or a key (NOPERM)"],
  ["NOAUTH", "Redis asks for a password"],
  ["WRONGPASS", "Redis refuses the user or the password"],
  ["CLUSTERDOWN", "the Redis cluster is down"],
  ["MOVED", "this Redis node does not hold the ledger's keys"],
]);

function redisTrouble(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  // A script's error begins with its own code, or with ERR and the one of the command that it ran.
  const [, code = ""] = /^(?:ERR )?-?([A-Z]{3,12})\b/.exec(cause.message) ?? [];
  return TROUBLES.get(code);
}

/**
 * How Redis shows that it lost acknowledged writes. `missing`: the ledger is not there; `replaced`: another one stands
 * in its place; `behind`: it is the right one, as it was before writes that were acknowledged. `rebound`: nothing is
 * lost, but the ledger was given to another account, so it is no longer this process's.
 */
export type LedgerLoss = "missing" | "replaced" | "behind" | "rebound";

const LOSSES: Readonly<Record<LedgerLoss, string>> = {
  missing: "the ledger that this process knows is gone from Redis",
  replaced: "Redis holds another ledger than the one that this process knows",
  behind: "Redis holds an older state of the ledger than was acknowledged",
  rebound: "the ledger was given to another Reloadly account than this process has",
};

/**
 * Redis lost writes that it had acknowledged. Nothing was written, and nothing will be until the ledger has been
 * rebuilt: whoever sent on what is left could send what was sent before.
 */
export class LedgerLostError extends LedgerUnavailableError {
  override readonly code = "LEDGER_LOST";
  readonly loss: LedgerLoss;

  constructor(loss: LedgerLoss) {
    const cure = loss === "rebound" ? "stop this process" : "acknowledged writes are lost; run `surefill rebuild`";
    super(undefined, `${LOSSES[loss]}: ${cure}`);
    this.name = "LedgerLostError";
    this.loss = loss;
  }
}

/**
 * Redis is another server than the one on which this ledger was last open (a restart, a promotion), and it is not yet
 * certain that it holds everything that was acknowledged. Nothing was written, and nothing is claimed until it is.
 */
export class LedgerComparingError extends LedgerUnavailableError {
  override readonly code = "LEDGER_COMPARING";
  /** The processes that ran when the server changed and have not been compared, as people know them. */
  readonly awaited: readonly string[];
  /** Whether any process has answered that knew the ledger before the change. */
  readonly isKnown: boolean;

  constructor({ awaited, isKnown }: { awaited: readonly string[]; isKnown: boolean }) {
    const shown = awaited.slice(0, 5).join(", ") + (awaited.length > 5 ? ` and ${awaited.length - 5} more` : "");
    const waits =
      awaited.length > 0
        ? `what these processes know of the ledger has not been compared: ${shown}. Start them, with their STATE_DIR`
        : "no process that answered knows what the ledger held before: this cannot be known without a STATE_DIR. " +
          "Start a process with one";
    super(
      undefined,
      `Redis is another server than before, and ${waits}, or confirm with \`surefill reopen\` that nothing is lost`,
    );
    this.name = "LedgerComparingError";
    this.awaited = awaited;
    this.isKnown = isKnown;
  }
}

/**
 * There is no ledger under the prefix, and this process knows of none. It is created by `surefill init` alone: a Redis
 * that is empty may be a new one, or one that has lost everything.
 */
export class LedgerMissingError extends Error {
  readonly code = "LEDGER_MISSING";

  /** `isBegun`: a rebuild of it was begun and has not ended. */
  constructor(prefix: string, isBegun: boolean) {
    super(
      isBegun
        ? `the ledger under REDIS_PREFIX "${prefix}" is being rebuilt, or its rebuild was stopped: run \`surefill rebuild\` to its end`
        : `there is no ledger under REDIS_PREFIX "${prefix}". For a new installation create it, once, with \`surefill init\`. ` +
            "If top-ups were sent from here before, do not: REDIS_URL or REDIS_PREFIX is another one, or Redis has lost " +
            "its data and `surefill rebuild` makes the ledger again from the state folders and Reloadly's report",
    );
    this.name = "LedgerMissingError";
  }
}

/** A record in Redis does not have the shape this version writes. Somebody else wrote to the ledger's keys. */
export class LedgerCorruptError extends Error {
  readonly code = "LEDGER_CORRUPT";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LedgerCorruptError";
  }
}
