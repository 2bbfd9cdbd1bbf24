import type { Gates, Ledger } from "@surefill/topup-store";

/**
 * What the processors and the chores ask of the ledger. Named apart from the class, so that the same code runs on a
 * ledger in memory, where each call can be stopped half-way.
 */
export type WorkerLedger = Pick<
  Ledger,
  | "acceptWithin"
  | "claim"
  | "move"
  | "addEvidence"
  | "look"
  | "ring"
  | "overdue"
  | "records"
  | "confirmed"
  | "nowMs"
  | "newOperation"
  | "shrinkOld"
> & {
  gates: Pick<Gates, "close" | "open" | "closed" | "countFailure" | "parkedAt" | "forgetOld">;
};
