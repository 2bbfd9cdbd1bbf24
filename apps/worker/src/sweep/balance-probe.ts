import type { Logger } from "@surefill/runtime";
import { compareDecimals, type TopupRecord } from "@surefill/topup";
import type { WorkerLedger } from "../ledger-port.js";
import type { Provider } from "../provider.js";
import type { Alarms } from "../queue/alarms.js";
import { wakeParked } from "./wake-parked.js";

export type ProbeParts = { ledger: WorkerLedger; alarms: Alarms; provider: Provider; log: Logger; intervalMs: number };

/** Rows whose amounts are compared with the balance. */
const SAMPLE_ROWS = 50;

/** Rows that are woken when the gate opens; the others go on when their own hold ends. */
const WOKEN_ROWS_MAX = 5_000;

/** The balance that the last probe saw, to notice that somebody has paid in. */
export type BalanceSeen = { balance: string } | undefined;

/**
 * While the account gate is closed for want of money, asks for the balance. When it suffices for a waiting row, or
 * has grown, the gate opens and the parked rows are woken; else the gate is kept closed until after the next probe.
 */
export async function probeBalance(parts: ProbeParts, seen: BalanceSeen): Promise<BalanceSeen> {
  const { ledger, log } = parts;
  const gate = (await ledger.gates.closed()).find(({ name }) => name === "account");
  if (gate?.reason !== "INSUFFICIENT_BALANCE") return undefined;
  const current = await parts.provider.balance();
  if (current === undefined) return seen;

  const waiting = await ledger.records(await ledger.gates.parkedAt("account", SAMPLE_ROWS));
  if (!suffices(current.balance, waiting) && !hasGrown(current.balance, seen)) {
    await ledger.gates.close("account", {
      reason: gate.reason,
      untilMs: (await ledger.nowMs()) + 2 * parts.intervalMs,
    });
    return { balance: current.balance };
  }
  await ledger.gates.open("account");
  log.info({ balance: current.balance, currency: current.currencyCode }, "balance suffices again: sending continues");
  await wakeParked(parts, "account", WOKEN_ROWS_MAX);
  return undefined;
}

/** An amount in the operator's currency cannot be compared; it waits for the balance to grow. */
function suffices(balance: string, waiting: readonly TopupRecord[]): boolean {
  return waiting.some(({ request }) => !request.useLocalAmount && compareDecimals(balance, request.amount) >= 0);
}

function hasGrown(balance: string, seen: BalanceSeen): boolean {
  return seen !== undefined && compareDecimals(balance, seen.balance) > 0;
}
