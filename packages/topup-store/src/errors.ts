/** The ledger could not be reached or did not answer in time. Nothing may be concluded about what was written. */
export class LedgerUnavailableError extends Error {
  readonly code = "LEDGER_UNAVAILABLE";

  constructor(cause: unknown) {
    super("the ledger did not answer", { cause });
    this.name = "LedgerUnavailableError";
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
