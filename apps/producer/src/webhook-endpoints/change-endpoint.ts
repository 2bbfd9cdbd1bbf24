import type { Clock } from "@surefill/runtime";
import type { WebhookEndpoint, WebhookEndpointPatch } from "@surefill/topup";
import type { WebhookEndpoints } from "@surefill/topup-store";
import type { HttpResult } from "../http/result.js";
import { promptly } from "../prompt-ledger.js";
import { requireCallable, type VetUrl } from "./create-endpoint.js";
import { endpointView } from "./endpoint-view.js";
import { found } from "./find-endpoint.js";

/** The name of the API key that a command came with. */
export type Commander = { key: string };

/** What changing needs. */
export type ChangeDeps = {
  endpoints: Pick<WebhookEndpoints, "update" | "enable" | "disable" | "expireOldSecret" | "delete">;
  vetUrl: VetUrl;
  clock: Clock;
};

/** `PATCH /v1/webhook-endpoints/{id}`: changes what the patch names. */
export const updateEndpoint =
  (deps: ChangeDeps) =>
  async (id: string, patch: WebhookEndpointPatch, by: Commander): Promise<HttpResult> => {
    if (patch.url !== undefined) await requireCallable(deps.vetUrl, patch.url);
    return changed(deps, id, () => deps.endpoints.update(id, patch, by));
  };

/** `POST /v1/webhook-endpoints/{id}/enable`: deliveries begin again, for events from now on. */
export const enableEndpoint = (deps: ChangeDeps) => (id: string, by: Commander) =>
  changed(deps, id, () => deps.endpoints.enable(id, by));

/** `POST /v1/webhook-endpoints/{id}/disable`: deliveries stop; what waits for its next attempt is given up. */
export const disableEndpoint = (deps: ChangeDeps) => (id: string, by: Commander) =>
  changed(deps, id, () => deps.endpoints.disable(id, "operator", by));

/** `POST /v1/webhook-endpoints/{id}/expire-old-secret`: from now on only the new secret signs. */
export const expireOldSecret = (deps: ChangeDeps) => (id: string, by: Commander) =>
  changed(deps, id, () => deps.endpoints.expireOldSecret(id, by));

/** `DELETE /v1/webhook-endpoints/{id}`: forgets an endpoint with its secrets and its deliveries, and keeps who did. */
export const deleteEndpoint =
  ({ endpoints, clock }: ChangeDeps) =>
  async (id: string, by: Commander): Promise<HttpResult> => {
    const isDeleted = await promptly(clock, () => endpoints.delete(id, by));
    found(id, isDeleted || undefined);
    return { status: 204, text: "", contentType: "text/plain" };
  };

async function changed(
  { clock }: ChangeDeps,
  id: string,
  change: () => Promise<WebhookEndpoint | undefined>,
): Promise<HttpResult> {
  return { status: 200, json: endpointView(found(id, await promptly(clock, change))) };
}
