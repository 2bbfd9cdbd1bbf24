import type { DeliveryPage, WebhookDeliveries } from "@surefill/topup-store";
import { z } from "zod";
import { Problem, validationFailed } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { promptly } from "../prompt-ledger.js";
import { deliveryView, deliveryViewSchema } from "./delivery-view.js";
import { type FindDeps, findEndpoint } from "./find-endpoint.js";

const LIMIT_MAX = 200;
const limitError = `must be a whole number from 1 to ${LIMIT_MAX}`;

/** The query of a list of deliveries. */
export const listDeliveriesQuerySchema = z.strictObject({
  cursor: z.string({ error: "must be given once" }).max(200, { error: "is not one that a list gave out" }).optional(),
  limit: z
    .string({ error: limitError })
    .regex(/^[1-9]\d{0,2}$/, { error: limitError })
    .transform(Number)
    .refine((limit) => limit <= LIMIT_MAX, { error: limitError })
    .default(50),
});

/** A page of deliveries. */
export const deliveryPageSchema = z
  .object({
    data: z.array(deliveryViewSchema),
    nextCursor: z.string().nullable().describe("For the `cursor` of the next page; null on the last one"),
    hasMore: z.boolean(),
  })
  .meta({ id: "WebhookDeliveryPage" });

/** What reading deliveries needs. */
export type ReadDeliveriesDeps = FindDeps & { deliveries: Pick<WebhookDeliveries, "get" | "list"> };

/** `GET /v1/webhook-endpoints/{id}/deliveries`: what was sent to an endpoint, newest first, a page at a time. */
export const listDeliveries =
  (deps: ReadDeliveriesDeps) =>
  async (id: string, { limit, cursor }: z.output<typeof listDeliveriesQuerySchema>): Promise<HttpResult> => {
    await findEndpoint(deps, id);
    const page = cursor === undefined ? { limit } : { limit, cursor };
    const { deliveries, nextCursor = null } = await listed(deps, id, page);
    return { status: 200, json: { data: deliveries.map(deliveryView), nextCursor, hasMore: nextCursor !== null } };
  };

async function listed(
  { deliveries, clock }: ReadDeliveriesDeps,
  id: string,
  page: { limit: number; cursor?: string },
): Promise<DeliveryPage> {
  try {
    return await promptly(clock, () => deliveries.list(id, page));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw validationFailed([{ parameter: "cursor", code: "invalid", detail: "is not one that this list gave out" }]);
  }
}

/** `GET /v1/webhook-endpoints/{id}/deliveries/{eventId}`: one delivery with its attempts. */
export const getDelivery =
  (deps: ReadDeliveriesDeps) =>
  async (id: string, eventId: string): Promise<HttpResult> => {
    await findEndpoint(deps, id);
    const delivery = await promptly(deps.clock, () => deps.deliveries.get(id, eventId));
    if (delivery !== undefined) return { status: 200, json: deliveryView(delivery) };
    throw new Problem("delivery_not_found", { detail: `No attempt to deliver ${eventId} is on record.` });
  };
