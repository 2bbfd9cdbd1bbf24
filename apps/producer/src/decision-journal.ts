import { type Clock, type Ids, withDeadline } from "@surefill/runtime";
import { type Ledger, LedgerUnavailableError, undecidedLine, type Witnessed } from "@surefill/topup-store";

/** When a decision was taken, how far its process had seen the ledger come, and the name by which it can be undone. */
export type DecisionStamp = Witnessed & { atMs: number; id: string };

/**
 * Writes a decision of a person down outside of Redis, and then has it carried out. `isDone` tells whether the ledger did
 * so; where it refused, a second line says that nothing came of the first. Throws a `LedgerUnavailableError` where the
 * decision cannot be written; nothing is done then.
 */
export type DecisionJournal = <T>(
  lineOf: (stamp: DecisionStamp) => string,
  carryOut: () => Promise<T>,
  isDone: (outcome: T) => boolean,
) => Promise<T>;

export type DecisionJournalParts = {
  ledger: Pick<Ledger, "witness">;
  /** The append-only log of this process. */
  log: { append(line: string): Promise<void> };
  clock: Pick<Clock, "sleep" | "nowMs">;
  ids: Pick<Ids, "uuidv7">;
};

/** Half of the second within which a caller is answered; the ledger has the rest. */
const JOURNAL_DEADLINE_MS = 400;

/** Should Redis lose its data, a rebuild must not bring back, and pay, what a person ended. */
export function decisionJournal({ ledger, log, clock, ids }: DecisionJournalParts): DecisionJournal {
  return async (lineOf, carryOut, isDone) => {
    const id = ids.uuidv7();
    const stamped = () => {
      const { epoch, server, sequence } = ledger.witness;
      return { epoch, server, sequence, atMs: clock.nowMs(), id };
    };
    const line = lineOf(stamped());
    try {
      await withDeadline(clock, { what: "the journal", deadlineMs: JOURNAL_DEADLINE_MS }, () => log.append(line));
    } catch (error) {
      throw new LedgerUnavailableError(error, "the decision could not be written to STATE_DIR; nothing was changed");
    }
    // A call that fails may have been carried out, so its line stays.
    const outcome = await carryOut();
    // Should this not be written, a rebuild takes the person at their word, unless the top-up was claimed since.
    if (!isDone(outcome)) await log.append(undecidedLine(stamped())).catch(() => undefined);
    return outcome;
  };
}
