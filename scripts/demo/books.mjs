/** Compares what we say of each top-up with what the provider's own books say, row by row. */

const EXPECTED_STATUS = { succeeded: "SUCCESSFUL", refunded: "REFUNDED" };

/** Decimal texts with at most five decimals, summed without floats. */
function sum(amounts) {
  const units = amounts.reduce((total, amount) => total + toUnits(amount), 0n);
  const digits = units.toString().padStart(6, "0");
  return `${digits.slice(0, -5)}.${digits.slice(-5)}`;
}

function toUnits(amount) {
  const [whole, fraction = ""] = amount.split(".");
  return BigInt(whole) * 100_000n + BigInt(fraction.padEnd(5, "0").slice(0, 5));
}

/**
 * @param {{ reference: string, state: string, settlement: { cost?: string } | null }[]} topups ours
 * @param {{ wallet: object, totals: object, identifiers: object[] }} books the provider's
 * @returns the comparison: counts, sums, and a sentence for every disagreement
 */
export function compareBooks(topups, books) {
  const rowsByReference = new Map();
  for (const row of books.identifiers) {
    const [reference] = row.customIdentifier.split("~");
    rowsByReference.set(reference, [...(rowsByReference.get(reference) ?? []), row]);
  }
  const disagreements = topups.flatMap((topup) => disagreementsOf(topup, rowsByReference.get(topup.reference) ?? []));
  const known = new Set(topups.map(({ reference }) => reference));
  for (const [reference, rows] of rowsByReference) {
    const executed = rows.some(({ executions }) => executions > 0);
    if (executed && !known.has(reference)) disagreements.push(`${reference}: executed at the provider, unknown to us`);
  }
  const succeeded = topups.filter(({ state }) => state === "succeeded");
  const ourCost = sum(succeeded.map(({ settlement }) => settlement?.cost ?? "0"));
  const providerDebits = sum([books.wallet.debited]);
  const providerNet = difference(books.wallet.debited, books.wallet.refunded);
  if (ourCost !== providerNet) disagreements.push(`money: we count ${ourCost}, the provider kept ${providerNet}`);
  return {
    executions: books.totals.executions,
    duplicates: books.identifiers.filter(({ executions }) => executions > 1).length,
    disagreements,
    ourCost,
    providerDebits,
    providerNet,
  };
}

function difference(left, right) {
  const units = toUnits(left) - toUnits(right);
  return units < 0n
    ? `-${sum([right])}`
    : sum([`${units / 100_000n}.${(units % 100_000n).toString().padStart(5, "0")}`]);
}

function disagreementsOf({ reference, state }, rows) {
  const statuses = rows.flatMap((row) => row.statuses);
  const successes = statuses.filter((status) => status === "SUCCESSFUL").length;
  const open = statuses.filter((status) => !["SUCCESSFUL", "REFUNDED", "FAILED"].includes(status)).length;
  const found = [];
  if (successes > 1) found.push(`${reference}: paid ${successes} times at the provider`);
  if (state === "succeeded" && successes !== 1) found.push(`${reference}: we say paid, the provider has ${successes}`);
  if (state !== "succeeded" && successes > 0) found.push(`${reference}: we say ${state}, the provider paid it`);
  if (open > 0) found.push(`${reference}: still open at the provider`);
  const expected = EXPECTED_STATUS[state];
  if (expected !== undefined && !statuses.includes(expected))
    found.push(`${reference}: no ${expected} at the provider`);
  if (state === "rejected" && statuses.length > 0)
    found.push(`${reference}: we say rejected, the provider executed it`);
  return found;
}
