/** What the ledger is given, and what it answers. */
import type { TopupRecord, TopupState } from "@surefill/topup";
import type { Witnessed } from "./witness.js";

/** How a process opens the ledger. */
export type LedgerOptions = {
  /** Key prefix; everything of one installation shares it. */
  prefix: string;
  /** Names this process in operation ids, for whoever reads a record in Redis. */
  processId: string;
  /**
   * The state folder of this process, and how people know the process. After a change of server others wait until what
   * it knows has been compared. `sendWithinMs`: within how long of a claim it sends, where it does. Left out, nobody waits
   * for it.
   */
  stateFolder?: { id: string; label: string; sendWithinMs?: number };
  /** What processes of this machine have witnessed of the ledger before; left out, nobody knows anything of it. */
  known?: readonly Witnessed[];
  /** This process's provider account, as `environment:hash`: the first one to open a ledger has it. Left out: any. */
  account?: string;
  /** The ledger's time in milliseconds, for tests. Left out, Redis's own clock is used. */
  nowMs?: () => number;
};

/**
 * A top-up to accept. `spelling` is the reference as its caller wrote it, where that differs. `caller` is the name of the API key that it came with, if it came with one. It is no part of the
 * content: of several calls that name one top-up the first one's key is kept.
 */
export type NewTopup = Pick<TopupRecord, "reference" | "spelling" | "request" | "caller">;

/** `conflict`: the reference exists with other content. */
export type Accepted = { kind: "created" | "exists" | "conflict"; record: TopupRecord };

/** What a new top-up is worth, and how much its API key may have accepted in one day; above 0, in whole units of anything. */
export type Spend = { units: number; unitsMax: number };

/** The top-up would be more than its API key may have accepted in one day, of which `spentUnits` are used. */
export type OverLimit = {
  kind: "over-limit";
  reference: string;
  spentUnits: number;
  /** When the day ends, and what time it is, by the ledger's clock. */
  resetsAtMs: number;
  nowMs: number;
};

/** Another top-up to the recipient was paid within the time that the caller gave, or may still be paid. */
export type PaidRecently = {
  kind: "paid-recently";
  reference: string;
  /** `endedAtMs` is absent while it may still be paid. */
  paidBy: { reference: string; state: TopupState; acceptedAtMs: number; endedAtMs?: number };
};

/** What was paid in the time that the caller gave is not known any more: retention shrank a top-up that ended then. */
export type PaymentsForgotten = { kind: "forgotten"; reference: string; forgottenUntilMs: number };

/** A new top-up with the conditions on which it is taken. */
export type ConditionalTopup = NewTopup & { spend?: Spend; unlessPaidWithinMs?: number };

/** Why a new top-up was not taken: one of its conditions. */
export type NotTaken = OverLimit | PaidRecently | PaymentsForgotten;

export type Claimed =
  /** The caller may send now, once; `record` is as the claim left it. */
  | { kind: "claimed"; record: TopupRecord; nowMs: number }
  /** A gate is closed: the record is held until `record.holdUntilMs`. */
  | { kind: "gated"; record: TopupRecord; nowMs: number }
  /** The current attempt was accepted after all: `record.evidence` has its transactionId, which is to be taken over. */
  | { kind: "answered"; record: TopupRecord; nowMs: number }
  /** The campaign's pace: nothing has changed but `record.dueAtMs`, when to ask again. */
  | { kind: "paced"; record: TopupRecord; nowMs: number }
  /** Evidence has come in that contradicts the record: a person must look before anything is sent. */
  | { kind: "contradicted"; record: TopupRecord; nowMs: number }
  /** The operator is still to be detected. */
  | { kind: "undetected"; record: TopupRecord; nowMs: number }
  /** The record is not waiting to be sent under this attempt. */
  | { kind: "stale"; record: TopupRecord; nowMs: number }
  | { kind: "missing" };

export type Moved =
  | { kind: "moved"; version: number; nowMs: number; dueAtMs?: number }
  /** The record has left where the caller believed it to be: the caller must stop. */
  | { kind: "stale"; record: TopupRecord; nowMs: number }
  /** The move brought a transactionId, and another one stands there already. */
  | { kind: "conflict"; transactionId: number }
  /** The move would end without money, and a transaction is known that may be paid: a person must look. */
  | { kind: "contradicted"; record: TopupRecord; nowMs: number }
  | { kind: "missing" };

export type MoveOptions = {
  /** Moves only if nothing at all was written since: for decisions that a person, or a slow question, has made. */
  ifVersion?: number;
  /** From `newOperation`, for a caller that sends the same move again when no answer came. */
  operation?: string;
};

export type Looked = { record: TopupRecord; nowMs: number };

export type ListFilter = { state: TopupState } | { phone: string } | { transactionId: number } | { campaign: string };
export type ListPage = { records: TopupRecord[]; nextCursor?: string };

/** On what terms an attempt is claimed. All in milliseconds. */
export type ClaimTerms = {
  /** How long a granted claim belongs to its process. */
  leaseMs: number;
  /** Added to a hold, so that rows which wait at one gate do not ask again together. */
  holdJitterMs: number;
  /** From `newOperation`, for a caller that asks again when no answer came: a claim that was granted is answered again. */
  operation?: string;
  /** How long a probe of a half-open gate may go without an outcome before others may pass. Default 30 s. */
  probePatienceMs?: number;
  /** When a claim asks again that a half-open gate does not let pass. Default 5 s. */
  probeWaitMs?: number;
};

/** The terms of probes as the script takes them. */
export function probeArguments({ probePatienceMs = 30_000, probeWaitMs = 5_000 }: ClaimTerms): [string, string] {
  return [String(probePatienceMs), String(probeWaitMs)];
}

/** Says by which top-up a recipient was paid, or may be, with no number in it. */
export function paidRecentlyDetail({ reference, state, acceptedAtMs, endedAtMs }: PaidRecently["paidBy"]): string {
  const accepted = `accepted at ${new Date(acceptedAtMs).toISOString()}`;
  return endedAtMs === undefined
    ? `the recipient may still be paid by ${reference} (${state}, ${accepted})`
    : `the recipient was paid by ${reference} (${state} since ${new Date(endedAtMs).toISOString()}, ${accepted})`;
}

/** Says that a guard reaches back further than what is kept. */
export function paymentsForgottenDetail(forgottenUntilMs: number): string {
  const until = new Date(forgottenUntilMs).toISOString();
  return `unlessPaidWithin reaches back to a time of which not every payment is kept; all since ${until} are (RETENTION_DAYS)`;
}
