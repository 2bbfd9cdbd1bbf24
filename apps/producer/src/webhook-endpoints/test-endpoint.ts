import type { Ids } from "@surefill/runtime";
import { pingOf } from "@surefill/topup";
import { z } from "zod";
import type { HttpResult } from "../http/result.js";
import { promptly } from "../prompt-ledger.js";
import type { WebhookQueue } from "../queue/webhook-queue.js";
import type { Commander } from "./change-endpoint.js";
import { type AskDeps, findEnabledEndpoint } from "./find-endpoint.js";
import { storeDeliveries } from "./store-deliveries.js";

/** A delivery that was asked for. */
export const askedDeliverySchema = z.object({ eventId: z.string().describe("The delivery's `webhook-id`") });

/** What testing needs. */
export type TestDeps = AskDeps & { webhookQueue: Pick<WebhookQueue, "add">; ids: Ids };

/** `POST /v1/webhook-endpoints/{id}/test`: sends a `ping`, whatever types the endpoint asks for. */
export const testEndpoint =
  (deps: TestDeps) =>
  async (id: string, by: Commander): Promise<HttpResult> => {
    const { endpoints, webhookQueue, clock, ids } = deps;
    await findEnabledEndpoint(deps, id);
    const eventId = `ping_${ids.uuidv7()}`;
    const ping = { endpointId: id, eventId, attempt: 1, notice: pingOf(id, clock.nowMs()) };
    await promptly(clock, () => endpoints.noteAsked(id, "test", { ...by, about: eventId }));
    await storeDeliveries(clock, () => webhookQueue.add([ping], "test"));
    return askedFor(id, eventId);
  };

/** The answer to a caller who asked for one delivery. */
export function askedFor(endpointId: string, eventId: string): HttpResult {
  const location = `/v1/webhook-endpoints/${endpointId}/deliveries/${eventId}`;
  return { status: 202, headers: { location }, json: { eventId } };
}
