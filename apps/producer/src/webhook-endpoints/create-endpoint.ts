import type { Clock, Ids, OutboundTarget } from "@surefill/runtime";
import type { NewWebhookEndpoint } from "@surefill/topup";
import { WEBHOOK_ENDPOINTS_MAX, type WebhookEndpoints } from "@surefill/topup-store";
import { Problem, validationFailed } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { promptly } from "../prompt-ledger.js";
import type { Commander } from "./change-endpoint.js";
import { endpointView } from "./endpoint-view.js";

/** Judges a URL that somebody else chose. */
export type VetUrl = (url: string) => Promise<OutboundTarget>;

/** What creating needs. */
export type CreateDeps = { endpoints: Pick<WebhookEndpoints, "create">; vetUrl: VetUrl; clock: Clock; ids: Ids };

/**
 * `POST /v1/webhook-endpoints`: stores an endpoint and shows its secret, this once. A URL that may not be called is
 * refused with the reason; the sender judges it again before every delivery.
 */
export const createEndpoint =
  ({ endpoints, vetUrl, clock, ids }: CreateDeps) =>
  async (wanted: NewWebhookEndpoint, by: Commander): Promise<HttpResult> => {
    await requireCallable(vetUrl, wanted.url);
    const id = `whe_${ids.uuidv7()}`;
    const created = await promptly(clock, () => endpoints.create(id, wanted, by));
    if (created === "full") {
      throw new Problem("endpoints_full", { detail: `There are ${WEBHOOK_ENDPOINTS_MAX} webhook endpoints already.` });
    }
    return {
      status: 201,
      headers: { location: `/v1/webhook-endpoints/${id}` },
      json: { ...endpointView(created.endpoint), secret: created.secret },
    };
  };

/** Throws a `validation_failed` problem with the reason when the URL may not be called. */
export async function requireCallable(vetUrl: VetUrl, url: string): Promise<void> {
  const target = await vetUrl(url);
  if (target.kind === "allowed") return;
  throw validationFailed([{ pointer: "/url", code: "url_refused", detail: target.reason }]);
}
