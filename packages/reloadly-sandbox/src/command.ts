import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { type FaultPlan, parseFaultPlan } from "./fault-plan.js";
import type { SandboxOptions } from "./options.js";
import { OUTCOMES_BY_ENDING } from "./outcomes-by-ending.js";
import { randomMixSchema } from "./random-mix.js";

/** What the command line asks for. */
export interface CommandLine {
  readonly options: SandboxOptions;
  /** Print one line of JSON instead of one for people. */
  readonly json: boolean;
}

interface Flags {
  readonly json?: true;
  readonly host?: string;
  readonly port?: number;
  readonly balance?: string;
  readonly currency?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly audience?: string[];
  readonly tokenLifetime?: number;
  readonly latencyMs?: Range;
  readonly processingMs?: Range;
  readonly slowAnswerMs?: number;
  readonly slowOperatorMs?: number;
  readonly changeOfMindMs?: number;
  readonly duplicateWindowMs?: number;
  readonly freeFailedIdentifiers?: true;
  readonly phoneRechargeWindowMs?: number;
  readonly providerHoldMs?: number;
  readonly reportLagMs?: number;
  readonly flatStatus?: true;
  readonly closeConnections?: true;
  readonly recordPosts?: true;
  readonly seed?: number;
  readonly randomMix?: SandboxOptions["randomMix"];
  readonly faultPlan?: SandboxOptions["faultPlan"];
  readonly webhookUrl?: string;
  readonly webhookSecret?: string;
  readonly webhookMode?: "normal" | "lost" | "duplicate" | "late" | "shuffled";
  readonly webhookLateMs?: number;
  readonly webhookData?: "envelope" | "transaction";
}

type Range = { min: number; max: number };

/** Reads the arguments that follow the command's name. Prints help or a complaint and ends the process on those. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const command = buildCommand();
  command.parse([...args], { from: "user" });
  const flags = command.opts<Flags>();
  if ((flags.webhookUrl === undefined) !== (flags.webhookSecret === undefined)) {
    command.error("error: --webhook-url and --webhook-secret are only of use together");
  }
  return { options: optionsOf(flags), json: flags.json === true };
}

/** The text of `--help`, with the table of endings. */
export function helpText(): string {
  return buildCommand().helpInformation() + endingsHelp();
}

function buildCommand(): Command {
  return new Command("reloadly-sandbox")
    .description("A local Reloadly: airtime API, wallet and books on one port. Times are in milliseconds.")
    .option("--port <number>", "port to listen on, 0 for a free one (0)", whole)
    .option("--host <address>", "address to listen on (127.0.0.1)")
    .option("--balance <amount>", "opening balance of the wallet (1000)")
    .option("--currency <code>", "currency of the wallet (USD)")
    .option("--client-id <id>", "client id to accept (sandbox-client)")
    .option("--client-secret <secret>", "client secret to accept (sandbox-secret)")
    .option("--audience <url...>", "URL of a proxy that clients come through; may be given several times")
    .option("--token-lifetime <seconds>", "lifetime of access tokens in seconds (86400)", whole)
    .option("--latency-ms <range>", "time before any request is dealt with (0)", range)
    .option("--processing-ms <range>", "time that a top-up is PROCESSING (8000-11000)", range)
    .option("--slow-answer-ms <ms>", "time that a slow answer takes (100000)", whole)
    .option("--slow-operator-ms <ms>", "time that POST /topups takes to fail for operator 1213 (52000)", whole)
    .option("--change-of-mind-ms <ms>", "time after which endings 0021 and 0028 change their status (1800000)", whole)
    .option("--duplicate-window-ms <ms>", "time from the identifier check to its record, as at Reloadly (0)", whole)
    .option("--free-failed-identifiers", "a FAILED or REFUNDED top-up frees its customIdentifier")
    .option("--phone-recharge-window-ms <ms>", "time between two top-ups of one phone, 0 for none (120000)", whole)
    .option("--provider-hold-ms <ms>", "time after FAILED in which the same product fails again, 0 for none (0)", whole)
    .option("--report-lag-ms <ms>", "time before a top-up shows up in the report (0)", whole)
    .option("--flat-status", "successful statuses without the envelope, as in older documentation")
    .option("--close-connections", "close every connection after one answer, as Reloadly does")
    .option("--record-posts", "keep in the books when every POST came and what it was answered")
    .option("--seed <number>", "seed of everything random (1)", whole)
    .option("--random-mix <mix>", '"production" or a JSON file of weighted effects', randomMix)
    .option("--fault-plan <file>", "JSON file of rules, see docs/sandbox.md", faultPlan)
    .option("--webhook-url <url>", "where settled top-ups are announced")
    .option("--webhook-secret <secret>", "key of the webhook signatures")
    .addOption(
      new Option("--webhook-mode <mode>", "how reliable webhooks are").choices([
        "normal",
        "lost",
        "duplicate",
        "late",
        "shuffled",
      ]),
    )
    .option("--webhook-late-ms <ms>", "how late late webhooks are (60000)", whole)
    .addOption(
      new Option("--webhook-data <shape>", "what data holds in a webhook").choices(["envelope", "transaction"]),
    )
    .option("--json", "print the URL and the process id as one line of JSON")
    .allowExcessArguments(false)
    .addHelpText("after", endingsHelp());
}

