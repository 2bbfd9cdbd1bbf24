import type { Outcome } from "./effects.js";
import type { Units } from "./money.js";
import type { Order } from "./order.js";

/** Status words of a transaction. The last is in no documentation: clients must survive words they do not know. */
export type Status = "PROCESSING" | "SUCCESSFUL" | "REFUNDED" | "FAILED" | "AWAITING_OPERATOR_CONFIRMATION";

/** One executed top-up. A million of these must fit in memory, so it holds no more than cannot be worked out. */
export interface Transaction {
  readonly transactionId: number;
  readonly identifier: IdentifierRow | undefined;
  readonly operator: Order["operator"];
  readonly recipient: string;
  readonly senderPhone: string | null;
  readonly amount: string;
  readonly useLocalAmount: boolean;
  readonly price: Order["price"];
  readonly balanceBefore: Units;
  readonly committedAtMs: number;
  readonly visibleAtMs: number;
  readonly outcome: Outcome;
  status: Status;
  debited: Units;
  refunded: Units;
}

/**
 * When a POST came, and what the sender can know of it. `refused`: that nothing was executed. `unclear`: it was not, and
 * the answer does not prove that.
 */
export interface PostEntry {
  readonly atMs: number;
  answer: "executed" | "duplicate" | "refused" | "unclear";
}

/** What is known of one customIdentifier, from its first POST on. */
export interface IdentifierRow {
  readonly customIdentifier: string;
  /** Place in order of first appearance. */
  readonly position: number;
  posts: number;
  /** When the latest POST arrived, in milliseconds since 1970. */
  lastPostAtMs: number;
  duplicateRefusals: number;
  /** POSTs that were not executed for any other reason. */
  rejections: number;
  /** Every POST, in the order in which they came; only where that is to be recorded. */
  postLog?: PostEntry[];
  /** Almost always none or one; more only when the provider executed more than once. */
  transactions: readonly Transaction[];
}
