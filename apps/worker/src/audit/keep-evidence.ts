import type { Finding, FindingKind } from "@surefill/audit";
import type { TopupRecord } from "@surefill/topup";

/** Findings whose transactions are or may be paid, where the record does not say so. */
const MAY_BE_PAID: ReadonlySet<FindingKind> = new Set(["paid-more-than-once", "paid-but-open", "paid-but-ended"]);

/** What keeping evidence asks of the ledger. */
export type EvidenceLedger = {
  look(reference: string): Promise<{ record: TopupRecord } | undefined>;
  addEvidence(reference: string, attempt: number, transactionId: number): Promise<unknown>;
  contradict(reference: string, live: readonly { attempt: number | null; transactionId: number }[]): Promise<unknown>;
};

/**
 * Keeps the transactions of a finding with their record, for the person who will decide, and marks the record where
 * they contradict it: ones that it has known for long are no news to it, and yet tell that it was or may have been paid.
 */
export async function keepEvidence(
  ledger: EvidenceLedger,
  reference: string,
  { kind, transactions }: Pick<Finding, "kind" | "transactions">,
): Promise<void> {
  if (!MAY_BE_PAID.has(kind)) return;
  const looked = await ledger.look(reference);
  for (const { attempt, transactionId } of transactions) {
    if (attempt === null || transactionId === looked?.record.transactionId) continue;
    await ledger.addEvidence(reference, attempt, transactionId);
  }
  await ledger.contradict(reference, transactions);
}