function endingsHelp(): string {
  const rows = OUTCOMES_BY_ENDING.map(({ ending, says }) => `  ${ending}  ${says}`);
  return `\nOutcomes by the last four digits of the recipient's number:\n${rows.join("\n")}\n`;
}

/** Flags that were not given are left out, so that the defaults stand in one place only. */
function optionsOf(flags: Flags): SandboxOptions {
  const options = {
    host: flags.host,
    port: flags.port,
    clientId: flags.clientId,
    clientSecret: flags.clientSecret,
    audiences: flags.audience,
    tokenLifetimeSeconds: flags.tokenLifetime,
    currency: flags.currency,
    initialBalance: flags.balance,
    latencyMs: flags.latencyMs,
    processingMs: flags.processingMs,
    slowAnswerMs: flags.slowAnswerMs,
    slowOperatorMs: flags.slowOperatorMs,
    changeOfMindMs: flags.changeOfMindMs,
    duplicateWindowMs: flags.duplicateWindowMs,
    failedBurnsIdentifier: flags.freeFailedIdentifiers === true ? false : undefined,
    phoneRechargeWindowMs: flags.phoneRechargeWindowMs,
    providerHoldMs: flags.providerHoldMs,
    reportLagMs: flags.reportLagMs,
    statusShape: flags.flatStatus === true ? ("flat" as const) : undefined,
    closeConnections: flags.closeConnections,
    recordPosts: flags.recordPosts,
    seed: flags.seed,
    randomMix: flags.randomMix,
    faultPlan: flags.faultPlan,
    webhooks: webhooksOf(flags),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function webhooksOf(flags: Flags): SandboxOptions["webhooks"] {
  if (flags.webhookUrl === undefined || flags.webhookSecret === undefined) return undefined;
  return {
    url: flags.webhookUrl,
    secret: flags.webhookSecret,
    mode: flags.webhookMode,
    lateMs: flags.webhookLateMs,
    dataShape: flags.webhookData,
  };
}

function whole(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function range(text: string): Range {
  const [min, max] = text.split("-");
  const from = whole(min ?? "");
  return { min: from, max: max === undefined ? from : whole(max) };
}

function randomMix(text: string): SandboxOptions["randomMix"] {
  return text === "production" ? text : checkedFile(text, (mix) => randomMixSchema.parse(mix));
}

function faultPlan(path: string): FaultPlan {
  return checkedFile(path, parseFaultPlan);
}

function checkedFile<T>(path: string, check: (content: unknown) => T): T {
  try {
    return check(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new InvalidArgumentError(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}
