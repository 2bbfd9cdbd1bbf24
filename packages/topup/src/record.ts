import type { Because } from "./because.js";
import type { TopupState } from "./states.js";
import type { TopupRequest } from "./topup-request.js";

/**
 * Why a top-up is held: a closed gate, a passing refusal of its own while the gate stays open, or FAILED at the provider
 * (asked again when the hold ends). `gate:balance` is no gate: the account holds too little for this top-up, and it is
 * woken when there is more.
 */
export type HoldReason = "failed" | "refused" | `gate:${string}`;

/** What the provider debited and delivered, as far as it told us. Decimal texts, each with its currency. */
export type Settlement = {
  cost?: string;
  costCurrency?: string;
  delivered?: string;
  deliveredCurrency?: string;
  /** The operator's own id of the transaction, where it issues one. */
  operatorTransactionId?: string;
  /** The voucher of a PIN operator. A bearer secret: never logged. */
  pin?: PinDetail;
};

/** A PIN operator's voucher, fields as the provider names them. */
export type PinDetail = {
  serial?: string;
  code?: string;
  /** An amount, or words such as "Valid 30 days". */
  value?: string;
  ivr?: string;
  validity?: string;
  /** How to use it, in one text or in up to three. */
  info?: string;
  info1?: string;
  info2?: string;
  info3?: string;
};

/** A transaction of the provider that names one of the top-up's attempts. */
export type Evidence = { attempt: number; transactionId: number };

/** A transaction that the provider calls FAILED, and when that was first heard; no earlier than it was. */
export type FailedSeen = { transactionId: number; atMs: number };

/** Look-ups of one kind: how many, and when the first and the latest one was. */
export type LookupTally = { times: number; firstMs: number; lastMs: number };

/** A transaction that was debited, or may be, and that the state of its top-up does not account for. */
export type ExtraDebit = { transactionId: number; status: string; cost?: string; costCurrency?: string };

/** Who accepted which transactions, as they were then. A tombstone has forgotten who it was. */
export type AcceptedContradiction = {
  transactions: readonly { transactionId: number; status: string }[];
  by?: string;
  reason?: string;
  key?: string;
};

/** One top-up as the ledger keeps it. All times are in milliseconds since 1970, by the ledger's clock. */
export type TopupRecord = {
  reference: string;
  /** The reference as its caller wrote it, where it has capitals: what the provider knows its attempts by. */
  spelling?: string;
  request: TopupRequest;
  /** The name of the API key that it was first accepted from. Absent for one that came without HTTP. */
  caller?: string;
  /** The row of its campaign's file that it came from, from 1. Absent where no campaign fed it. */
  row?: number;
  /** What its campaign held back for that row, in units of 10^-5 of the account's currency. */
  reserveUnits?: number;
  /** The operator to send to: the caller's, or the detected one. Absent while "auto" is not resolved. */
  operatorId?: number;
  state: TopupState;
  /** The number of the current attempt, from 1. */
  attempt: number;
  /** Grows with every granted claim: by one, and by more after the ledger was rebuilt. */
  fence: number;
  /** Grows by one with every write. */
  version: number;
  /** Claims granted, over all attempts. */
  submits: number;
  /** Status polls of the current attempt, answered or not. */
  polls: number;
  /** Claims whose worker was lost before it recorded an outcome. */
  interruptions: number;
  /** How often the current attempt's outcome became unknown. */
  rounds: number;
  /** How many of these while the provider accepted nothing from anybody: an outage, not the top-up's fault. */
  outageRounds?: number;
  /** When the current attempt's outcome first became unknown, since it was accepted or a person last sent it again. */
  unknownSinceMs?: number;
  /** Since when look-ups of the current attempt have shown nothing while the report was seen to lag. */
  reportLagsSinceMs?: number;
  /** Look-ups in the report that were answered since the outcome last became unknown. */
  lookups: number;
  /** Look-ups of the current attempt, in all its rounds, that showed nothing too early for that to prove anything. */
  emptyLookups?: LookupTally;
  /** Look-ups of the current attempt that got no answer, or none that could be read. */
  unansweredLookups?: LookupTally;
  acceptedAtMs: number;
  /** When the current state was entered. */
  enteredAtMs: number;
  /** When the next alarm should have rung; absent in final states and in review. */
  dueAtMs?: number;
  /** When the latest claim was granted. */
  grantedAtMs?: number;
  leaseUntilMs?: number;
  holdReason?: HoldReason;
  holdUntilMs?: number;
  /** When the current attempt was first refused for a reason that passes. */
  refusedSinceMs?: number;
  /** When the provider was first seen to have the current attempt. */
  processingSinceMs?: number;
  /** The provider refused the current attempt's identifier as already used. */
  identifierUsed: boolean;
  /** The provider's id of the current attempt. */
  transactionId?: number;
  /** Every other transaction that was ever seen of this top-up, by attempt. */
  evidence?: readonly Evidence[];
  /** Transactions that its attempts were answered with and that are another's, as later answers showed. */
  disowned?: readonly Evidence[];
  /** Transactions that the provider called FAILED when a hold or a review last asked: which may still turn, and until when. */
  failedSeen?: readonly FailedSeen[];
  /** The latest code of the provider (or of our client) that explains the state. */
  code?: string;
  settlement?: Settlement;
  /** The person who gave the latest verdict on a review, and why. */
  resolvedBy?: string;
  resolvedReason?: string;
  /** The name of the API key that gave the latest command. */
  commandKey?: string;
  /** What the provider debits, or may, beyond what the state of a final top-up accounts for. */
  extraDebits?: readonly ExtraDebit[];
  /** What its campaign counts for these, in units of 10^-5 of the account's currency. */
  extraUnits?: number;
  /** When that was found. */
  extraAtMs?: number;
  /** What a person has accepted of what the provider shows of it, and why. */
  accepted?: AcceptedContradiction;
  /** The latest verdict was given against what the provider showed, by a person who insisted. */
  forced?: boolean;
};

/** One line of a top-up's history. */
export type HistoryEntry = {
  atMs: number;
  from: TopupState;
  to: TopupState;
  attempt: number;
  because: Because;
  code?: string;
  /** How long the provider took to answer, where an answer caused the move. */
  latencyMs?: number;
  /** The name of the API key that gave the command, where one did. */
  key?: string;
  /** Whose verdict it was, and why, where a person decided. */
  by?: string;
  note?: string;
};
