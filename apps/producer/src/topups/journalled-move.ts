import type { Because, Move, TopupRecord } from "@surefill/topup";
import { decisionLine, type Ledger, type Moved, type MoveOptions } from "@surefill/topup-store";
import type { DecisionJournal } from "../decision-journal.js";

/** As `Ledger.move`; the whole record is written down with what a person decides of it. */
export type JournalledMove = (record: TopupRecord, move: Move, options?: MoveOptions) => Promise<Moved>;

/** The moves that a person commands. */
const COMMANDED: ReadonlySet<Because> = new Set(["withdrawn", "resolved-by-operator", "forced-by-operator"]);

/**
 * Makes moves of the ledger, and writes down outside of Redis, first, what a person decides. Throws a
 * `LedgerUnavailableError` where that cannot be written; nothing is moved then.
 */
export function journalledMove(ledger: Pick<Ledger, "move">, journal: DecisionJournal): JournalledMove {
  return (record, move, options) => {
    const make = () => ledger.move(record, move, options);
    if (!COMMANDED.has(move.because)) return make();
    return journal(
      (stamp) => decisionLine(record, move, stamp),
      make,
      ({ kind }) => kind === "moved",
    );
  };
}
