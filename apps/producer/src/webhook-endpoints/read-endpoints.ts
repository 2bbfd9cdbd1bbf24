import type { Clock } from "@surefill/runtime";
import { webhookEndpointIdSchema } from "@surefill/topup";
import type { WebhookEndpoints } from "@surefill/topup-store";
import { z } from "zod";
import type { HttpResult } from "../http/result.js";
import { promptly } from "../prompt-ledger.js";
import { commandView, endpointView, endpointViewSchema } from "./endpoint-view.js";
import { findEndpoint } from "./find-endpoint.js";

/** What reading needs. */
export type ReadDeps = { endpoints: Pick<WebhookEndpoints, "get" | "list" | "history" | "deletions">; clock: Clock };

/** All endpoints; there are few enough for one answer. */
export const endpointListSchema = z
  .object({
    data: z.array(endpointViewSchema),
    deleted: z
      .array(
        z.object({
          id: webhookEndpointIdSchema,
          at: z.iso.datetime(),
          key: z.string().nullable().describe("Name of the API key that deleted it; null where none is known"),
          description: z.string().optional(),
        }),
      )
      .describe("The latest 100 that were deleted, oldest first"),
  })
  .meta({ id: "WebhookEndpointList" });

/** `GET /v1/webhook-endpoints`: every endpoint, oldest first. */
export const listEndpoints =
  ({ endpoints, clock }: ReadDeps) =>
  async (): Promise<HttpResult> => {
    const all = await promptly(clock, () => endpoints.list());
    const deletions = await promptly(clock, () => endpoints.deletions());
    const deleted = deletions.map(({ atMs, key = null, ...rest }) => ({
      ...rest,
      at: new Date(atMs).toISOString(),
      key,
    }));
    return { status: 200, json: { data: all.map(endpointView), deleted } };
  };

/** `GET /v1/webhook-endpoints/{id}`: one endpoint with the commands that it was given, without its secret. */
export const getEndpoint =
  (deps: ReadDeps) =>
  async (id: string): Promise<HttpResult> => {
    const endpoint = await findEndpoint(deps, id);
    const commands = await promptly(deps.clock, () => deps.endpoints.history(id));
    return { status: 200, json: { ...endpointView(endpoint), history: commands.map(commandView) } };
  };
