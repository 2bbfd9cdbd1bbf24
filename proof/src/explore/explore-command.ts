import { parseArgs } from "node:util";
import { cover, emptyCoverage } from "./coverage.js";
import { randomPair, randomSchedule } from "./random-schedule.js";
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
  --replay JSON                    one schedule, as a failure prints it, with every step in words`;

const PROGRESS_EVERY_MS = 5_000;
const SHOWN_FAILURES_MAX = 3;

/** Runs `npm run explore`. Answers the exit code: 1 when a run broke a promise. */
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
  const next = values.pairs ? randomPair : async (seed: number) => randomSchedule(seed);
  return exploreSeeds({ first, count: wholeNumber("seeds", values.seeds), next }, printer);
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

type Seeds = { first: number; count: number; next: (seed: number) => ReturnType<typeof randomPair> };

async function exploreSeeds({ first, count, next }: Seeds, printer: ExplorePrinter): Promise<number> {
  const coverage = emptyCoverage();
  const startedMs = performance.now();
  let shownMs = startedMs;
  let steps = 0;
  let failures = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await runSchedule(await next(seed));
    cover(coverage, result);
    steps += result.steps.length;
    if (result.violations.length > 0) {
      failures += 1;
      if (failures <= SHOWN_FAILURES_MAX) printer.line(`\nSeed ${seed}\n${failureText(result)}`);
    }
    if (performance.now() - shownMs > PROGRESS_EVERY_MS) {
      shownMs = performance.now();
      printer.progress(`${seed - first + 1} of ${count} runs, ${failures} failures`);
    }
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const facts = { moves: coverage.moves.size, answers: coverage.rows.size, recoveries: coverage.recoveries.size };
  printer.line(
    [
      `${count} runs from seed ${first}, ${steps} steps, ${Math.round(seconds)} s: ${failures} broke a promise.`,
      `Met: ${facts.moves} moves of the table, ${facts.answers} answers to a POST, ${facts.recoveries} recoveries.`,
      table(coverage.faults),
    ].join("\n"),
  );
  return failures === 0 ? 0 : 1;
}

async function exploreSingles(printer: ExplorePrinter): Promise<number> {
  let shown = 0;
  const onFailure = (result: RunResult) => {
    shown += 1;
    if (shown <= SHOWN_FAILURES_MAX) printer.line(`\n${failureText(result)}`);
  };
  let runs = 0;
  for (const scenario of SCENARIOS) {
    const options = { scenarios: [scenario], workers: [1, 2], seed: 1, strike: "outlook", onFailure } as const;
    const report = await runSingleFaults(options);
    runs += report.runs;
    printer.progress(`${report.runs} runs: ${scenario.name}`);
  }
  printer.line(`${runs} runs with one fault each: ${shown} broke a promise.`);
  return shown === 0 ? 0 : 1;
}

function table(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `  ${count} x ${name}`).join("\n");
}
