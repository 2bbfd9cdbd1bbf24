import { type LedgerLostError, LedgerUnavailableError } from "../errors.js";
import type { Ledger } from "../ledger.js";
import type { Witnessed } from "../witness.js";
import { witnessLine } from "./journal-line.js";

/** The append-only log of this process, as far as the watch needs it. */
export type StateLogFile = {
  /** False from a failed write, or a file that was removed, until a write has succeeded. */
  readonly isHealthy: boolean;
  /** Resolves when a line is on the disk. */
  append(line: string): Promise<void>;
  /** Finds out whether the file is still there. */
  check(): Promise<void>;
};

export type LedgerWatchParts = {
  ledger: Pick<Ledger, "check" | "witness">;
  /** Where what is known of the ledger is written. */
  log: StateLogFile;
  nowMs: () => number;
  /** Called once when the ledger turns out as lost, and once, with nothing, when it is whole again. */
  onChange: (lost: LedgerLostError | undefined) => void;
  /** Called once when nothing can be written down any more, and again after it could meanwhile. */
  onUnwritable: (error: unknown) => void;
};

/**
 * What a process does every second about the loss of data: asks whether Redis still holds what it acknowledged, also
 * while there is nothing to do, and writes down how far the ledger has come, for the processes after this one.
 */
export class LedgerWatch {
  readonly #parts: LedgerWatchParts;
  #told: LedgerLostError | undefined;
  #written: Witnessed = { epoch: "", sequence: -1 };
  #isUnwritable = false;

  constructor(parts: LedgerWatchParts) {
    this.#parts = parts;
  }

  /** One round. A Redis that is away is somebody else's to report. */
  async look(): Promise<void> {
    const { ledger, onChange } = this.#parts;
    try {
      await ledger.check();
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) throw error;
    }
    const { lost } = ledger.witness;
    if (lost !== this.#told) {
      this.#told = lost;
      onChange(lost);
    }
    await this.#parts.log.check();
    if (lost === undefined) await this.write();
  }

  /**
   * Writes down how far the ledger has come, if it has since the last time. While the log takes no writes it is tried
   * each time, which is how the process finds out that it takes them again.
   */
  async write(): Promise<void> {
    const { ledger, log, nowMs, onUnwritable } = this.#parts;
    const { epoch, sequence, lost } = ledger.witness;
    const isWritten = log.isHealthy && epoch === this.#written.epoch && sequence === this.#written.sequence;
    if (lost !== undefined || isWritten) return;
    try {
      await log.append(witnessLine({ epoch, sequence }, nowMs(), ledger.witness.account));
      this.#written = { epoch, sequence };
      this.#isUnwritable = false;
    } catch (error) {
      if (!this.#isUnwritable) onUnwritable(error);
      this.#isUnwritable = true;
    }
  }
}
