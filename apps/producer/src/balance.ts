import type { Clock } from "@surefill/runtime";
import type { HttpResult } from "./http/result.js";
import type { BalanceView, ProviderReader } from "./provider.js";

const BALANCE_AGE_MS_MAX = 5_000;
const BALANCE_DEADLINE_MS = 10_000;

/** Reads the balance, at most 5 seconds old; callers at the same time share one question. */
export type ReadBalance = () => Promise<BalanceView>;

/** Makes the one reader of the balance that everybody shares. */
export function createBalanceReader(deps: { provider: Pick<ProviderReader, "balance">; clock: Clock }): ReadBalance {
  let latest: { askedAtMs: number; answer: Promise<BalanceView> } | undefined;
  return () => {
    const nowMs = deps.clock.monotonicMs();
    if (latest === undefined || nowMs - latest.askedAtMs > BALANCE_AGE_MS_MAX) {
      const answer = deps.provider.balance(AbortSignal.timeout(BALANCE_DEADLINE_MS));
      const asked = { askedAtMs: nowMs, answer };
      latest = asked;
      answer.catch(() => {
        if (latest === asked) latest = undefined; // A failure is not worth keeping.
      });
    }
    return latest.answer;
  };
}

/** `GET /v1/balance`: what the Reloadly account can spend. */
export const getBalance = (deps: { readBalance: ReadBalance }) => async (): Promise<HttpResult> => ({
  status: 200,
  json: await deps.readBalance(),
});
