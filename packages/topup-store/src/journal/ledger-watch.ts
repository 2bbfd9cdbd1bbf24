import { LedgerComparingError, type LedgerLostError, LedgerUnavailableError } from "../errors.js";
import type { Ledger } from "../ledger.js";
import type { Witnessed } from "../witness.js";
import { witnessedIn, witnessLine } from "./journal-line.js";

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
  ledger: Pick<Ledger, "check" | "compare" | "leave" | "witness">;
  /** The last lines of every log in the state folder of this process. */
  readLastLines: () => Promise<readonly string[]>;
  /** Where what is known of the ledger is written. */
  log: StateLogFile;
  nowMs: () => number;
  /** Called once when the ledger turns out as lost, and once, with nothing, when it is whole again. */
  onChange: (lost: LedgerLostError | undefined) => void;
  /** Called when the ledger is closed since Redis became another server, and when it waits for others; with nothing when it opens. */
  onComparing: (comparing: LedgerComparingError | undefined) => void;
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
  #comparing: LedgerComparingError | undefined;
  #written: Witnessed = { epoch: "", sequence: -1 };
  #isUnwritable = false;

  constructor(parts: LedgerWatchParts) {
    this.#parts = parts;
  }

  /** One round. A Redis that is away is somebody else's to report. */
  async look(): Promise<void> {
    const { ledger, onChange } = this.#parts;
    await this.#check();
    const { lost } = ledger.witness;
    if (lost !== this.#told) {
      this.#told = lost;
      onChange(lost);
    }
    this.#tellComparing();
    await this.#parts.log.check();
    if (lost === undefined) await this.write();
  }

  async #check(): Promise<void> {
    const { ledger, readLastLines } = this.#parts;
    try {
      await ledger.check().catch(async (error: unknown) => {
        if (!(error instanceof LedgerComparingError)) throw error;
        // Others of this machine may have known more, and not be there to say so.
        await ledger.compare(witnessedIn(await readLastLines()));
        await ledger.check();
      });
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) throw error;
    }
  }

  #tellComparing(): void {
    const { ledger, onComparing } = this.#parts;
    const { comparing } = ledger.witness;
    if (comparing?.message === this.#comparing?.message) return;
    this.#comparing = comparing;
    onComparing(comparing);
  }

  /** Writes down how far the ledger has come, for the last time, and tells the others that this process stops. */
  async leave(): Promise<void> {
    await this.write();
    await this.#parts.ledger.leave().catch((error: unknown) => {
      if (!(error instanceof LedgerUnavailableError)) throw error;
    });
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
