import type { Clock } from "@surefill/runtime";
import type { WebhookEndpoints } from "@surefill/topup-store";
import { z } from "zod";
import type { HttpResult } from "../http/result.js";
import { promptly } from "../prompt-ledger.js";
import { endpointView, endpointViewSchema } from "./endpoint-view.js";
import { findEndpoint } from "./find-endpoint.js";

/** What reading needs. */
export type ReadDeps = { endpoints: Pick<WebhookEndpoints, "get" | "list">; clock: Clock };

/** All endpoints; there are few enough for one answer. */
export const endpointListSchema = z.object({ data: z.array(endpointViewSchema) }).meta({ id: "WebhookEndpointList" });

/** `GET /v1/webhook-endpoints`: every endpoint, oldest first. */
export const listEndpoints =
  ({ endpoints, clock }: ReadDeps) =>
  async (): Promise<HttpResult> => {
    const all = await promptly(clock, () => endpoints.list());
    return { status: 200, json: { data: all.map(endpointView) } };
  };

/** `GET /v1/webhook-endpoints/{id}`: one endpoint, without its secret. */
export const getEndpoint =
  (deps: ReadDeps) =>
  async (id: string): Promise<HttpResult> => ({ status: 200, json: endpointView(await findEndpoint(deps, id)) });
