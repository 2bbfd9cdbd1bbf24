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
 * While top-ups wait for money, asks for the balance. Those that each cost more than there was are woken when it
 * suffices for them or has grown. Where the account's gate is closed for want of money, it opens when the balance
 * suffices for a waiting row, or has grown; else it is kept closed until after the next probe.
 */
export async function probeBalance(parts: ProbeParts, seen: BalanceSeen): Promise<BalanceSeen> {
  const { ledger } = parts;
  const [gate, waiting] = await Promise.all([
    ledger.gates.closed().then((gates) => gates.find(({ name }) => name === "account")),
    waitingAt(ledger, BALANCE),
  ]);
  const isClosed = gate?.reason === INSUFFICIENT;
  if (!isClosed && waiting.length === 0) return undefined;
  const current = await parts.provider.balance();
  if (current === undefined) return seen;
  const isMore = hasGrown(current.balance, seen);
  if (isClosed) await keepOrOpen(parts, gate, current, isMore);
  if (waiting.length > 0 && (isMore || suffices(current.balance, waiting))) {
    await wakeParked(parts, BALANCE, WOKEN_ROWS_MAX, (record) => isMore || suffices(current.balance, [record]));
  }
  return { balance: current.balance };
}

/** Where top-ups are parked that each cost more than the account holds; see `HoldReason`. */
const BALANCE = "balance";
const INSUFFICIENT = "INSUFFICIENT_BALANCE";

async function waitingAt(ledger: WorkerLedger, gate: string): Promise<TopupRecord[]> {
  return ledger.records(await ledger.gates.parkedAt(gate, SAMPLE_ROWS));
}

async function keepOrOpen(
  parts: ProbeParts,
  gate: { reason: string },
  { balance, currencyCode }: { balance: string; currencyCode: string },
  isMore: boolean,
): Promise<void> {
  const { ledger, log } = parts;
  if (!isMore && !suffices(balance, await waitingAt(ledger, "account"))) {
    const untilMs = (await ledger.nowMs()) + 2 * parts.intervalMs;
    await ledger.gates.close("account", { reason: gate.reason, untilMs });
    return;
  }
  await ledger.gates.open("account");
  log.info({ balance, currency: currencyCode }, "balance suffices again: sending continues");
  await wakeParked(parts, "account", WOKEN_ROWS_MAX);
}

/** An amount in the operator's currency cannot be compared; it waits for the balance to grow. */
function suffices(balance: string, waiting: readonly TopupRecord[]): boolean {
  return waiting.some(({ request }) => !request.useLocalAmount && compareDecimals(balance, request.amount) >= 0);
}

function hasGrown(balance: string, seen: BalanceSeen): boolean {
  return seen !== undefined && compareDecimals(balance, seen.balance) > 0;
}
