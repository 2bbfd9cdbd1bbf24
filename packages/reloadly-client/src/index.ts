export type { Balance } from "./account.js";
export { listAllOperators } from "./all-operators.js";
export type { ReadOptions, WriteOptions } from "./caller.js";
export { createReloadlyClient, type ReloadlyClient, type ReloadlyClientOptions } from "./client.js";
export type { Clock } from "./clock.js";
export type { Commission } from "./commissions.js";
export type { Country } from "./countries.js";
export type { Endpoints, ReloadlyEnvironment } from "./environment.js";
export { type BodyShape, type Certainty, CLIENT_ERROR_CODES, type ClientErrorCode, ReloadlyError } from "./errors.js";
export type { RequestInfo } from "./observer.js";
export type { FxRate, GeographicalRechargePlan, Operator, OperatorFilter, OperatorFlags } from "./operators.js";
export type { Page, UnreadableRow } from "./page.js";
export type { Promotion } from "./promotions.js";
export {
  type ErrorCodeSource,
  isKnownErrorCode,
  type KnownErrorCode,
  type ProviderErrorCode,
  RELOADLY_ERROR_CODES,
} from "./provider-error-codes.js";
export type { TransactionFilter, TransactionPage } from "./reports.js";
export type { PageRequest } from "./request-checks.js";
export { reloadlyAccountOf, reloadlyEnvironmentOf, reloadlySettings, reloadlySettingsProblem } from "./settings.js";
export type { Phone, TopupRequest } from "./topup-request.js";
export type { TopupStatus } from "./topup-status.js";
export type { AcceptedTopup, TopupResult } from "./topups.js";
export type { BalanceInfo, KnownStatus, PinDetail, ProviderStatus, Transaction } from "./transaction.js";
export {
  type OpenTransport,
  type Transport,
  type TransportAnswer,
  TransportFailure,
  type TransportFailureKind,
  type TransportRequest,
} from "./transport.js";
