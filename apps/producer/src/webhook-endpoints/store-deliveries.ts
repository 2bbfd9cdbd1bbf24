import type { Clock } from "@surefill/runtime";
import { withDeadline } from "@surefill/runtime";
import { LedgerUnavailableError } from "@surefill/topup-store";

const STORE_DEADLINE_MS = 5_000;

/** Waits until the queue has taken deliveries. When it does not, callers are told what they are told of the ledger. */
export async function storeDeliveries<T>(clock: Clock, store: () => Promise<T>): Promise<T> {
  try {
    return await withDeadline(clock, { what: "storing deliveries", deadlineMs: STORE_DEADLINE_MS }, store);
  } catch (error) {
    throw new LedgerUnavailableError(error);
  }
}
