import { parseArgs } from "node:util";
import { printCounterexample, printDeadEnd } from "./counterexample.js";
import { DEMONSTRATIONS, SAFEGUARD_NAMES, SMALL, WITH_EXCHANGE } from "./demonstrations.js";
import { type Bounds, rulesFor, SAFEGUARDS, type Safeguard } from "./rules.js";
import { type Exploration, explore } from "./search.js";

/** What a command of the model prints with: `line` for results, `progress` for a person who waits. */
export type Printer = { line: (text: string) => void; progress: (text: string) => void };

const HELP = `npm run model                      explores the protocol at large, then without each safeguard
  --claims N                       POSTs that can be sent, 1 to 7 (default 6)
  --attempts N                     attempts at the provider, 1 to 3 (default 3)
  --small                          only what npm test explores
  --safeguard NAME                 only the counterexample of one safeguard
  --json                           one JSON object a line`;

/** Runs `npm run model`. Answers the exit code: 1 when the protocol is not safe, or a safeguard is of no use. */
export function runModel(args: readonly string[], printer: Printer): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      claims: { type: "string", default: "6" },
      attempts: { type: "string", default: "3" },
      small: { type: "boolean", default: false },
      safeguard: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    printer.line(HELP);
    return 0;
  }
  const report = values.json ? jsonReport(printer) : textReport(printer);
  const named = SAFEGUARD_NAMES.filter((name) => values.safeguard === undefined || values.safeguard === name);
  if (named.length === 0) throw new Error(`--safeguard takes one of: ${SAFEGUARD_NAMES.join("; ")}`);
  const large: Bounds = {
    ...SMALL,
    claimsMax: wholeNumber("claims", values.claims, 7),
    attemptsMax: wholeNumber("attempts", values.attempts, 3),
  };
  const runs = values.small ? SMALL_RUNS : largeRuns(large);
  const isSafe = values.safeguard !== undefined || runs.every((run) => isSafeRun(run, report, printer));
  const areAllNeeded = named.map((name) => isNeeded(name, report)).every(Boolean);
  return isSafe && areAllNeeded ? 0 : 1;
}

type Run = { title: string; bounds: Bounds };

const SMALL_RUNS: readonly Run[] = [{ title: "The protocol as built, small", bounds: SMALL }];

function largeRuns(bounds: Bounds): Run[] {
  // Losing data at any moment multiplies the states: a claim and an attempt fewer are explored whole.
  const claimsMax = Math.min(bounds.claimsMax, 3);
  const attemptsMax = Math.min(bounds.attemptsMax, 2);
  return [
    { title: "The protocol as built", bounds },
    {
      title: "The protocol as built, while Redis loses data",
      bounds: { ...bounds, claimsMax, attemptsMax, redisLosesData: true },
    },
    { title: "The protocol as built, while answers are exchanged", bounds: WITH_EXCHANGE },
  ];
}

function isSafeRun({ title, bounds }: Run, report: Report, { progress }: Printer): boolean {
  const { claimsMax, attemptsMax } = bounds;
  progress(`${title}: up to ${claimsMax} POSTs in ${attemptsMax} attempts, two workers…`);
  const startedMs = performance.now();
  const found = explore(rulesFor(bounds), {
    liveness: true,
    onDepth: (depth, states) => {
      if (depth % 10 === 0) progress(`  depth ${depth}, ${states.toLocaleString("en")} states`);
    },
  });
  report.run(title, bounds, found, performance.now() - startedMs);
  return found.isComplete && found.counterexample === undefined && found.stuck === undefined;
}

function isNeeded(name: Safeguard, report: Report): boolean {
  const { bounds, broken, harm } = DEMONSTRATIONS[name];
  const found = explore(rulesFor(bounds, { without: [name], broken }), { liveness: harm === "dead end" });
  report.safeguard(name, found);
  return (harm === "dead end" ? found.stuck : found.counterexample) !== undefined;
}

type Report = {
  run: (title: string, bounds: Bounds, found: Exploration, tookMs: number) => void;
  safeguard: (name: Safeguard, found: Exploration) => void;
};

function textReport({ line }: Printer): Report {
  const count = (value: number) => value.toLocaleString("en");
  return {
    run(title, { claimsMax, attemptsMax }, found, tookMs) {
      const seconds = (tookMs / 1_000).toFixed(1);
      const megabytes = Math.round(found.bytes / 1_000_000);
      line(`${title}: up to ${claimsMax} POSTs in ${attemptsMax} attempts, two workers`);
      line(`  ${count(found.states)} states, ${count(found.edges)} edges, depth ${found.depth}`);
      line(`  ${seconds} s, ${megabytes} MB of states`);
      line(`  ${verdictOn(found)}\n`);
    },
    safeguard(name, found) {
      const { broken } = DEMONSTRATIONS[name];
      const behind = broken.length === 0 ? "" : ` (where ${broken.join(" and ")} does not hold)`;
      line(`Without "${name}"${behind}. ${SAFEGUARDS[name]}`);
      line(`${stepsOf(found)}\n`);
    },
  };
}

function verdictOn(found: Exploration): string {
  if (found.counterexample !== undefined || found.stuck !== undefined) return `UNSAFE\n${stepsOf(found)}`;
  return "no violation, and from every state a way to an end or to a person, without faults";
}

function stepsOf({ counterexample, stuck }: Exploration): string {
  if (counterexample !== undefined) return printCounterexample(counterexample.violation, counterexample.steps);
  return stuck === undefined ? "   => NOTHING GOES WRONG: this safeguard is of no use." : printDeadEnd(stuck.steps);
}

function jsonReport({ line }: Printer): Report {
  const outcome = ({ states, edges, depth, counterexample, stuck }: Exploration) => ({
    states,
    edges,
    depth,
    violation: counterexample?.violation ?? (stuck === undefined ? null : "dead end"),
  });
  return {
    run: (title, bounds, found, tookMs) =>
      line(JSON.stringify({ run: title, bounds, ...outcome(found), tookMs: Math.round(tookMs), bytes: found.bytes })),
    safeguard: (name, found) =>
      line(
        JSON.stringify({
          safeguard: name,
          ...outcome(found),
          steps: (found.counterexample ?? found.stuck)?.steps.length,
        }),
      ),
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${most}, was "${text.slice(0, 20)}"`);
}
