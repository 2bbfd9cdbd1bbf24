import { attemptOfCustomIdentifier } from "@surefill/topup";
import { keepEvidence } from "@surefill/worker";
import { findingsOf } from "../judge/check-by-audit.js";
import type { Evidence } from "../judge/judge.js";

/** As a worker is set up. */
export const AUDIT_EVERY_MS = 300_000;

/**
 * One round of the workers' audit: what it finds in the provider's report is kept with the records. It happens in an
 * instant and never fails, since it moves nothing: a round that is lost is made up for by the next one.
 */
export async function auditRound(
  references: readonly string[],
  evidence: Pick<Evidence, "ledger" | "books" | "timings" | "nowMs">,
): Promise<void> {
  const { ledger, books, nowMs } = evidence;
  for (const reference of references) {
    const record = ledger.recordOf(reference);
    if (record === undefined) continue;
    const rows = books.rows.filter(
      ({ identifier, visibleAtMs }) =>
        attemptOfCustomIdentifier(identifier)?.reference === reference && visibleAtMs <= nowMs(),
    );
    const topup = { record, history: ledger.story.history(reference), rows };
    for (const finding of findingsOf(topup, evidence, false)) await keepEvidence(ledger, reference, finding);
  }
}
