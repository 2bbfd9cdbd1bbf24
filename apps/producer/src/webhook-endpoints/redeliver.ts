import type { Ids } from "@surefill/runtime";
import type { LedgerEvent } from "@surefill/topup";
import { isEventId } from "@surefill/topup-store";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { promptly } from "../prompt-ledger.js";
import type { WebhookQueue } from "../queue/webhook-queue.js";
import type { Commander } from "./change-endpoint.js";
import { type AskDeps, findEnabledEndpoint } from "./find-endpoint.js";
import { storeDeliveries } from "./store-deliveries.js";
import { askedFor } from "./test-endpoint.js";

/** What redelivering needs. */
export type RedeliverDeps = AskDeps & {
  webhookQueue: Pick<WebhookQueue, "add" | "hurry">;
  readEvent: (id: string) => Promise<LedgerEvent | undefined>;
  ids: Ids;
};

/**
 * `POST /v1/webhook-endpoints/{id}/deliveries/{eventId}/redeliver`: sends an event of the log once more, whatever the
 * endpoint asks for. A delivery that waits for its next attempt makes it now; another one starts a new schedule.
 */
export const redeliver =
  (deps: RedeliverDeps) =>
  async (id: string, eventId: string, by: Commander): Promise<HttpResult> => {
    const { endpoints, webhookQueue, readEvent, clock, ids } = deps;
    await findEnabledEndpoint(deps, id);
    const event = isEventId(eventId) ? await promptly(clock, () => readEvent(eventId)) : undefined;
    if (event === undefined) throw new Problem("event_not_found", { detail: `The event log has no ${eventId}.` });
    const delivery = { endpointId: id, eventId, attempt: 1 };
    await promptly(clock, () => endpoints.noteAsked(id, "redeliver", { ...by, about: eventId }));
    await storeDeliveries(clock, async () => {
      if (!(await webhookQueue.hurry(delivery))) await webhookQueue.add([delivery], ids.uuidv7());
    });
    return askedFor(id, eventId);
  };
