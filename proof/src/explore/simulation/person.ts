import {
  endMove,
  isAttemptShown,
  type Move,
  nextAttemptMove,
  quietUntilMsOf,
  sameAttemptMove,
  type Timings,
  type TopupRecord,
} from "@surefill/topup";
import type { MemoryLedger } from "../memory-ledger/memory-ledger.js";
import type { Booked } from "../provider/books.js";
import type { Scenario } from "./scenario.js";

const WHO = { resolvedBy: "Ada", resolvedReason: "as the provider shows it" };

/** Withdraws a top-up, where nothing stands against it. */
export async function withdraw(ledger: MemoryLedger, reference: string): Promise<boolean> {
  const looked = await ledger.look(reference);
  const state = looked?.record.state;
  if (looked === undefined || (state !== "queued" && state !== "held")) return false;
  const options = { ifVersion: looked.record.version };
  return (await ledger.move(looked.record, endMove("cancelled", "withdrawn"), options)).kind === "moved";
}

/**
 * What a person who looks at the provider's own books decides about a review; `undefined` while these leave it open.
 * Nobody decides before the quiet period of the last POST is over.
 */
export function verdictOn(
  record: TopupRecord,
  rows: readonly Booked[],
  { nowMs, timings, person }: { nowMs: number; timings: Timings; person: Scenario["person"] },
): Move | undefined {
  if (nowMs < quietUntilMsOf(record, timings)) return undefined;
  if (rows.some(({ status }) => status === "PROCESSING")) return undefined;
  const because = "resolved-by-operator";
  const [paid, ...more] = rows.filter(({ status }) => status === "SUCCESSFUL");
  if (more.length > 0) return undefined;
  if (paid !== undefined) {
    if (paid.amount !== record.request.amount) return undefined;
    const settlement = { cost: paid.cost };
    return endMove("succeeded", because, { ...WHO, transactionId: paid.transactionId, settlement, code: null });
  }
  const refunded = rows.find(({ status }) => status === "REFUNDED");
  if (refunded !== undefined) {
    return endMove("refunded", because, { ...WHO, transactionId: refunded.transactionId });
  }
  if (person === "gives up") return endMove("failed", because, WHO);
  // As over HTTP: only an attempt that is shown, and cost nothing, is followed by another; and one that is said to be
  // used, and is shown nowhere, is not sent again by anybody.
  const isShown = isAttemptShown(
    record,
    rows.map(({ transactionId, identifier }) => ({ transactionId, customIdentifier: identifier })),
  );
  if (record.identifierUsed && !isShown) return endMove("failed", "forced-by-operator", WHO);
  const next = isShown ? nextAttemptMove(record, because, nowMs) : sameAttemptMove(because, nowMs);
  return { ...next, patch: { ...next.patch, ...WHO } };
}
