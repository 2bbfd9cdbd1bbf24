import type { HttpResult } from "./http/result.js";
import type { PromptLedger } from "./prompt-ledger.js";

/** `GET /healthz`: the process answers. Says nothing about Redis, or an outage there would restart every producer. */
export async function getLiveness(): Promise<HttpResult> {
  return { status: 200, json: { status: "ok" } };
}

/**
 * `GET /readyz`: the ledger answers and has lost nothing, so new top-ups can be accepted; otherwise a
 * `ledger_unavailable` or a `ledger_lost` problem.
 */
export const getReadiness = (deps: { ledger: Pick<PromptLedger, "check"> }) => async (): Promise<HttpResult> => {
  await deps.ledger.check();
  return { status: 200, json: { status: "ready" } };
};
