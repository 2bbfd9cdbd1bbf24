import { type Clock, DeadlineExceeded, withDeadline } from "@surefill/runtime";
import { type Ledger, LedgerUnavailableError } from "@surefill/topup-store";
import type { DecisionJournal } from "./decision-journal.js";
import { type JournalledMove, journalledMove } from "./topups/journalled-move.js";

/** The ledger as handlers see it: every call ends in time for a 503 within the second. */
export type PromptLedger = Pick<
  Ledger,
  "accept" | "acceptWithin" | "look" | "history" | "list" | "check" | "nowMs" | "records"
> & {
  move: JournalledMove;
  countInReview: () => Promise<number>;
  closedGates: Ledger["gates"]["closed"];
  gatesNamed: Ledger["gates"]["named"];
  waitingAt: Ledger["gates"]["waitingAt"];
};

/**
 * A call may be several commands after each other (a list and its records), and each has a timeout of its own. Half of
 * the second is left for everything else that a busy process does.
 */
const LEDGER_DEADLINE_MS = 500;

/** Waits for an answer of Redis no longer than callers should; a late one is a `LedgerUnavailableError`. */
export async function promptly<T>(
  clock: Pick<Clock, "sleep">,
  ask: (signal: AbortSignal) => Promise<T>,
  deadlineMs = LEDGER_DEADLINE_MS,
): Promise<T> {
  try {
    return await withDeadline(clock, { what: "the ledger", deadlineMs }, ask);
  } catch (error) {
    if (error instanceof DeadlineExceeded) throw new LedgerUnavailableError(error);
    throw error;
  }
}

/** Puts the deadline on each call that handlers make. A write that is late may still happen; repeating it is safe. */
export function promptLedger(
  ledger: Ledger,
  { clock, journal }: { clock: Pick<Clock, "sleep">; journal: DecisionJournal },
): PromptLedger {
  const move: Ledger["move"] = (record, wanted, options) => promptly(clock, () => ledger.move(record, wanted, options));
  return {
    accept: (topups) => promptly(clock, () => ledger.accept(topups)),
    acceptWithin: (topups) => promptly(clock, () => ledger.acceptWithin(topups)),
    look: (reference) => promptly(clock, () => ledger.look(reference)),
    history: (reference) => promptly(clock, () => ledger.history(reference)),
    list: (filter, page) => promptly(clock, () => ledger.list(filter, page)),
    nowMs: () => promptly(clock, () => ledger.nowMs()),
    check: () => promptly(clock, () => ledger.check()),
    records: (references) => promptly(clock, () => ledger.records(references)),
    countInReview: () => promptly(clock, async () => (await ledger.counts()).review),
    closedGates: () => promptly(clock, () => ledger.gates.closed()),
    gatesNamed: (names) => promptly(clock, () => ledger.gates.named(names)),
    waitingAt: (names) => promptly(clock, () => ledger.gates.waitingAt(names)),
    move: journalledMove({ move }, journal),
  };
}
