/** What became of the offered top-ups, and the audit that each was paid at most once. */
import type { IdentifierBooks } from "@surefill/reloadly-sandbox";
import { isFinal, type TopupRecord } from "@surefill/topup";
import { readRecords } from "../evidence.js";
import type { Rig } from "../rig.js";
import { runVerifyCommand } from "../verify-command.js";

export type Ends = {
  records: ReadonlyMap<string, TopupRecord>;
  /** POSTs that the provider refused. */
  refusals: number;
  /** The provider's books, a row for each customIdentifier. */
  books: readonly IdentifierBooks[];
  /** What must not be: paid or executed twice, lost, open, in review, or against an invariant of `surefill verify`. */
  wrong: string[];
};

/** Reads records and books, and runs `surefill verify`, when all has settled but `open` top-ups. */
export async function auditEnds(rig: Rig, references: readonly string[], open: number): Promise<Ends> {
  const records = await readRecords(rig, references);
  await rig.providerDesk.setFaultPlan({ rules: [] });
  const { head, rows: books } = await rig.providerDesk.readBooks();
  const { review } = await rig.ledger.counts();
  const { violations } = await runVerifyCommand(rig, references);
  const counts: [number, string][] = [
    [open, "top-ups did not settle in time"],
    [review, "top-ups are in review"],
    [references.filter((reference) => !records.has(reference)).length, "acknowledged top-ups are not in the ledger"],
    [books.filter(({ executions }) => executions > 1).length, "identifiers were executed more than once"],
    [countPaidTwice(books), "recipients were paid more than once"],
  ];
  const wrong = [
    ...counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    ...violations.map(({ invariant, subject, what }) => `${invariant}: ${subject} ${what}`),
  ];
  return { records, refusals: head.totals.rejections, books, wrong };
}

/** Recipients of the load are one order's each. */
function countPaidTwice(books: readonly IdentifierBooks[]): number {
  const payments = new Map<string, number>();
  for (const { recipient, statuses } of books) {
    const paid = statuses.filter((status) => status === "SUCCESSFUL").length;
    if (recipient !== null) payments.set(recipient, (payments.get(recipient) ?? 0) + paid);
  }
  return [...payments.values()].filter((count) => count > 1).length;
}

/** Whether a top-up had ended by a time, in milliseconds since 1970. */
export function endedBy(record: TopupRecord | undefined, atMs: number): boolean {
  return record !== undefined && isFinal(record.state) && record.enteredAtMs <= atMs;
}
