import type { ProviderTransaction } from "@surefill/provider";
import type { TopupFile } from "@surefill/topup-store";
import { checkTransaction } from "../checks/check-provider.js";
import { finding } from "../findings.js";
import { attemptOf, isLive, shown } from "../provider-transaction.js";
import type { AuditRun } from "./audit-run.js";
import { addTo, endMark, FILES_PER_PAGE } from "./ledger-pass.js";
import { walkReport } from "./report-walk.js";

/**
 * Goes through the provider's report, and holds every transaction against the top-up that it names. What is just as
 * the record says is counted; everything else is looked at closer.
 */
export async function passReport(run: AuditRun): Promise<void> {
  const part = run.scope.sinceMs === undefined ? {} : { fromMs: run.reportFromMs };
  for await (const page of walkReport(run.parts.client, { ...part, nowMs: run.startMs }, run.manner)) {
    run.parts.signal.throwIfAborted();
    const { rows, unreadable } = page;
    // It may be paid, to anybody: what was not judged is said.
    run.counts.unreadable += unreadable.length;
    for (let start = 0; start < rows.length; start += FILES_PER_PAGE) {
      await judgeRows(run, rows.slice(start, start + FILES_PER_PAGE));
    }
  }
}

async function judgeRows(run: AuditRun, rows: readonly ProviderTransaction[]): Promise<void> {
  const references = new Set(rows.flatMap((row) => attemptOf(row)?.reference ?? []));
  // Read after the rows: a record that has moved on since explains more of them, never less.
  const files = new Map((await run.parts.ledger.files([...references])).map((file) => [file.record.reference, file]));
  const liveRows = new Map<string, number>();
  for (const row of rows) {
    const reference = attemptOf(row)?.reference;
    if (reference !== undefined && isLive(row)) liveRows.set(reference, (liveRows.get(reference) ?? 0) + 1);
  }
  for (const row of rows) {
    run.counts.transactions += 1;
    const file = files.get(attemptOf(row)?.reference ?? "");
    if (file === undefined) await foreign(run, row);
    else if (!isPlain(run, file, row) || (liveRows.get(file.record.reference) ?? 0) > 1) {
      await run.look(file.record.reference, [row]);
    }
    tally(run, file, row);
  }
}

async function foreign(run: AuditRun, row: ProviderTransaction): Promise<void> {
  run.counts.foreign += 1;
  const { foreign: meaning = "alarm", foreignSinceMs = 0 } = run.scope;
  if (meaning === "count" || (row.atMs !== null && row.atMs < foreignSinceMs)) return;
  // What it calls itself is somebody else's word, and may be somebody's number: it is only shown masked.
  await run.tell([finding("orphan-transaction", null, `It is ${row.status}.`, [shown(row)])]);
}

/** The transaction is just what the record says, by itself; nothing about it needs another question. */
function isPlain(run: AuditRun, file: TopupFile, row: ProviderTransaction): boolean {
  const { record } = file;
  if (checkTransaction(file, row, run.context(run.startMs)).length > 0) return false;
  if (row.transactionId !== record.transactionId || attemptOf(row)?.attempt !== record.attempt) {
    const mayBeTheAnswer = record.state === "submitting" || record.state === "unknown";
    return !isLive(row) || (mayBeTheAnswer && attemptOf(row)?.attempt === record.attempt);
  }
  switch (record.state) {
    case "succeeded":
      return row.status === "SUCCESSFUL";
    case "refunded":
      return row.status === "REFUNDED";
    case "processing":
    case "review":
      return true;
    case "held":
      return record.holdReason === "failed";
    case "queued":
    case "submitting":
    case "unknown":
    case "failed":
    case "rejected":
    case "cancelled":
      return !isLive(row);
  }
}

const STATUS_OF = { succeeded: "SUCCESSFUL", refunded: "REFUNDED" } as const;

function tally(run: AuditRun, file: TopupFile | undefined, row: ProviderTransaction): void {
  const record = file?.record;
  const isItsOwn = record !== undefined && record.transactionId === row.transactionId;
  const isTold =
    isItsOwn && (record.state === "succeeded" || record.state === "refunded") && row.status === STATUS_OF[record.state];
  const end = file !== undefined && isTold ? endMark(file, run) : undefined;
  if (end !== undefined) run.ends.take(end);
  // A tombstone stands in no list, so the ledger's sum does not hold its cost.
  const isCounted = isItsOwn && file?.isTombstone === false;
  const isPaid = isCounted && record.state === "succeeded" && record.settlement?.cost !== undefined;
  if (!isPaid && row.cost !== null) addTo(run.besides, row.costCurrency ?? "", row.cost);
}

/** Finds the ends that no transaction in the report told, and asks the provider for each. */
export async function settleEnds(run: AuditRun): Promise<void> {
  if (run.ends.isEven) return;
  for (const state of ["succeeded", "refunded"] as const) {
    const pages = run.parts.ledger.statePages(state, { sinceMs: run.fromMs, limit: FILES_PER_PAGE });
    for await (const page of pages) {
      const references = page.filter(({ atMs }) => run.isInWindow(atMs)).map(({ reference }) => reference);
      for (const file of await run.parts.ledger.files(references)) {
        const end = endMark(file, run);
        if (end !== undefined && run.ends.isOdd(end)) await run.look(file.record.reference);
      }
      await run.rest();
    }
  }
}
