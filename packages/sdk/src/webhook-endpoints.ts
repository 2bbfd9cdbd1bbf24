import { type CallOptions, type Connection, dataOf } from "./connection.js";
import type { components, operations } from "./generated/api.js";
import { pagesOf } from "./pages.js";

/** An endpoint that events are sent to. */
export type WebhookEndpoint = components["schemas"]["WebhookEndpoint"];
/** One delivery with its attempts. */
export type WebhookDelivery = components["schemas"]["WebhookDelivery"];
type Body<Operation extends keyof operations> = operations[Operation] extends {
  requestBody: { content: { "application/json": infer Json } };
}
  ? Json
  : never;

/** Webhook endpoints and their deliveries. Commands are sent once: what a lost one did is seen by reading. */
export class WebhookEndpoints {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Makes an endpoint. The answer holds its secret, which is not shown again. */
  async create(
    endpoint: Body<"createWebhookEndpoint">,
    options: CallOptions = {},
  ): Promise<components["schemas"]["WebhookEndpointWithSecret"]> {
    return dataOf(this.#connection.once.POST("/v1/webhook-endpoints", { body: endpoint, ...options }));
  }

  /** All endpoints. */
  async list(options: CallOptions = {}): Promise<WebhookEndpoint[]> {
    const { data } = await dataOf(this.#connection.api.GET("/v1/webhook-endpoints", options));
    return data;
  }

  /** Changes an endpoint. */
  async update(id: string, patch: Body<"updateWebhookEndpoint">, options: CallOptions = {}): Promise<WebhookEndpoint> {
    const params = { path: { id } };
    return dataOf(this.#connection.once.PATCH("/v1/webhook-endpoints/{id}", { params, body: patch, ...options }));
  }

  /** Removes an endpoint. */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#connection.once.DELETE("/v1/webhook-endpoints/{id}", { params: { path: { id } }, ...options });
  }

  /** The deliveries of an endpoint, the newest first. */
  deliveries(id: string, options: CallOptions = {}): AsyncGenerator<WebhookDelivery, void> {
    return pagesOf((cursor) => {
      const params = { path: { id }, query: { limit: 100, ...(cursor !== undefined && { cursor }) } };
      return dataOf(this.#connection.api.GET("/v1/webhook-endpoints/{id}/deliveries", { params, ...options }));
    });
  }

  /** Sends one event again, under the same `webhook-id`. */
  async redeliver(id: string, eventId: string, options: CallOptions = {}): Promise<void> {
    const params = { path: { id, eventId } };
    await this.#connection.once.POST("/v1/webhook-endpoints/{id}/deliveries/{eventId}/redeliver", {
      params,
      ...options,
    });
  }

  /** Sends a `ping`. */
  async test(id: string, options: CallOptions = {}): Promise<void> {
    await this.#connection.once.POST("/v1/webhook-endpoints/{id}/test", { params: { path: { id } }, ...options });
  }
}
