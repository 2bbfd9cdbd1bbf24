import type { Clock, RedisClient } from "@surefill/runtime";
import { LedgerUnavailableError } from "@surefill/topup-store";
import type { HttpResult } from "./http/result.js";
import { promptly } from "./prompt-ledger.js";

/** `GET /healthz`: the process answers. Says nothing about Redis, or an outage there would restart every producer. */
export async function getLiveness(): Promise<HttpResult> {
  return { status: 200, json: { status: "ok" } };
}

/** `GET /readyz`: the ledger answers, so new top-ups can be accepted; otherwise a `ledger_unavailable` problem. */
export const getReadiness =
  (deps: { redis: Pick<RedisClient, "ping">; clock: Clock }) => async (): Promise<HttpResult> => {
    await promptly(deps.clock, async () => {
      try {
        await deps.redis.ping();
      } catch (error) {
        throw new LedgerUnavailableError(error);
      }
    });
    return { status: 200, json: { status: "ready" } };
  };
