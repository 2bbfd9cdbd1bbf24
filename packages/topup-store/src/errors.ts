/** The ledger could not be reached or did not answer in time. Nothing may be concluded about what was written. */
export class LedgerUnavailableError extends Error {
  readonly code: string = "LEDGER_UNAVAILABLE";

  constructor(cause: unknown, message = "the ledger did not answer") {
    super(message, { cause });
    this.name = "LedgerUnavailableError";
  }
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

/** A record in Redis does not have the shape this version writes. Somebody else wrote to the ledger's keys. */
export class LedgerCorruptError extends Error {
  readonly code = "LEDGER_CORRUPT";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LedgerCorruptError";
  }
}
