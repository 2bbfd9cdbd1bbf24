import type { Timings } from "@surefill/topup";

/** What judging depends on besides what was read. */
export type AuditContext = {
  /** The ledger's time when the files were read, in milliseconds since 1970. */
  nowMs: number;
  /** The timings that the workers run with. */
  timings: Pick<Timings, "SEND_DEADLINE_MS" | "QUIET_MS" | "FAILED_HOLD_MS" | "SUBMIT_ATTEMPTS_MAX">;
  /** By how much the provider's clock may differ from the ledger's. */
  clockSkewMs: number;
  /** When the ledger was last rebuilt after a loss, in milliseconds, to the second; absent: never. */
  rebuiltAtMs?: number | undefined;
  /** Nothing is under way any more: whatever is still open is a finding. */
  isSettled: boolean;
};

/** Reloadly tells times to the second, by a clock that nobody synchronises with ours. */
export const CLOCK_SKEW_MS = 300_000;
