import { z } from "zod";
import { type Effect, effectSchema } from "./effects.js";
import type { Random } from "./random.js";

/** Effects by weight. A POST that the fault plan leaves alone draws one. */
export const randomMixSchema = z
  .array(z.strictObject({ weight: z.number().positive(), effect: effectSchema }))
  .min(1, "must hold at least one weighted effect");

export type RandomMix = z.infer<typeof randomMixSchema>;

const refuse = (weight: number, errorCode: string): RandomMix[number] => ({
  weight,
  effect: { kind: "refuse", errorCode },
});

/**
 * What one production account saw in a year: 48,772 successes and 22,802 failures. An empty wallet and reused
 * identifiers are left out, since the sandbox has a wallet and refuses reuse by itself; a few lost answers stand for
 * the timeouts behind the reuse.
 */
export const PRODUCTION_MIX: RandomMix = [
  { weight: 48_772, effect: { kind: "success" } },
  refuse(4562, "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT"),
  refuse(3627, "PHONE_RECENTLY_RECHARGED"),
  { weight: 2385, effect: { kind: "reset-after-commit" } },
  refuse(1530, "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE"),
  refuse(275, "INVALID_RECIPIENT_PHONE"),
  refuse(177, "INVALID_AMOUNT_FOR_RECIPIENT_PHONE"),
  refuse(151, "RECIPIENT_HAS_PENDING_TRANSACTION"),
  { weight: 116, effect: { kind: "refunded" } },
  { weight: 89, effect: { kind: "failed" } },
  refuse(47, "UNMAPPED_PROVIDER_ERROR_CODE"),
  { weight: 44, effect: { kind: "error-after-commit" } },
  refuse(33, "TRANSACTION_REJECTED_BY_OPERATOR"),
];

/** Draws one effect, each as likely as its share of all weights. */
export function drawEffect(mix: RandomMix, random: Random): Effect {
  let total = 0;
  for (const { weight } of mix) total += weight;
  let left = random() * total;
  for (const { weight, effect } of mix) {
    left -= weight;
    if (left < 0) return effect;
  }
  return { kind: "success" };
}
