import type { LedgerEvent, Timings } from "@surefill/topup";
import type { LedgerReader } from "@surefill/topup-store";
import type { ProviderPost } from "../checks/check-posts.js";
import type { AuditClient } from "./report-walk.js";

/** One customIdentifier in the provider's own books. */
export type BooksRow = { customIdentifier: string; posts: readonly ProviderPost[] };

/** The books of a provider that opens them, as the local Reloadly does. Decimal texts in `currency`. */
export type ProviderBooks = {
  wallet: { debited: string; refunded: string; currency: string };
  /** When each POST came; `undefined` where the provider was not told to write that down. */
  posts: AsyncIterable<readonly BooksRow[]> | undefined;
};

/** What an audit reads from. */
export type AuditParts = {
  ledger: LedgerReader;
  client: AuditClient;
  /** Reads the event log after a cursor, oldest first. */
  readEvents: (after: string, limit: number) => Promise<LedgerEvent[]>;
  timings: Pick<Timings, "SEND_DEADLINE_MS" | "QUIET_MS" | "FAILED_HOLD_MS" | "SUBMIT_ATTEMPTS_MAX">;
  signal: AbortSignal;
  /** Called between two requests, so that an audit beside paying work can hold back. */
  pause?: () => Promise<void>;
};

/** What an audit judges. */
export type AuditScope = {
  /** Leave out what had ended before this time of the ledger. Open top-ups are always judged. */
  sinceMs?: number;
  /** Nothing is under way any more, so that what is still open, or does not add up, is a finding. */
  isSettled?: boolean;
  /** Go through the event log as well. */
  withEvents?: boolean;
  /** Go through ended top-ups, and hold each against the report. Without it only the open ones and the report. */
  withEnded?: boolean;
  /**
   * What a transaction that names no top-up of ours is: `alarm`, a finding, because nobody else uses the account; or
   * `count`, somebody else's business.
   */
  foreign?: "alarm" | "count";
  /** Transactions from before this time that name no top-up of ours are somebody else's business in any case. */
  foreignSinceMs?: number;
  /** References whose acceptance was acknowledged to somebody, in any order. */
  acknowledged?: Iterable<string> | AsyncIterable<string>;
  books?: ProviderBooks;
  /** By how much the provider's clock may differ from the ledger's. */
  clockSkewMs?: number;
  /** At most so many top-ups are asked for one by one. */
  looksMax?: number;
};

/** How much an audit has gone through: one that went through nothing has found nothing. */
export type AuditCounts = {
  /** Files of top-ups that were judged by the ledger alone, and how many of them were open. */
  topups: number;
  open: number;
  /** Transactions in the provider's report, and those that name no top-up of ours. */
  transactions: number;
  foreign: number;
  events: number;
  /** POSTs in the provider's books that were judged. */
  posts: number;
  /** Those that name no top-up of ours, where others use the account. */
  foreignPosts: number;
  /** Those of which the ledger cannot tell any more whether they were granted: shrunk, cut, or lost and rebuilt. */
  unjudgedPosts: number;
  acknowledged: number;
  /** Top-ups that the provider was asked for one by one. */
  looks: number;
  /** Of those, the ones that moved on whenever the provider had answered, and were not judged. */
  moving: number;
  /** Differences that were not looked into, because there were too many. */
  unresolved: number;
  /** Rows of the report, and answers about one top-up, that could not be read: any may be a paid transaction. */
  unreadable: number;
  /** Paid top-ups of which nobody told the cost. */
  unpriced: number;
};
