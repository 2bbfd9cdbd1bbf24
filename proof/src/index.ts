export { compareLedgers, LedgersDifferError } from "./explore/differential/compare-ledgers.js";
export { LONG_STORY, type Operation, operationSequences } from "./explore/differential/operations.js";
