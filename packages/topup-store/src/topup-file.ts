import type { HistoryEntry, TopupRecord, TopupState } from "@surefill/topup";

/**
 * Everything that the ledger holds of one top-up, read in one atomic step: what an audit judges. Times are in
 * milliseconds since 1970, by the ledger's clock.
 */
export type TopupFile = {
  record: TopupRecord;
  /** Moves, oldest first. Empty for a tombstone. */
  history: readonly HistoryEntry[];
  /** The history has every move from the first one on: nothing was dropped from it, or lost with Redis's data. */
  isHistoryWhole: boolean;
  /** Retention has shrunk the record: recipient, history and indexes are gone. */
  isTombstone: boolean;
  /** What is bought is still what was accepted. True where that can no longer be told (a tombstone). */
  isContentIntact: boolean;
  /** When the sweeper's index says that somebody must look; absent when the top-up is not in it. */
  dueIndexMs?: number;
  /** The states under which the lists show it, each with the time that it is listed by. */
  listedAs: readonly { state: TopupState; sinceMs: number }[];
  /** The top-up to which the ledger gives `record.transactionId`; absent when it knows of none. */
  transactionOwner?: string;
};
