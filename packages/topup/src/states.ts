/** The states of a top-up. docs/state-machine.md says for each how it is entered, who moves it on, and what a kill leaves. */
export const STATES = [
  "queued",
  "submitting",
  "unknown",
  "processing",
  "held",
  "review",
  "succeeded",
  "refunded",
  "failed",
  "rejected",
  "cancelled",
] as const;
export type TopupState = (typeof STATES)[number];

/** Every legal move. A state may move to itself where only counters and the next alarm change. */
export const MOVES = {
  // To `processing` only when the provider's answer to an earlier, unknown POST of this attempt comes after all.
  queued: ["queued", "submitting", "processing", "held", "rejected", "cancelled", "review"],
  // Back to `queued` or on to `held` only with proof that nothing was executed.
  submitting: ["queued", "processing", "unknown", "held", "rejected", "failed", "review"],
  // Back to `queued` (same attempt) only after the quiet period and a look-up that found nothing.
  unknown: ["unknown", "queued", "processing", "held", "succeeded", "refunded", "review"],
  // To `unknown` only when an answer shows that the transactionId is another top-up's.
  processing: ["processing", "unknown", "held", "succeeded", "refunded", "review"],
  // From a gate: `submitting`. From a FAILED hold: asked again, then `queued` (next attempt) or a final state.
  held: [
    "held",
    "submitting",
    "queued",
    "unknown",
    "processing",
    "succeeded",
    "refunded",
    "failed",
    "rejected",
    "cancelled",
    "review",
  ],
  // Only a person's verdict. To itself where what the provider calls FAILED is noted, since a verdict waits for that.
  review: ["review", "succeeded", "refunded", "failed", "queued"],
  succeeded: [],
  refunded: [],
  failed: [],
  rejected: [],
  cancelled: [],
} as const satisfies Record<TopupState, readonly TopupState[]>;

/** Tells whether the table allows the move. */
export function canMove(from: TopupState, to: TopupState): boolean {
  const allowed: readonly TopupState[] = MOVES[from];
  return allowed.includes(to);
}

/** A final state is never left. */
export function isFinal(state: TopupState): boolean {
  return MOVES[state].length === 0;
}
