export type { Evidence } from "./chaos/evidence.js";
export { FAULTS, type Fault, planFaults, planRedisKills, TARGETS } from "./chaos/fault-schedule.js";
export { type FaultyLine, openFaultyLine } from "./chaos/faulty-line.js";
export { judge } from "./chaos/judge.js";
export { canRefuseWrites, startRedisUnderTest } from "./chaos/redis-under-test.js";
export { compareLedgers, LedgersDifferError } from "./explore/differential/compare-ledgers.js";
export { LONG_STORY, type Operation, operationSequences } from "./explore/differential/operations.js";
