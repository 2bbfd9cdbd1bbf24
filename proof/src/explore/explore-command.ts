import { parseArgs } from "node:util";
import { addCoverage, type Coverage, cover, emptyCoverage, missingFrom, TABLE_MOVES } from "./coverage.js";
import { FOUND_SCHEDULES, runFound } from "./found-schedules.js";
import { randomPair, randomSchedule } from "./random-schedule.js";
import { type Draw, missingFromChance, RUNS_THAT_REACH } from "./reach.js";
import { failureText } from "./report-failure.js";
import { SCENARIOS } from "./scenarios.js";
import { type RunResult, runSchedule } from "./simulation/run.js";
import { runSingleFaults } from "./single-faults.js";

/** What the command prints with: `line` for results, `progress` for a person who waits. */
export type ExplorePrinter = { line: (text: string) => void; progress: (text: string) => void };

const HELP = `npm run explore                    random runs of the real processors, with faults, in virtual time
  --seeds N                        how many runs (default 1000)
  --seed S                         the first seed; every run has its own (default 1)
  --pairs                          two faults in the scenarios of the tables, instead of chance in everything
  --singles                        every single fault in every scenario, with one worker and with two
  --replay JSON                    one schedule, as a failure prints it, with every step in words

Exit code 1: a run broke a promise, or the runs have shown too little. --singles must meet every move of the state
table, every answer, every seam and every way back; ${RUNS_THAT_REACH} seeds or more what chance can be counted on to
meet. Fewer seeds are not asked what they met.`;

const PROGRESS_EVERY_MS = 5_000;
const SHOWN_FAILURES_MAX = 3;

/** Runs `npm run explore`. Answers the exit code: 1 when a run broke a promise, or the runs met too little. */
export async function runExplore(args: readonly string[], printer: ExplorePrinter): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      pairs: { type: "boolean", default: false },
      singles: { type: "boolean", default: false },
      replay: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    printer.line(HELP);
    return 0;
  }
  if (values.replay !== undefined) return replay(values.replay, printer);
  // Most of what is thrown in a run is an answer: nobody reads its stack.
  Error.stackTraceLimit = 0;
  if (values.singles) return exploreSingles(printer);
  const first = wholeNumber("seed", values.seed);
  const draw = values.pairs ? "pairs" : "everything";
  return exploreSeeds({ first, count: wholeNumber("seeds", values.seeds), draw }, printer);
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new Error(`--${name} must be a whole number of at least 1, and is "${text}"`);
}

async function replay(text: string, printer: ExplorePrinter): Promise<number> {
  const result = await runSchedule(JSON.parse(text));
  printer.line(failureText(result));
  printer.line(result.violations.length === 0 ? "No promise was broken." : "A promise was broken.");
  return result.violations.length === 0 ? 0 : 1;
}

type Seeds = { first: number; count: number; draw: Draw };

async function exploreSeeds({ first, count, draw }: Seeds, printer: ExplorePrinter): Promise<number> {
  const coverage = emptyCoverage();
  const startedMs = performance.now();
  let shownMs = startedMs;
  let steps = 0;
  const failures = failuresOn(printer);
  for (let seed = first; seed < first + count; seed += 1) {
    const schedule = draw === "pairs" ? await randomPair(seed) : randomSchedule(seed);
    const result = await runSchedule(schedule);
    cover(coverage, result);
    steps += result.steps.length;
    if (result.violations.length > 0) failures.add(result, `Seed ${seed}\n`);
    if (performance.now() - shownMs > PROGRESS_EVERY_MS) {
      shownMs = performance.now();
      printer.progress(`${seed - first + 1} of ${count} runs, ${failures.count} failures`);
    }
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const summary = `${count} runs from seed ${first}, ${steps} steps, ${Math.round(seconds)} s`;
  printResult(`${summary}: ${failures.count} broke a promise.`, coverage, printer);
  if (count < RUNS_THAT_REACH) printer.line(`Fewer than ${RUNS_THAT_REACH} runs: not asked what they met.`);
  return exitCode(failures.count, missingFromChance(coverage, draw, count), printer);
}

async function exploreSingles(printer: ExplorePrinter): Promise<number> {
  const coverage = emptyCoverage();
  const failures = failuresOn(printer);
  let runs = 0;
  for (const scenario of SCENARIOS) {
    const options = { scenarios: [scenario], workers: [1, 2], seed: 1, strike: "outlook" } as const;
    const report = await runSingleFaults({ ...options, onFailure: failures.add });
    addCoverage(coverage, report.coverage);
    runs += report.runs;
    printer.progress(`${report.runs} runs: ${scenario.name}`);
  }
  // What no single fault reaches.
  for (const found of FOUND_SCHEDULES) {
    const result = await runFound(found);
    cover(coverage, result);
    runs += 1;
    if (result.violations.length > 0) failures.add(result);
  }
  printResult(`${runs} runs with one fault each, or kept: ${failures.count} broke a promise.`, coverage, printer);
  return exitCode(failures.count, missingFrom(coverage), printer);
}

/** Counts the runs that broke a promise, and prints the first of them. */
function failuresOn(printer: ExplorePrinter) {
  const failures = {
    count: 0,
    add: (result: RunResult, title = "") => {
      failures.count += 1;
      if (failures.count <= SHOWN_FAILURES_MAX) printer.line(`\n${title}${failureText(result)}`);
    },
  };
  return failures;
}

function printResult(summary: string, coverage: Coverage, printer: ExplorePrinter): void {
  const { moves, rows, recoveries, seams } = coverage;
  const met = `${TABLE_MOVES.filter((move) => moves.has(move)).length} of ${TABLE_MOVES.length} moves of the table`;
  printer.line(
    [
      summary,
      `Met: ${met}, ${rows.size} answers to a POST, ${recoveries.size} recoveries, ${seams.size} seams.`,
      table(coverage.faults),
    ].join("\n"),
  );
}

/** Runs that have not met what they should have met have shown nothing. */
function exitCode(failures: number, missing: readonly string[], printer: ExplorePrinter): number {
  for (const thing of missing) printer.line(`NOT MET  ${thing}`);
  return failures === 0 && missing.length === 0 ? 0 : 1;
}

function table(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `  ${count} x ${name}`).join("\n");
}
