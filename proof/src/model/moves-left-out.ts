import type { TopupState } from "@surefill/topup";

/** A move of the table that the model does not make, and why it has nothing to say about it. */
export type MoveLeftOut = { from: TopupState; to: TopupState; because: string };

/** Moves that are left out of the model. A test compares the model's moves and these with the table. */
export const MOVES_LEFT_OUT: readonly MoveLeftOut[] = [
  {
    from: "queued",
    to: "rejected",
    because: "only while the operator of an `auto` top-up is being detected, before its first claim",
  },
  {
    from: "held",
    to: "rejected",
    because: "the same, after a first detection that the provider did not answer",
  },
  {
    from: "submitting",
    to: "review",
    because: "only when a late answer names a transaction that another top-up has: the model has one top-up",
  },
];
