import type { Clock } from "@surefill/runtime";

/** Tells the ledger's time without asking it again: its last word, plus what has passed here since. */
export type LedgerTime = () => number;

/** Starts at the ledger's time `nowMs`, just received. */
export function ledgerTimeFrom(clock: Clock, nowMs: number): LedgerTime {
  const startedMs = clock.monotonicMs();
  return () => Math.round(nowMs + clock.monotonicMs() - startedMs);
}
