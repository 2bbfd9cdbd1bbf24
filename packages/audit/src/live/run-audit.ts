import type { Finding } from "../findings.js";
import { finding } from "../findings.js";
import type { AuditCounts, AuditParts, AuditScope } from "./audit-parts.js";
import { AuditRun } from "./audit-run.js";
import { passBooks } from "./books-pass.js";
import { passEvents } from "./event-pass.js";
import { FILES_PER_PAGE, passLedger } from "./ledger-pass.js";
import { passReport, settleEnds } from "./report-pass.js";

/**
 * Holds a live ledger against itself, against the provider's report and against the event log, and tells every broken
 * invariant through `onFinding`, each once. Reads only. Needs the same memory for ten top-ups as for ten million.
 * Rejects when ledger or provider cannot be read: then nothing is known but what was told before.
 */
export async function runAudit(
  parts: AuditParts,
  scope: AuditScope,
  onFinding: (finding: Finding) => void | Promise<void>,
): Promise<AuditCounts> {
  const { ledger } = parts;
  const run = new AuditRun(parts, scope, await ledger.nowMs(), await ledger.rebuiltAtMs(), onFinding);
  await passLedger(run);
  await passReport(run);
  if (scope.withEnded !== false) await settleEnds(run);
  if (scope.withEvents === true) await passEvents(run);
  if (scope.acknowledged !== undefined) await passAcknowledged(run, scope.acknowledged);
  if (scope.books !== undefined) await passBooks(run, scope.books);
  return run.counts;
}

/** S7: whatever was acknowledged is there. */
async function passAcknowledged(run: AuditRun, references: Iterable<string> | AsyncIterable<string>): Promise<void> {
  let page: string[] = [];
  const check = async () => {
    const known = new Set((await run.parts.ledger.files(page)).map(({ record }) => record.reference));
    for (const reference of page) {
      if (known.has(reference)) continue;
      await run.tell([finding("acknowledged-but-missing", reference, "Its acceptance was acknowledged.")]);
    }
    page = [];
  };
  for await (const reference of references) {
    run.counts.acknowledged += 1;
    page.push(reference.toLowerCase());
    if (page.length === FILES_PER_PAGE) await check();
  }
  await check();
}
