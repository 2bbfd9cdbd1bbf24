const OPERATOR_ID = 265; // Safaricom Kenya, at Reloadly and in the local one.
const AMOUNT = "1";

/** Endings up to here make the local Reloadly misbehave; the benchmark measures the ordinary path. */
const SPECIAL_ENDINGS = 100;
const NUMBERS_PER_BLOCK = 10_000 - SPECIAL_ENDINGS;

/** Top-up number `index`, of a recipient of its own: two top-ups of one phone would have to wait for each other. */
export function topupOf(name, index) {
  const block = Math.floor(index / NUMBERS_PER_BLOCK);
  const ending = SPECIAL_ENDINGS + (index % NUMBERS_PER_BLOCK);
  const national = String(block * 10_000 + ending).padStart(7, "0");
  return {
    reference: `${name}-${index}`,
    operatorId: OPERATOR_ID,
    amount: AMOUNT,
    recipientPhone: { countryCode: "KE", number: `+25471${national}` },
  };
}
