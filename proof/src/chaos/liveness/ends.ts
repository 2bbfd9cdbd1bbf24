/** What became of the offered top-ups, and the audit that each was paid at most once. */
import { isFinal, type TopupRecord } from "@surefill/topup";
import { readRecords } from "../evidence.js";
import type { Rig } from "../rig.js";
import { runVerifyCommand } from "../verify-command.js";

/** The records of what was offered, when everything is settled; POSTs that were refused; what the audit found wrong. */
export type Ends = { records: ReadonlyMap<string, TopupRecord>; inReview: number; refusals: number; wrong: string[] };

/** Reads records and books, and runs `surefill verify`. For a rig in which nothing is open any more. */
export async function auditEnds(rig: Rig, references: readonly string[]): Promise<Ends> {
  const records = await readRecords(rig, references);
  await rig.providerDesk.setFaultPlan({ rules: [] });
  const wrong: string[] = [];
  const missing = references.filter((reference) => !records.has(reference));
  if (missing.length > 0) wrong.push(`${missing.length} acknowledged top-ups are not in the ledger`);
  const { head, rows } = await rig.providerDesk.readBooks();
  const twice = rows.filter(({ executions }) => executions > 1).length;
  if (twice + head.totals.identifiersWithSeveralExecutions > 0) wrong.push(`${twice} identifiers were executed twice`);
  const paid = new Map<string, number>();
  for (const { recipient, statuses } of rows) {
    const count = statuses.filter((status) => status === "SUCCESSFUL").length;
    if (recipient !== null) paid.set(recipient, (paid.get(recipient) ?? 0) + count);
  }
  const paidTwice = [...paid.values()].filter((count) => count > 1).length;
  if (paidTwice > 0) wrong.push(`${paidTwice} recipients were paid twice`);
  const { violations } = await runVerifyCommand(rig, references);
  wrong.push(...violations.map(({ invariant, subject, what }) => `${invariant}: ${subject} ${what}`));
  const inReview = [...records.values()].filter(({ state }) => state === "review").length;
  return { records, inReview, refusals: head.totals.rejections, wrong };
}

/** Whether a top-up had ended by a time, in milliseconds since 1970. */
export function endedBy(record: TopupRecord | undefined, atMs: number): boolean {
  return record !== undefined && isFinal(record.state) && record.enteredAtMs <= atMs;
}
