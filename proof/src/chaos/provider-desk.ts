/** What the rig asks of the local Reloadly beside the pipeline: pays in, exchanges the fault plan, reads the books. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Books, FaultPlan, IdentifierBooks } from "@surefill/reloadly-sandbox";
import { ALWAYS } from "./provider-faults.js";

const PAY_EVERY_MS = 400;
/** Below this is paid in, in the account's currency: a few seconds of the load. */
const PAY_BELOW = 150;
const PAID_IN = "200";
const ANSWER_DEADLINE_MS = 15_000;

export type ProviderDesk = {
  /** Nobody pays in until `payAgain`. */
  stopPaying: () => void;
  payAgain: () => void;
  /** Puts a plan in place; without one, that of ordinary days. */
  setFaultPlan: (plan?: FaultPlan) => Promise<void>;
  /** Pays in, beside what is looked after; a decimal text in the account's currency. */
  payIn: (amount: string) => Promise<void>;
  /** What an operator costs from now on: units of its currency for one of the account's. */
  setRate: (operatorId: number, fxRate: string) => Promise<void>;
  /** The books' head and totals, without rows. */
  readTotals: () => Promise<Books>;
  /** The whole books: head and every row. */
  readBooks: () => Promise<{ head: Omit<Books, "identifiers" | "next">; rows: IdentifierBooks[] }>;
  /** How often was paid in, each time the same. */
  payments: () => number;
  paidInEach: string;
  close: () => Promise<void>;
};

/** Starts to look after the wallet. The books are trusted as the provider's own; everything else is checked against them. */
export function openProviderDesk(url: string): ProviderDesk {
  let isPaying = true;
  let isOpen = true;
  let payments = 0;

  async function ask<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${url}/_sandbox/${path}`, {
      ...init,
      signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
    });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer; // The sandbox is of this repository: its types are its contract.
  }

  async function lookAfterWallet(): Promise<void> {
    while (isOpen) {
      await sleep(PAY_EVERY_MS);
      if (!isPaying) continue;
      const { wallet } = await ask<Books>("books?rows=false");
      if (Number(wallet.balance) - Number(wallet.frozen) >= PAY_BELOW) continue;
      await ask("wallet", { method: "POST", body: JSON.stringify({ amount: PAID_IN }) });
      payments += 1;
    }
  }
  const looking = lookAfterWallet();
  // A failure is told when the desk closes, and by the books, which then do not add up.
  looking.catch(() => undefined);

  return {
    stopPaying() {
      isPaying = false;
    },
    payAgain() {
      isPaying = true;
    },
    async setFaultPlan(plan = ALWAYS) {
      await ask("fault-plan", { method: "PUT", body: JSON.stringify(plan) });
    },
    async payIn(amount) {
      await ask("wallet", { method: "POST", body: JSON.stringify({ amount }) });
    },
    async setRate(operatorId, fxRate) {
      await ask(`operators/${operatorId}/price`, { method: "PUT", body: JSON.stringify({ fxRate }) });
    },
    readTotals: () => ask<Books>("books?rows=false"),
    async readBooks() {
      const rows: IdentifierBooks[] = [];
      let after = "";
      for (;;) {
        const { identifiers = [], next, ...head } = await ask<Books>(`books${after}`);
        rows.push(...identifiers);
        if (next === null || next === undefined) return { head, rows };
        after = `?after=${encodeURIComponent(next)}`;
      }
    },
    payments: () => payments,
    paidInEach: PAID_IN,
    async close() {
      isOpen = false;
      await looking;
    },
  };
}
