export { LedgerCorruptError, type LedgerLoss, LedgerLostError, LedgerUnavailableError } from "./errors.js";
export { type FollowOptions, followEventBatches, followEvents, LOG_START, readEvent, readEvents } from "./event-log.js";
export { grantNumberOf } from "./fences.js";
export { Gates } from "./gates.js";
export {
  type Intent,
  intentLine,
  type JournalLine,
  readJournalLine,
  type VoidedIntent,
  voidLine,
  witnessedIn,
  witnessLine,
} from "./journal/journal-line.js";
export { LedgerWatch, type LedgerWatchParts } from "./journal/ledger-watch.js";
export { ledgerKeys, queuePrefix } from "./keys.js";
export {
  type Accepted,
  type Claimed,
  Ledger,
  type LedgerOptions,
  type ListFilter,
  type ListPage,
  type Looked,
  type Moved,
  type MoveOptions,
  type NewTopup,
} from "./ledger.js";
export { type IndexPage, LedgerReader, type ReaderOptions } from "./ledger-reader.js";
export { EventCursorError, isEventId, isEventIdBefore, type LogPage, newestEventId, readLogPage } from "./log-page.js";
export { type ProviderHint, ProviderHints, type Woken } from "./provider-hints.js";
export { LedgerRebuild, type LedgerRebuildOptions, type Recreation } from "./rebuild/ledger-rebuild.js";
export { encodeRequest, type RecordFields } from "./record-codec.js";
export { Sightings, type SightingsOptions, type SightingToTell } from "./sightings.js";
export type { TopupFile } from "./topup-file.js";
export {
  ANSWER_BYTES_MAX,
  DELIVERIES_MAX,
  type DeliveryAttempt,
  type DeliveryPage,
  WebhookDeliveries,
  type WebhookDelivery,
} from "./webhooks/deliveries.js";
export {
  type EndpointWithSecret,
  type SendableEndpoint,
  WEBHOOK_ENDPOINTS_MAX,
  WebhookEndpoints,
  type WebhookStoreOptions,
} from "./webhooks/endpoints.js";
export { FanOut, type WaitingNotice } from "./webhooks/fan-out.js";
export { LedgerWitness, type Witnessed } from "./witness.js";
