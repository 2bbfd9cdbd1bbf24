import type { Clock } from "@surefill/runtime";
import type { HttpResult } from "./http/result.js";
import type { BalanceView, ProviderReader } from "./provider.js";

const BALANCE_AGE_MS_MAX = 5_000;
const BALANCE_DEADLINE_MS = 10_000;

/** `GET /v1/balance`: what the Reloadly account can spend, at most 5 seconds old. Callers at the same time share one. */
export const getBalance = (deps: { provider: Pick<ProviderReader, "balance">; clock: Clock }) => {
  let latest: { askedAtMs: number; answer: Promise<BalanceView> } | undefined;
  return async (): Promise<HttpResult> => {
    const nowMs = deps.clock.monotonicMs();
    if (latest === undefined || nowMs - latest.askedAtMs > BALANCE_AGE_MS_MAX) {
      const answer = deps.provider.balance(AbortSignal.timeout(BALANCE_DEADLINE_MS));
      const asked = { askedAtMs: nowMs, answer };
      latest = asked;
      answer.catch(() => {
        if (latest === asked) latest = undefined; // A failure is not worth keeping.
      });
    }
    return { status: 200, json: await latest.answer };
  };
};
