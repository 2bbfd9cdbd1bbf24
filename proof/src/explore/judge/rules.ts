/**
 * The numbers that runs are judged by. They are written down here a second time, on purpose: a judge that asked the
 * settings for them would find half a minute for half an hour in order.
 */
export const RULES = {
  /** The provider's rule: so long after FAILED nobody buys the same product for the same number. */
  failedHoldMs: 1_800_000,
  /** A POST takes effect, and shows in the report, within this time or never. */
  quietMs: 1_200_000,
  /** A claim is sent within this time or never. */
  sendMs: 10_000,
  /** How often one attempt is sent without its outcome being known. */
  unknownRoundsMax: 3,
  attemptsMax: 3,
} as const;
