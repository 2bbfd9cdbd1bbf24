import type { RowStatus } from "./fates.js";

/** A transaction in the provider's books. */
export type Booked = {
  transactionId: number;
  identifier: string;
  recipient: string;
  operatorId: number;
  amount: string;
  /** What it costs the account while it is PROCESSING or SUCCESSFUL. */
  cost: string;
  bookedAtMs: number;
  /** From then on the report shows it. */
  visibleAtMs: number;
  status: RowStatus;
  /** The provider booked one order twice, all by itself: nobody here can help it, only notice it. */
  isTooMuch: boolean;
};

/** A POST as it left a process: with the identifier in it, and what became of it as far as anybody can prove. */
export type SeenPost = {
  identifier: string;
  process: string;
  recipient: string;
  operatorId: number;
  writtenAtMs: number;
  /** The transactionId that reached a living process as the answer. */
  answeredId?: number;
  /** An answer has reached a living process that proves: it did and will do nothing. */
  isProvenNoOp: boolean;
};

/** An answer that told a transaction's status. */
export type SeenStatus = { transactionId: number; status: RowStatus; atMs: number };

/** A page of the report as it was shown for an identifier. */
export type SeenReport = { identifier: string; rows: number; atMs: number };

/** What the provider knows: the judge of every run. Nothing of it comes from our own records. */
export class Books {
  readonly rows: Booked[] = [];
  readonly posts: SeenPost[] = [];
  readonly statuses: SeenStatus[] = [];
  readonly reports: SeenReport[] = [];

  /** Transactions that cost money now, or may still do so. */
  live(identifiers: (identifier: string) => boolean): Booked[] {
    return this.rows.filter(
      ({ identifier, status }) => identifiers(identifier) && (status === "PROCESSING" || status === "SUCCESSFUL"),
    );
  }
}
