import type { HealthAnswer } from "@surefill/runtime";
import { type Ledger, LedgerLostError, LedgerUnavailableError } from "@surefill/topup-store";
import type { SelfCheck } from "./self-check/self-check.js";

export type ReadinessParts = { ledger: Pick<Ledger, "check">; selfCheck: Pick<SelfCheck, "problems"> };

/** Whether top-ups can be sent, and if not, why and what to do. */
export async function readiness({ ledger, selfCheck }: ReadinessParts): Promise<HealthAnswer> {
  const answer = (status: 200 | 503, body: string) => ({ status, contentType: "text/plain", body: `${body}\n` });
  try {
    await ledger.check();
  } catch (error) {
    if (error instanceof LedgerLostError) return answer(503, `nothing is sent: ${error.message}`);
    if (error instanceof LedgerUnavailableError) return answer(503, `nothing is sent: ${error.message}`);
    throw error;
  }
  const { problems } = selfCheck;
  if (problems.length === 0) return answer(200, "ready");
  const lines = problems.map(
    ({ problem, sinceMs }) =>
      `this worker takes no jobs since ${new Date(sinceMs).toISOString()}: ${problem}; it resumes when that is fixed`,
  );
  return answer(503, lines.join("\n"));
}
