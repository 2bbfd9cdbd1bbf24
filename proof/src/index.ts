export { type Evidence, readPutOff } from "./chaos/evidence.js";
export { FAULTS, type Fault, namesOf, planFaults, planRedisKills, TARGETS } from "./chaos/fault-schedule.js";
export { type FaultyLine, openFaultyLine } from "./chaos/faulty-line.js";
export { judge } from "./chaos/judge.js";
export { profileOf } from "./chaos/profile.js";
export { type Promotion, runPromotion } from "./chaos/promotions/promotion.js";
export { planPromotions, runPromotions, wrongWith } from "./chaos/promotions/run-promotions.js";
export { canRefuseWrites, startRedisUnderTest } from "./chaos/redis-under-test.js";
export { type Done, findShortfalls } from "./chaos/shortfalls.js";
export { addCoverage, type Coverage, cover, emptyCoverage, missingFrom, TABLE_MOVES } from "./explore/coverage.js";
export { compareLedgers, LedgersDifferError } from "./explore/differential/compare-ledgers.js";
export { comparedSequences, type Operation, operationSequences } from "./explore/differential/operations.js";
export { type ExplorePrinter, runExplore } from "./explore/explore-command.js";
export { FOUND_SCHEDULES, type FoundSchedule, runFound, type Strike } from "./explore/found-schedules.js";
export { POST_ROW_NAMES, POST_ROWS } from "./explore/provider/post-rows.js";
export { randomPair, randomSchedule } from "./explore/random-schedule.js";
export { LEFT_TO_SINGLES, missingFromChance, RUNS_THAT_REACH } from "./explore/reach.js";
export { RECOVERIES, RECOVERY_NAMES, type Recovery } from "./explore/recoveries.js";
export { failureText, replayText } from "./explore/report-failure.js";
export { ANSWER_SCENARIOS, OTHER_SCENARIOS, SCENARIOS, scenarioNamed } from "./explore/scenarios.js";
export { SEAMS, type Seam } from "./explore/seams.js";
export { FAULTS as STEP_FAULTS, TAKEN_OVER } from "./explore/simulation/faults.js";
export { type RunResult, runSchedule, type Schedule } from "./explore/simulation/run.js";
export { runSingleFaults, type SingleFaultsOptions, type SingleFaultsReport } from "./explore/single-faults.js";
export { runModel } from "./model/command.js";
export { printCounterexample, printDeadEnd } from "./model/counterexample.js";
export {
  DEMONSTRATIONS,
  ONE_ATTEMPT,
  OUTCOME_WITHOUT,
  SAFEGUARD_NAMES,
  SMALL,
  WITH_EXCHANGE,
  WITHOUT_PEOPLE,
} from "./model/demonstrations.js";
export { MOVES_LEFT_OUT } from "./model/moves-left-out.js";
export { ASSUMPTIONS, type Assumption, type Bounds, rulesFor, SAFEGUARDS, type Safeguard } from "./model/rules.js";
export { VIOLATIONS } from "./model/safety.js";
export { type Exploration, explore } from "./model/search.js";
export { STEPS } from "./model/step.js";
export { type AnyMutant, MUTANTS, type MutantResult, runMutants } from "./mutants/run-mutants.js";
export { runProbe } from "./probe/command.js";
export { PROBES } from "./probe/probes.js";
