/** Typed client of Surefill's HTTP API. Webhooks and the queue have entry points of their own. */
export type {
  Campaign,
  CampaignHead,
  CampaignPatch,
  CampaignRow,
  Campaigns,
  FileBody,
  NewCampaign,
  Upload,
} from "./campaigns.js";
export { createClient, type Surefill } from "./client.js";
export type { Clock } from "./clock.js";
export type { CallOptions, ConnectionOptions } from "./connection.js";
export { type ErrorCode, type Problem, SurefillError } from "./errors.js";
export type { EventFilter, EventPage, Events, SurefillEvent } from "./events.js";
export type { components, operations, paths } from "./generated/api.js";
export type { ProblemCode } from "./generated/problem-codes.js";
export type { Balance, Operator, OperatorFilter, Operators, Quote } from "./operators.js";
export { RETRY_POLICY, type RetryPolicy } from "./retries.js";
export type { BatchItemResult, Topup, TopupFilter, TopupRequest, Topups, TopupWithHistory } from "./topups.js";
export type { WebhookDelivery, WebhookEndpoint, WebhookEndpoints } from "./webhook-endpoints.js";
