export { addDecimals, amountSchema, compareDecimals } from "./amount.js";
export { type BoughtTransaction, type DifferingPart, namesAnother } from "./answer-identity.js";
export { BECAUSE, type Because, isVerdict } from "./because.js";
export { contradictedMove } from "./contradicted-move.js";
export { differingFields } from "./differing-fields.js";
export { type AttemptStatus, type AttemptsAnswer, type AttemptsWeighed, weighAttempts } from "./earlier-attempts.js";
export {
  CAMPAIGN_EVENT_TYPES,
  type CampaignEvent,
  type CampaignEventType,
  EVENT_TYPES,
  type EventType,
  eventSchema,
  isCampaignEvent,
  type LedgerEvent,
  TOPUP_EVENT_TYPES,
  type TopupEvent,
  type TopupEventType,
  topupEventSchema,
} from "./events.js";
export { failedSeenByHold, failedSeenIn, mayStillTurn } from "./failed-seen.js";
export { explainGate, explainRefusal, type GateExplained } from "./gate-reasons.js";
export {
  type ClosedGate,
  GATE_EVIDENCE,
  type GateChange,
  type GateClosing,
  type GateEvidence,
  type GateKind,
  type GateReason,
  type GateTime,
  gateOf,
  isGateOf,
  UNREACHABLE_EVIDENCE,
} from "./gates.js";
export {
  isNotJson,
  isSpareJobId,
  type JobMark,
  type JobRank,
  jobIdOf,
  QUEUES,
  type QueueName,
  rankOf,
  readableJobData,
  readableJobFields,
  TOPUP_JOB_OPTIONS,
  type TopupJob,
  topupJobOptions,
  topupJobSchema,
  WEBHOOK_JOB_OPTIONS,
  WEBHOOK_QUEUE,
  type WebhookJob,
  webhookJobIdOf,
  webhookJobSchema,
} from "./jobs.js";
export {
  afterEarlyLookup,
  afterLookup,
  afterTakenTransaction,
  isSameTopup,
  type LookupAnswer,
  type ProviderRow,
} from "./lookup-decision.js";
export { type DecisionContext, endMove, type Move, type RecordPatch } from "./move.js";
export {
  countryCodeSchema,
  type InvalidPhone,
  isNumber,
  maskEmail,
  maskPhone,
  type Phone,
  phoneSchema,
  type RecognisedPhone,
  readPhoneToFind,
  recognisePhone,
  SET_OFF,
} from "./phone.js";
export { lineOf } from "./phone-plans.js";
export {
  asciiDigits,
  holdsLineBreak,
  INVISIBLE,
  isPlainNumber,
  type PhoneFault,
  type PhoneFaultCode,
  type PhoneText,
  readPhoneText,
} from "./phone-text.js";
export { afterHold, afterPoll, nextAttemptMove, type StatusAnswer, sameAttemptMove } from "./poll-decision.js";
export type {
  AcceptedContradiction,
  Evidence,
  ExtraDebit,
  FailedSeen,
  HistoryEntry,
  HoldReason,
  LookupTally,
  PinDetail,
  Settlement,
  TopupRecord,
} from "./record.js";
export {
  attemptOfCustomIdentifier,
  customIdentifierOf,
  identifierOf,
  nameSchema,
  newReferenceSchema,
  referenceSchema,
} from "./reference.js";
export { REFUSALS, type RefusalAction, readRefusal } from "./refusals.js";
export {
  isMark,
  type MarkQuestion,
  type MarksToAskFor,
  marksToAskFor,
  type ReportCurrency,
  type ReportMark,
  reportCurrencyOf,
} from "./report-lag.js";
export { type ReadInput, type RequestIssue, requestIssues, slipsBetween } from "./request-issues.js";
export {
  type DecisiveLookup,
  isAttemptShown,
  type ReviewEvidence,
  type ReviewedAttempt,
  reviewEvidenceOf,
  type SentRequest,
  type ShownTransaction,
  type Suggestion,
  suggestVerdict,
} from "./review-evidence.js";
export {
  earlyLookupFromMs,
  LOOKUP_OFFSETS_MS,
  LOOKUP_REPEAT_MS,
  nextEarlyLookupAtMs,
  nextLookupAtMs,
  nextPollDelayMs,
  POLL_DELAYS_MS,
  POLL_JITTER_RATIO,
} from "./schedules.js";
export type { SenderPhone } from "./sender-phone.js";
export { canMove, isFinal, MOVES, STATES, type TopupState } from "./states.js";
export {
  acceptedMove,
  afterSubmit,
  gateMove,
  HOLD_JITTER_MS,
  quietUntilMsOf,
  type SubmitOutcome,
  unknownMove,
  unreachableGate,
} from "./submit-decision.js";
export {
  checkLiveTimings,
  checkTimings,
  DEFAULT_TIMINGS,
  TIMING_RULES,
  type TimingRule,
  type Timings,
  timingFields,
} from "./timings.js";
export {
  type AskedBeside,
  contentOf,
  type NamedReference,
  namedReference,
  nautaEmailSchema,
  type ParsedTopupRequest,
  parseTopupRequest,
  type TopupRequest,
  topupRequestSchema,
} from "./topup-request.js";
export { beyondRetention } from "./unless-paid-within.js";
export {
  DISABLED_REASONS,
  type DisabledReason,
  ENDPOINT_COMMANDS,
  type EndpointCommand,
  type EndpointCommandName,
  type EndpointDeletion,
  isSubscribed,
  type NewWebhookEndpoint,
  newWebhookEndpointSchema,
  WEBHOOK_EVENT_TYPES,
  type WebhookEndpoint,
  type WebhookEndpointPatch,
  type WebhookEventType,
  webhookEndpointIdSchema,
  webhookEndpointPatchSchema,
} from "./webhook-endpoint.js";
export {
  campaignWebhookSchema,
  type Notice,
  noticeSchema,
  pingOf,
  topupWebhookSchema,
  type WebhookPayload,
  webhookPayloadOf,
  webhookPayloadSchema,
} from "./webhook-payload.js";
export {
  afterDelivery,
  type DeliveryOutcome,
  type DeliveryVerdict,
  type FailingLimits,
  failingLimits,
  RETRY_AFTER_MS_MAX,
  WEBHOOK_DELAYS_MS,
  WEBHOOK_FAILING_MS_MAX,
  WEBHOOK_JITTER_RATIO,
  WEBHOOK_WARNING_DAYS,
} from "./webhook-schedule.js";
