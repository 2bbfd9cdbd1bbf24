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
export { type CatalogueOperator, catalogueOperatorSchema } from "./catalogue.js";
export { type CheckOptions, checkOptionsSchema } from "./check-options.js";
export {
  type Canary,
  canarySchema,
  type DailyWindow,
  DEFAULT_FAILURE_RULES,
  dailyWindowSchema,
  FAILURE_CLASSES,
  type FailureClass,
  type FailureRule,
  failureRuleSchema,
  type Limits,
  limitsSchema,
  type StartAt,
  startAtSchema,
  timeZoneSchema,
} from "./limits.js";
export { MAPPING_FIELDS, type Mapping, type MappingField, mappingSchema } from "./mapping.js";
export { formatUnits, type Units, unitsOf } from "./money.js";
export type { OperatorCost, PlanCost, PlanSummary, ProblemGroup } from "./plan.js";
export { PlanChunkError, readPlanChunk, writePlanChunk } from "./plan-chunk.js";
export { hashPlanChunk, hashPlanEnd, hashPlanStart, type PlanBasis, type PlanHash } from "./plan-hash.js";
export { CHUNK_ROWS, type JudgedRow, type PlannedRow, placeOfRow, referenceOfRow } from "./planned-row.js";
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
export {
  columnsWithOurs,
  REJECT_COLUMNS,
  RESULT_COLUMNS,
  type ResultColumn,
  spreadsheetSafe,
  UNFED_ROW_STATES,
  type UnfedRowState,
} from "./results.js";
