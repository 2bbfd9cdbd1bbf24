import type { Clock } from "@surefill/runtime";
import type { WebhookEndpoint } from "@surefill/topup";
import type { WebhookEndpoints } from "@surefill/topup-store";
import { Problem } from "../http/problem.js";
import { promptly } from "../prompt-ledger.js";

/** What finding an endpoint needs. */
export type FindDeps = { endpoints: Pick<WebhookEndpoints, "get">; clock: Clock };

/** What asking for deliveries needs. */
export type AskDeps = FindDeps & { endpoints: Pick<WebhookEndpoints, "noteAsked"> };

/** Takes what the store answered about an endpoint. Throws an `endpoint_not_found` problem when there is none. */
export function found<T>(id: string, answer: T | undefined): T {
  if (answer !== undefined) return answer;
  throw new Problem("endpoint_not_found", { detail: `There is no webhook endpoint ${id}.` });
}

/** Reads an endpoint that must be there. */
export async function findEndpoint({ endpoints, clock }: FindDeps, id: string): Promise<WebhookEndpoint> {
  return found(id, await promptly(clock, () => endpoints.get(id)));
}

/** Reads an endpoint that must be there and take deliveries. */
export async function findEnabledEndpoint(deps: FindDeps, id: string): Promise<WebhookEndpoint> {
  const endpoint = await findEndpoint(deps, id);
  if (endpoint.state === "enabled") return endpoint;
  throw new Problem("endpoint_disabled", { detail: `The endpoint is disabled (${endpoint.disabledReason}).` });
}
