import { addDecimals, isFinal, STATES, type TopupState } from "@surefill/topup";
import type { TopupFile } from "@surefill/topup-store";
import { auditFile } from "../audit-topup.js";
import { isTold, moveMark } from "../checks/check-events.js";
import { finding } from "../findings.js";
import type { AuditRun } from "./audit-run.js";

export const FILES_PER_PAGE = 100;

/**
 * Of all top-ups that are asked for one by one, the part that is only because too little is known of them. In an outage
 * that is thousands, and the report, which is read afterwards, shows of whom there is a reason to ask.
 */
const PRECAUTIONS_SHARE = 0.5;

/** Open states first: what moves on meanwhile is met again among the ended ones. */
const ORDER: readonly TopupState[] = [...STATES].sort((left, right) => Number(isFinal(left)) - Number(isFinal(right)));

/**
 * Goes through the ledger by its lists, and judges every top-up by what the ledger alone shows. Leaves the sums that
 * the provider and the event log are held against.
 */
export async function passLedger(run: AuditRun): Promise<void> {
  for (const state of ORDER) {
    if (isFinal(state) && run.scope.withEnded === false) continue;
    const sinceMs = isFinal(state) ? run.fromMs : 0;
    for await (const page of run.parts.ledger.statePages(state, { sinceMs, limit: FILES_PER_PAGE })) {
      const references = page.map(({ reference }) => reference);
      for (const file of await filesOf(run, references, `listed as ${state}`)) await judge(run, file);
      await run.rest();
    }
  }
  for await (const page of run.parts.ledger.duePages({ limit: FILES_PER_PAGE })) {
    const references = page.map(({ reference }) => reference);
    for (const file of await filesOf(run, references, "in the sweeper's index")) {
      if (!isOpen(file)) await run.tell(auditFile(file, run.context(run.startMs)));
    }
    await run.rest();
  }
}

/** Every top-up that an index names has a record. */
async function filesOf(run: AuditRun, references: readonly string[], where: string): Promise<TopupFile[]> {
  const files = await run.parts.ledger.files(references);
  const known = new Set(files.map(({ record }) => record.reference));
  for (const reference of references) {
    if (known.has(reference)) continue;
    await run.tell([finding("listed-wrongly", reference, `It is ${where}, and there is no record of it.`)]);
  }
  return files;
}

async function judge(run: AuditRun, file: TopupFile): Promise<void> {
  const { record, history } = file;
  run.counts.topups += 1;
  await run.tell(auditFile(file, run.context(run.startMs)));
  if (isOpen(file)) {
    run.counts.open += 1;
    if (mustBeAskedFor(run, file)) await run.look(record.reference, [], PRECAUTIONS_SHARE);
  }
  const end = endMark(file, run);
  if (end !== undefined) run.ends.add(end);
  for (const entry of history) {
    if (isTold(entry) && run.isTellable(entry.atMs)) run.moves.add(moveMark(record.reference, entry));
  }
  if (record.state !== "succeeded") return;
  const { cost, costCurrency = "" } = record.settlement ?? {};
  if (cost === undefined) run.counts.unpriced += 1;
  else addTo(run.paid, costCurrency, cost);
}

/**
 * The report alone does not tell enough of an open top-up: nobody knows its outcome, or it was sent, or sent first,
 * before the part of the report that is read.
 */
function mustBeAskedFor(run: AuditRun, { record }: TopupFile): boolean {
  const { state, attempt, acceptedAtMs, grantedAtMs = Number.POSITIVE_INFINITY, rounds } = record;
  if (state === "unknown" || (attempt > 1 && acceptedAtMs < run.reportFromMs)) return true;
  const isWithProvider = state === "processing" || (state === "held" && record.holdReason === "failed");
  return grantedAtMs < run.reportFromMs && (isWithProvider || rounds > 0);
}

function isOpen({ record }: TopupFile): boolean {
  return !isFinal(record.state) && record.state !== "review";
}

/** What the provider must have told for a record to have ended like this; `undefined` where it need not have. */
export function endMark({ record, isTombstone }: TopupFile, run: AuditRun): string | undefined {
  const { reference, state, transactionId, enteredAtMs } = record;
  if (isTombstone || (state !== "succeeded" && state !== "refunded")) return undefined;
  return run.isInWindow(enteredAtMs) ? `${reference}|${transactionId ?? ""}|${state}` : undefined;
}

/** Adds an amount to the sum of its currency. */
export function addTo(sums: Map<string, string>, currency: string, amount: string): void {
  sums.set(currency, addDecimals(sums.get(currency) ?? "0", amount));
}
