export { ACCESS_KEYS_MAX, type AccessKey, AccessKeys, isInForce, type NewAccessKey } from "./access/access-keys.js";
export { AuditLog, type AuditLogOptions } from "./access/audit-log.js";
export {
  type AskedAccessKey,
  accessKeyFacts,
  KEY_ROLES,
  makeAccessKey,
  newAccessKeySchema,
} from "./access/new-access-key.js";
export {
  PEOPLE_MAX,
  People,
  type Person,
  type PersonChange,
  type PersonChanged,
  type PersonSecrets,
} from "./access/people.js";
export { type FoundSession, type SessionOptions, Sessions } from "./access/sessions.js";
export { LedgerAccountError } from "./account.js";
export {
  type Campaign,
  type CampaignCommand,
  type CampaignEdit,
  type CampaignPage,
  type CampaignProgress,
  type Changed,
  COMMAND_NAMES,
  type FailureCount,
  type MinutePoint,
  type NewCampaign,
  type Pause,
  type PlanHead,
  type Repriced,
  type RetryOf,
  type RowPage,
  type Tally,
  UNTAKEN_STATES,
  type UntakenState,
} from "./campaigns/campaign.js";
export {
  CampaignFeed,
  FEED_ROWS_MAX,
  type Fed,
  type FedTopup,
  type FeedBatch,
  type FeedStop,
  type LaneStep,
  requestOf,
} from "./campaigns/campaign-feed.js";
export { campaignIdSchema } from "./campaigns/campaign-id.js";
export { CampaignRetention } from "./campaigns/campaign-retention.js";
export { Campaigns } from "./campaigns/campaigns.js";
export { campaignAhead, type MoneyOrderParts } from "./campaigns/money-order.js";
export { type KeptCatalogue, OperatorMemory } from "./campaigns/operator-memory.js";
export { PaymentHistory, type RecentPayment, type UsedReference } from "./campaigns/payment-history.js";
export { PlanChunks } from "./campaigns/plan-chunks.js";
export type { CampaignStoreOptions } from "./campaigns/store-options.js";
export {
  DELIMITERS,
  type Delimiter,
  ENCODINGS,
  type Encoding,
  FILE_FORMATS,
  type FileFormat,
  type SameFile,
  type SheetFacts,
  type Upload,
  type UploadPage,
  type UploadRow,
  uploadIdSchema,
} from "./campaigns/upload.js";
export { type UploadStoreOptions, Uploads } from "./campaigns/uploads.js";
export {
  LedgerComparingError,
  LedgerCorruptError,
  type LedgerLoss,
  LedgerLostError,
  LedgerMissingError,
  LedgerUnavailableError,
} from "./errors.js";
export { type FollowOptions, followEventBatches, followEvents, LOG_START, readEvent, readEvents } from "./event-log.js";
export { type MetadataByReference, readMetadata } from "./event-metadata.js";
export {
  type Acceptance,
  CONTRADICTION_KINDS,
  type ContradictionKind,
  type DebitShown,
  ExtraDebits,
  type ExtraDebitsOptions,
  isAccepted,
} from "./extra-debits/extra-debits.js";
export { grantNumberOf } from "./fences.js";
export { Gates } from "./gates.js";
export { type GroupCommand, GroupCommands, type GroupOutcome } from "./group-commands.js";
export { type CancelledCampaign, cancelledCampaignLine } from "./journal/cancelled-campaign.js";
export {
  acceptanceLine,
  type Decision,
  decisionLine,
  type Intent,
  intentLine,
  type JournalLine,
  readJournalLine,
  type Undecided,
  undecidedLine,
  type VoidedIntent,
  voidLine,
  witnessedIn,
  witnessLine,
} from "./journal/journal-line.js";
export { LedgerWatch, type LedgerWatchParts } from "./journal/ledger-watch.js";
export { ledgerKeys, queuePrefix } from "./keys.js";
export { Ledger } from "./ledger.js";
export {
  type Accepted,
  type Claimed,
  type ClaimTerms,
  type ConditionalTopup,
  type LedgerOptions,
  type ListFilter,
  type ListPage,
  type Looked,
  type Moved,
  type MoveOptions,
  type NewTopup,
  type NotTaken,
  type OverLimit,
  type PaidRecently,
  type PaymentsForgotten,
  paidRecentlyDetail,
  paymentsForgottenDetail,
  type Spend,
} from "./ledger-answers.js";
export { type LedgerChange, ledgerChanges } from "./ledger-changes.js";
export { type IndexPage, LedgerReader, type ReaderOptions } from "./ledger-reader.js";
export { EventCursorError, isEventId, isEventIdBefore, type LogPage, newestEventId, readLogPage } from "./log-page.js";
export { createLedger } from "./open-witness.js";
export { type ProviderHint, ProviderHints, type Woken } from "./provider-hints.js";
export { accountChanges, type Rebound, rebindLedger } from "./rebind-ledger.js";
export {
  type AcceptedAgain,
  type EndedRecreation,
  LedgerRebuild,
  type LedgerRebuildOptions,
  type Recreation,
} from "./rebuild/ledger-rebuild.js";
export {
  type Confirmed,
  confirmRecreated,
  countRecreated,
  type RecreatedTopup,
  recreatedTopups,
} from "./rebuild/recreated.js";
export { encodeAsked, type RecordFields } from "./record-codec.js";
export { type Comparison, comparisonOf, type Reopened, reopenLedger } from "./reopen.js";
export { FOLDER_READ_AFTER_MS, PROCESS_SILENT_MS } from "./server-change-lua.js";
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
export { keepHighest, type LedgerProcess, LedgerWitness, type Witnessed } from "./witness.js";
