import type { RedisClient } from "@surefill/runtime";
import { LedgerUnavailableError } from "@surefill/topup-store";
import type { HttpResult } from "./http/result.js";

/** `GET /healthz`: the process answers. Says nothing about Redis, or an outage there would restart every producer. */
export async function getLiveness(): Promise<HttpResult> {
  return { status: 200, json: { status: "ok" } };
}

/** `GET /readyz`: the ledger answers, so new top-ups can be accepted; otherwise a `ledger_unavailable` problem. */
export const getReadiness = (deps: { redis: Pick<RedisClient, "ping"> }) => async (): Promise<HttpResult> => {
  try {
    await deps.redis.ping();
  } catch (error) {
    throw new LedgerUnavailableError(error);
  }
  return { status: 200, json: { status: "ready" } };
};
