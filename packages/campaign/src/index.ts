export {
  CAMPAIGN_MOVES,
  CAMPAIGN_STATES,
  type CampaignState,
  canCampaignMove,
  isCampaignOver,
  PAUSE_REASONS,
  type PauseReason,
  ROW_STATES,
  type RowState,
} from "./campaign-states.js";
export {
  type Catalogue,
  type CatalogueOperator,
  catalogueOperatorOf,
  catalogueOperatorSchema,
  createCatalogue,
  type ProviderOperator,
} from "./catalogue.js";
export { type CheckOptions, checkOptionsSchema, givenOptionsSchema } from "./check-options.js";
export { maskCell } from "./clean-cell.js";
export { fieldOfName } from "./column-names.js";
export { debitedUnits } from "./debited.js";
export { defaultRunOf, defaultRunText } from "./default-run.js";
export { type CampaignChoices, type EditTime, type JudgedEdit, judgeEdit } from "./edit-rules.js";
export { FAILURE_CLASS_OF_CODE, failureClassOf, RETRY_CLASSES, type RetryClass } from "./failure-classes.js";
export { choiceProblems, type FileFacts } from "./file-choices.js";
export { type ExpectedTotal, FileTotal } from "./file-total.js";
export { type FoundHeader, findHeader, ROWS_LOOKED_AT } from "./find-header.js";
export { isFormulaLike, spreadsheetSafe, withoutGuards } from "./formula-guard.js";
export { type HeaderUnit, type UnitDoubt, unitDoubt, unitOfHeader } from "./header-unit.js";
export {
  createJudge,
  type Judge,
  type JudgeRules,
  type KnownOfRow,
  type RowVerdict,
  recipientOfRow,
} from "./judge-row.js";
export {
  type Canary,
  canarySchema,
  DEFAULT_FAILURE_RULES,
  dailyWindowSchema,
  FAILURE_CLASSES,
  type FailureClass,
  type FailureRule,
  failureRuleSchema,
  type Limits,
  limitsSchema,
  startAtSchema,
  timeZoneSchema,
} from "./limits.js";
export { MAPPING_FIELDS, type Mapping, type MappingField, mappingSchema } from "./mapping.js";
export { formatUnits, type Units, unitsOf } from "./money.js";
export { createOffer, type Offer } from "./offer.js";
export type { FileLines, OperatorCost, PlanCost, PlanSummary, ProblemGroup } from "./plan.js";
export { PlanChunkError, readPlanChunk, writePlanChunk } from "./plan-chunk.js";
export {
  hashPlanChunk,
  hashPlanEnd,
  hashPlanStart,
  hashRepriced,
  type PlanBasis,
  type PlanHash,
  type RisenPrice,
} from "./plan-hash.js";
export { PlanTally } from "./plan-tally.js";
export { CHUNK_ROWS, type JudgedRow, type PlannedRow, placeOfRow, referenceOfRow } from "./planned-row.js";
export { createPricer, type Price, type Pricer } from "./price.js";
export { isWithinMargin, type PriceDrift, priceDriftOf, priceDriftText } from "./price-drift.js";
export {
  ASSUMPTIONS,
  type Assumption,
  PROBLEM_REPAIRS,
  type Problem,
  type ProblemCode,
  REPAIRS,
  type RejectedRow,
  type Repair,
} from "./problems.js";
export { CELL_CHARACTERS_MAX, createRowReader, type ReadRow, type RowReader, unknownColumns } from "./read-row.js";
export {
  columnsWithOurs,
  columnsWithoutOurs,
  isOurFile,
  REJECT_COLUMNS,
  RESULT_COLUMNS,
  type ResultColumn,
  resultColumns,
  resultColumnsIn,
  UNFED_ROW_STATES,
  type UnfedRowState,
} from "./results.js";
export {
  isRunningColumn,
  KNOWN_FORMATS,
  type KnownFormat,
  type MappingReason,
  optionsOfFormat,
  type SuggestedMapping,
  suggestMapping,
} from "./suggest-mapping.js";
export { type DailyWindow, type StartAt, sendTimesAt, startMsOf } from "./zoned-time.js";
