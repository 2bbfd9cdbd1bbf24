import type { Chance } from "@surefill/runtime";
import { type AttemptsAnswer, type Timings, type TopupRecord, weighAttempts } from "@surefill/topup";
import type { WorkerLedger } from "./ledger-port.js";
import type { LedgerTime } from "./ledger-time.js";
import type { Provider } from "./provider.js";

type LookBackParts = { ledger: WorkerLedger; provider: Provider; chance: Chance; timings: Timings };

/** After so long, before the schedule's scale, the provider is asked again what it has of the attempts. */
const AGAIN_MS = 30_000;

/**
 * Asks what the provider has of these attempts of a top-up before money is sent again, or is said not to have moved. A
 * transaction that is paid, or may be, is kept as evidence. `waitMs`: it could not be had; ask again then.
 */
export async function lookBack(
  parts: LookBackParts,
  record: TopupRecord,
  attempts: readonly number[],
  now: LedgerTime,
): Promise<ReturnType<typeof weighAttempts> & { waitMs: number }> {
  const answer = await parts.provider.attempts(record, attempts);
  await keepLive(parts, record, answer);
  const context = { nowMs: now(), random: parts.chance.random, timings: parts.timings };
  const waitMs = Math.round(AGAIN_MS * parts.timings.SCHEDULE_SCALE);
  return { ...weighAttempts(record, answer, context), waitMs };
}

async function keepLive({ ledger }: LookBackParts, record: TopupRecord, answer: AttemptsAnswer): Promise<void> {
  if (answer.kind !== "shown") return;
  for (const { attempt, transactionId, status } of answer.transactions) {
    const isKnown = attempt === record.attempt && transactionId === record.transactionId;
    const isDead = status.kind === "failed" || status.kind === "refunded" || status.kind === "missing";
    if (!isKnown && !isDead) await ledger.addEvidence(record.reference, attempt, transactionId);
  }
}

/** The attempts before this one, oldest first. */
export function attemptsBefore(attempt: number): number[] {
  return Array.from({ length: attempt - 1 }, (_, index) => index + 1);
}
