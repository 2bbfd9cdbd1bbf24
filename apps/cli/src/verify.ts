import { readFile } from "node:fs/promises";
import { type AuditScope, CLOCK_SKEW_MS, type Finding, runAudit } from "@surefill/audit";
import {
  createReloadlyClient,
  type ReloadlyClient,
  reloadlyAccountOf,
  reloadlyEnvironmentOf,
  reloadlySettings,
  reloadlySettingsProblem,
} from "@surefill/reloadly-client";
import {
  connectRedis,
  EXIT_CONFIG,
  explainFailedStart,
  loadEnv,
  processSettings,
  type RedisClient,
  stateDirectory,
} from "@surefill/runtime";
import { timingFields } from "@surefill/topup";
import { LedgerReader, readEvents } from "@surefill/topup-store";
import { type Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { DESCRIPTIONS } from "./descriptions.js";
import { readWitnessed } from "./journals.js";
import { openLocalBooks } from "./local-books.js";
import type { Surroundings } from "./surroundings.js";
import { checkedWhole, gapsOf, type Seen } from "./verify-gaps.js";
import { describeFinding, describeVerdict, verdictOf } from "./verify-report.js";

/** The worker's settings, as far as an audit needs them. */
const settings = {
  REDIS_URL: processSettings.REDIS_URL,
  REDIS_PREFIX: processSettings.REDIS_PREFIX,
  STATE_DIR: processSettings.STATE_DIR,
  ...reloadlySettings,
  SEND_DEADLINE_MS: timingFields.SEND_DEADLINE_MS,
  QUIET_MS: timingFields.QUIET_MS,
  FAILED_HOLD_MS: timingFields.FAILED_HOLD_MS,
  SUBMIT_ATTEMPTS_MAX: timingFields.SUBMIT_ATTEMPTS_MAX,
};

type Settings = Readonly<z.output<z.ZodObject<typeof settings>>>;

type VerifyOptions = {
  json?: true;
  since?: (nowMs: number) => number;
  settled?: true;
  foreign: "alarm" | "count";
  acknowledged?: string;
  books?: true;
};

/** What `surefill verify` ends with. */
const EXIT_VIOLATED = 1;
const EXIT_NOT_CHECKED = 2;

/** The clocks of one machine are one clock. */
const LOCAL_SKEW_MS = 5_000;

/** Adds `surefill verify` to the command. */
export function addVerify(program: Command, surroundings: Surroundings): void {
  program
    .command("verify")
    .description(DESCRIPTIONS.verify)
    .option("--json", "one JSON object instead of text")
    .option("--since <when>", "leave out what had ended before: a date, or an age such as 72h, 30m, 7d", readSince)
    .option("--settled", "nothing is under way any more: what is still open, or does not add up, is a violation")
    .addOption(
      new Option("--foreign <meaning>", "transactions of the account that are none of ours")
        .choices(["alarm", "count"])
        .default("alarm"),
    )
    .option("--acknowledged <file>", "references, one a line, whose acceptance you were told")
    .option("--books", "read a local Reloadly's own books as well")
    .action((options: VerifyOptions) => verify(options, surroundings));
}

/** Reads `--since`: from the ledger's time to the time that is meant. */
function readSince(text: string): (nowMs: number) => number {
  const [, count, unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit];
  if (count !== undefined && unitMs !== undefined) return (nowMs) => nowMs - Number(count) * unitMs;
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw new InvalidArgumentError("must be a date, or an age such as 72h, 30m or 7d.");
  return () => atMs;
}

async function verify(options: VerifyOptions, surroundings: Surroundings): Promise<void> {
  const { print, tell, exitWith } = surroundings;
  const findings: Finding[] = [];
  try {
    const seen = await audit(options, surroundings, (finding) => {
      findings.push(finding);
      if (options.json !== true) print(describeFinding(finding));
    });
    const { counts, scope } = seen;
    const gaps = gapsOf(seen);
    const verdict = verdictOf(findings, gaps);
    print(
      options.json === true
        ? JSON.stringify({ verdict, counts, checked: checkedWhole(gaps), notChecked: gaps, findings })
        : describeVerdict(verdict, { scope, counts, gaps }),
    );
    if (verdict === "violated") exitWith(EXIT_VIOLATED);
    if (verdict === "not-checked") exitWith(EXIT_NOT_CHECKED);
  } catch (error) {
    // What was found before is printed already, and is no less true.
    const { message, exitCode } = explainFailedStart(error);
    tell(`Could not check: ${message}`);
    const isViolated = findings.some(({ acceptedBy }) => acceptedBy === undefined);
    exitWith(isViolated ? EXIT_VIOLATED : exitCode === EXIT_CONFIG ? EXIT_CONFIG : EXIT_NOT_CHECKED);
  }
}

async function audit(
  options: VerifyOptions,
  { env, signal }: Surroundings,
  onFinding: (finding: Finding) => void,
): Promise<Seen> {
  const config = loadSettings(env);
  // Before the ledger is read, which goes on growing: it must account for all that was acknowledged until now.
  const known = await readWitnessed(stateDirectory(config));
  const redis = await connectRedis({
    url: config.REDIS_URL,
    role: "ledger",
    name: "surefill-verify",
    onError: () => undefined,
  });
  const client = openClient(config);
  try {
    const ledger = await openLedger(redis, config);
    const scope = await scopeOf(options, config, await ledger.nowMs(), signal);
    const events = (after: string, limit: number) => readEvents(redis, config.REDIS_PREFIX, after, limit);
    const counts = await runAudit({ ledger, client, readEvents: events, timings: config, signal }, scope, onFinding);
    return { scope, counts, loss: await ledger.loss(known), isWitnessed: known.length > 0 };
  } finally {
    redis.disconnect();
    await client.close();
  }
}

function loadSettings(env: Surroundings["env"]): Settings {
  return loadEnv(
    z.object(settings).superRefine((config, context) => {
      const problem = reloadlySettingsProblem(config);
      if (problem !== undefined) context.addIssue({ code: "custom", path: [problem.path], message: problem.message });
    }),
    env,
  );
}

function openClient(config: Settings): ReloadlyClient {
  return createReloadlyClient({
    environment: reloadlyEnvironmentOf(config),
    clientId: config.RELOADLY_CLIENT_ID,
    clientSecret: config.RELOADLY_CLIENT_SECRET,
    connectionsMax: 4,
  });
}

async function openLedger(redis: RedisClient, config: Settings): Promise<LedgerReader> {
  const prefix = config.REDIS_PREFIX;
  const ledger = await LedgerReader.open(redis, { prefix, account: reloadlyAccountOf(config) });
  if (ledger === undefined) throw new Error(`there is no ledger under REDIS_PREFIX "${prefix}"`);
  return ledger;
}

async function scopeOf(
  options: VerifyOptions,
  config: Settings,
  nowMs: number,
  signal: AbortSignal,
): Promise<AuditScope> {
  const { since, acknowledged } = options;
  const url = config.RELOADLY_URL;
  if (options.books === true && url === undefined) throw new Error("--books is for a local Reloadly");
  return {
    withEvents: true,
    isSettled: options.settled === true,
    foreign: options.foreign,
    clockSkewMs: config.RELOADLY_ENVIRONMENT === "local" ? LOCAL_SKEW_MS : CLOCK_SKEW_MS,
    ...(since !== undefined && { sinceMs: since(nowMs) }),
    ...(acknowledged !== undefined && { acknowledged: await readReferences(acknowledged) }),
    ...(options.books === true && url !== undefined && { books: await openLocalBooks(url, signal) }),
  };
}

async function readReferences(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8");
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
