import type { HealthAnswer } from "@surefill/runtime";
import { type Ledger, LedgerLostError } from "@surefill/topup-store";
import type { IntentJournal } from "./journal/intent-journal.js";

export type ReadinessParts = { ledger: Pick<Ledger, "check">; journal: Pick<IntentJournal, "isWritable"> };

/** Whether top-ups can be sent, and if not, why and what to do. Throws when the ledger does not answer. */
export async function readiness({ ledger, journal }: ReadinessParts): Promise<HealthAnswer> {
  const answer = (status: 200 | 503, body: string) => ({ status, contentType: "text/plain", body: `${body}\n` });
  try {
    await ledger.check();
  } catch (error) {
    if (error instanceof LedgerLostError) return answer(503, `nothing is sent: ${error.message}`);
    throw error;
  }
  if (journal.isWritable) return answer(200, "ready");
  return answer(503, "nothing is sent: STATE_DIR takes no writes; see to its disk, all goes on by itself then");
}
