/**
 * `npm run chaos -- [--minutes N] [--seed S] [--redis-kills N] [--json]`, `-- --promotions N`, or `-- --liveness [--only
 * NAME]`. Exit code 1 on a violation, or a bound that was missed.
 */
import { Command, InvalidArgumentError } from "commander";
import { type Fault, type FaultKind, planFaults, planRedisKills } from "./fault-schedule.js";
import { runLiveness } from "./liveness/run-liveness.js";
import { SCENARIOS } from "./liveness/scenarios.js";
import { formatTable, isAllKept } from "./liveness/table.js";
import { type Profile, profileOf, redisKillsProfile } from "./profile.js";
import { planPromotions, runPromotions, summarise, wrongWith } from "./promotions/run-promotions.js";
import { canRefuseWrites } from "./redis-under-test.js";
import { formatResult, isGood } from "./report.js";
import { runChaos } from "./run.js";

type Flags = {
  minutes: number;
  seed: number;
  redisKills?: number;
  promotions?: number;
  schedule?: true;
  json?: true;
  liveness?: true;
  only: string[];
  seconds: number;
};

/** After the last kill there is load for a while, so that what it cost is seen. */
const AFTER_LAST_KILL_MS = 3_000;

function number({ least, most }: { least: number; most: number }, pattern = /^\d{1,9}$/) {
  return (text: string) => {
    const value = pattern.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`It must be from ${least} to ${most}.`);
    return value;
  };
}

function readFlags(): Flags {
  const names = SCENARIOS.map(({ name }) => name).join(", ");
  const command = new Command("chaos")
    .description("Kills and mistreats real processes under load, and judges by the provider's own books.")
    .option(
      "--minutes <number>",
      "how long load and faults last",
      number({ least: 0.2, most: 1_440 }, /^\d{1,4}(\.\d{1,3})?$/),
      2,
    )
    .option("--seed <number>", "the seed of the schedule and of the load", number({ least: 0, most: 999_999_999 }), 1)
    .option("--redis-kills <number>", "instead: only so many kills of Redis", number({ least: 1, most: 10_000 }))
    .option("--promotions <number>", "instead: so many promotions of a replica", number({ least: 1, most: 1_000 }))
    .option("--schedule", "print the schedule of faults and end")
    .option("--json", "print the result as one line of JSON")
    .option("--liveness", "instead: measure what throughput is kept under each kind of trouble")
    .option("--only <name>", `of the liveness run: one scenario, also several times (${names})`, addScenario, [])
    .option(
      "--seconds <number>",
      "how long each scenario of the liveness run offers its load",
      number({ least: 10, most: 3_600 }),
      90,
    )
    .allowExcessArguments(false)
    .parse();
  return command.opts<Flags>();
}

function addScenario(name: string, before: string[]): string[] {
  if (SCENARIOS.some((scenario) => scenario.name === name)) return [...before, name];
  throw new InvalidArgumentError(`There is no scenario of this name.`);
}

function plan(flags: Flags, without: readonly FaultKind[]): { profile: Profile; faults: Fault[] } {
  const { seed, minutes, redisKills } = flags;
  if (redisKills === undefined) {
    const profile = profileOf(minutes, without);
    const { durationMs, gapScale } = profile;
    return { profile, faults: planFaults({ seed, durationMs, gapScale, without }) };
  }
  const faults = planRedisKills(seed, redisKills);
  const lastAtMs = faults.at(-1)?.atMs ?? 0;
  return { profile: redisKillsProfile(redisKills, lastAtMs + AFTER_LAST_KILL_MS), faults };
}

async function main(): Promise<number> {
  const flags = readFlags();
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  if (flags.promotions !== undefined) return promote(flags, flags.promotions, progress);
  if (flags.liveness) return measureLiveness(flags, progress);
  const without: FaultKind[] = (await canRefuseWrites()) ? [] : ["disk-refuses"];
  if (without.length > 0) progress("No prlimit on this machine: the disk under Redis is not made to refuse writes.");
  const { profile, faults } = plan(flags, without);
  if (flags.schedule) {
    for (const fault of faults) console.log(JSON.stringify(fault));
    return 0;
  }
  const stopped = abortedByTheUser();
  progress(
    `seed ${flags.seed}: ${faults.length} kills and faults in ${Math.round(profile.durationMs / 1_000)} s (--schedule prints them)`,
  );
  const result = await runChaos({ seed: flags.seed, profile, faults, progress, signal: stopped });
  const { faults: _, injected, ...figures } = result;
  console.log(
    flags.json ? JSON.stringify({ ...figures, injected: Object.fromEntries(injected) }) : formatResult(result),
  );
  return isGood(result) ? 0 : 1;
}

async function measureLiveness(
  { only, seed, seconds, json }: Flags,
  progress: (line: string) => void,
): Promise<number> {
  const scenarios = SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
  const context = { seed, loadMs: seconds * 1_000, signal: abortedByTheUser(), progress };
  const lines = await runLiveness(scenarios, context);
  console.log(json ? JSON.stringify(lines) : formatTable(lines));
  return isAllKept(lines) ? 0 : 1;
}

async function promote({ seed, json }: Flags, count: number, progress: (line: string) => void): Promise<number> {
  const promotions = await runPromotions(planPromotions(seed, count), { progress, signal: abortedByTheUser() });
  console.log(json ? JSON.stringify(promotions) : summarise(promotions));
  return promotions.every((promotion) => wrongWith(promotion).length === 0) ? 0 : 1;
}

function abortedByTheUser(): AbortSignal {
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => stopped.abort(new Error(`ended by ${signal}`)));
  }
  return stopped.signal;
}

function whatWentWrong(error: unknown): unknown {
  if (error instanceof AggregateError) return error.errors;
  const { name, cause } = error instanceof Error ? error : new Error(String(error));
  return name === "AbortError" && cause instanceof Error ? cause.message : error;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(whatWentWrong(error));
  // Callers and consumers of a run that was broken off would go on asking.
  process.exit(2);
}
