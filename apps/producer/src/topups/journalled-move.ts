import { type Clock, type Ids, withDeadline } from "@surefill/runtime";
import type { Because, Move, TopupRecord } from "@surefill/topup";
import {
  decisionLine,
  type Ledger,
  LedgerUnavailableError,
  type Moved,
  type MoveOptions,
  undecidedLine,
} from "@surefill/topup-store";

/** As `Ledger.move`; the whole record is written down with what a person decides of it. */
export type JournalledMove = (record: TopupRecord, move: Move, options?: MoveOptions) => Promise<Moved>;

export type JournalledMoveParts = {
  ledger: Pick<Ledger, "move" | "witness">;
  /** The append-only log of this process. */
  log: { append(line: string): Promise<void> };
  clock: Pick<Clock, "sleep" | "nowMs">;
  ids: Pick<Ids, "uuidv7">;
};

/** The moves that a person commands. */
const COMMANDED: ReadonlySet<Because> = new Set(["withdrawn", "resolved-by-operator", "forced-by-operator"]);

/** Half of the second within which a caller is answered; the ledger has the rest. */
const JOURNAL_DEADLINE_MS = 400;

/**
 * Makes moves of the ledger, and writes down outside of Redis, first, what a person decides: should Redis lose its data,
 * a rebuild must not bring back, and pay, what a person ended. Throws a `LedgerUnavailableError` where that cannot be
 * written; nothing is moved then.
 */
export function journalledMove({ ledger, log, clock, ids }: JournalledMoveParts): JournalledMove {
  return async (record, move, options) => {
    if (!COMMANDED.has(move.because)) return ledger.move(record, move, options);
    const id = ids.uuidv7();
    const stamped = () => ({ epoch: ledger.witness.epoch, sequence: ledger.witness.sequence, atMs: clock.nowMs(), id });
    const line = decisionLine(record, move, stamped());
    try {
      await withDeadline(clock, { what: "the journal", deadlineMs: JOURNAL_DEADLINE_MS }, () => log.append(line));
    } catch (error) {
      throw new LedgerUnavailableError(error, "the decision could not be written to STATE_DIR; nothing was changed");
    }
    // A call that fails may have made the move, so its line stays.
    const moved = await ledger.move(record, move, options);
    // Should this not be written, a rebuild takes the person at their word, unless the top-up was claimed since.
    if (moved.kind !== "moved") await log.append(undecidedLine(stamped())).catch(() => undefined);
    return moved;
  };
}
