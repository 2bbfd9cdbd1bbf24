import { parseArgs } from "node:util";
import {
  createReloadlyClient,
  ReloadlyError,
  reloadlyEnvironmentOf,
  reloadlySettings,
  reloadlySettingsProblem,
} from "@surefill/reloadly-client";
import { addDecimals, amountSchema } from "@surefill/topup";
import { z } from "zod";
import { Bench, type BenchOptions } from "./bench.js";
import type { Finding, Probe } from "./probe.js";
import { PROBES } from "./probes.js";

/** Where a command of the probes prints: `line` for results, `tell` for a person who waits. */
export type ProbeSurroundings = {
  env: Readonly<Record<string, string | undefined>>;
  line: (text: string) => void;
  tell: (text: string) => void;
  signal: AbortSignal;
};

const HELP = `npm run probe                     asks Reloadly's sandbox whether what Surefill relies on holds
  --only NAME                     one probe, also several times
  --dry-run                       says what would be asked, and what it would cost
  --operator ID --country ISO     whom to send to (default 341, NG)
  --number-prefix DIGITS          how the recipients' numbers begin (default 0803), and
  --number-digits N               how long they are (default 11)
  --amount DECIMAL                each top-up, in the wallet's currency (default 1)
  --failing-number DIGITS         a number whose top-ups fail
  --patience-s N, --hold-s N      how long to wait for what should come (60), and to watch FAILED (1800)
  --abandon-ms N                  when to give up a request that is to be given up (30)
  --json                          one JSON object a line
  --live                          send real top-ups, where RELOADLY_ENVIRONMENT=live
Credentials come from RELOADLY_CLIENT_ID and RELOADLY_CLIENT_SECRET, or from .env.
Exit code 1: something that Surefill stands on does not hold; 78: not asked, for the reason that is told.`;

const EXIT_REFUSED = 78;

/** What Surefill does not stand on: a probe that tells more than is needed cannot fail. */
const NOT_STOOD_ON: ReadonlySet<string> = new Set(["overlapping-duplicates", "recent-recharge"]);

type Result = Finding & Pick<Probe, "name" | "assumption" | "claims">;

/** Runs `npm run probe`. Answers the exit code. */
export async function runProbe(args: readonly string[], surroundings: ProbeSurroundings): Promise<number> {
  const { line, tell } = surroundings;
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) {
    line(HELP);
    return 0;
  }
  const probes = chosen(values.only);
  const options = benchOptions(values);
  const price = priceOf(probes, options.amount);
  if (values["dry-run"]) {
    describe(probes, price, values.json, line);
    return 0;
  }
  const settings = readSettings(surroundings.env);
  if (settings.RELOADLY_ENVIRONMENT === "live" && !values.live) {
    tell(
      `This is Reloadly LIVE. ${price} Say --live to do that; without RELOADLY_ENVIRONMENT=live nothing real moves.`,
    );
    return EXIT_REFUSED;
  }
  tell(price);
  const client = createReloadlyClient({
    environment: reloadlyEnvironmentOf(settings),
    clientId: settings.RELOADLY_CLIENT_ID,
    clientSecret: settings.RELOADLY_CLIENT_SECRET,
  });
  try {
    const bench = new Bench(client, options, { signal: surroundings.signal, random: Math.random });
    const results: Result[] = [];
    for (const probe of probes) {
      const result = await ask(probe, bench, surroundings.signal);
      results.push(result);
      line(values.json ? JSON.stringify(result) : inWords(result));
    }
    const isBad = ({ name, verdict }: Result) => verdict === "does not hold" && !NOT_STOOD_ON.has(name);
    return results.some(isBad) ? 1 : 0;
  } finally {
    await client.close();
  }
}

const OPTIONS = {
  only: { type: "string", multiple: true },
  "dry-run": { type: "boolean", default: false },
  operator: { type: "string", default: "341" },
  country: { type: "string", default: "NG" },
  "number-prefix": { type: "string", default: "0803" },
  "number-digits": { type: "string", default: "11" },
  amount: { type: "string", default: "1" },
  "failing-number": { type: "string" },
  "patience-s": { type: "string", default: "60" },
  "hold-s": { type: "string", default: "1800" },
  "abandon-ms": { type: "string", default: "30" },
  json: { type: "boolean", default: false },
  live: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function ask(probe: Probe, bench: Bench, signal: AbortSignal): Promise<Result> {
  const { name, assumption, claims } = probe;
  try {
    return { name, assumption, claims, ...(await probe.run(bench)) };
  } catch (error) {
    // What the provider does not answer says nothing about what it would do.
    if (signal.aborted || !(error instanceof ReloadlyError)) throw error;
    const code = error.providerCode ?? error.code;
    return { name, assumption, claims, verdict: "could not tell", because: `${error.operation} failed: ${code}` };
  }
}

function chosen(names: readonly string[] | undefined): readonly Probe[] {
  if (names === undefined) return PROBES;
  const unknown = names.filter((name) => !PROBES.some((probe) => probe.name === name));
  if (unknown.length > 0) throw new Error(`--only takes ${PROBES.map(({ name }) => name).join(", ")}`);
  return PROBES.filter(({ name }) => names.includes(name));
}

/** What it would cost if every request were executed, in a sentence. */
function priceOf(probes: readonly Probe[], amount: string): string {
  const topups = probes.reduce((sum, { topupsMax }) => sum + topupsMax, 0);
  const total = Array.from({ length: topups }).reduce<string>((sum) => addDecimals(sum, amount), "0");
  return `Up to ${topups} top-ups of ${amount}: at most ${amountSchema.parse(total)} from the wallet, in its currency, fees apart.`;
}

function describe(probes: readonly Probe[], price: string, isJson: boolean, line: (text: string) => void): void {
  for (const { name, assumption, claims, topupsMax } of probes) {
    if (isJson) line(JSON.stringify({ name, assumption, claims, topupsMax }));
    else line(`${name} (${assumption}): ${claims}. Top-ups: at most ${topupsMax}.`);
  }
  if (!isJson) line(`Nothing was sent. ${price}`);
}

function inWords({ name, assumption, claims, verdict, because }: Result): string {
  return `${verdict.toUpperCase().padEnd(15)} ${name} (${assumption})\n                ${claims}:\n                ${because}.`;
}

type Values = { [Name in keyof typeof OPTIONS]?: string | boolean | string[] };

function benchOptions(values: Values): BenchOptions {
  const text = (name: keyof typeof OPTIONS) => String(values[name] ?? "");
  const failingNumber = values["failing-number"];
  const amount = amountSchema.safeParse(text("amount"));
  if (!amount.success) throw new Error(`--amount ${amount.error.issues[0]?.message ?? "is wrong"}`);
  return {
    operatorId: wholeNumber("operator", text("operator"), 1_000_000),
    countryCode: matching("country", text("country"), /^[A-Z]{2}$/, "an ISO country code such as NG"),
    numberPrefix: matching("number-prefix", text("number-prefix"), /^\d{1,8}$/, "1 to 8 digits"),
    numberDigits: wholeNumber("number-digits", text("number-digits"), 15),
    amount: amount.data,
    ...(typeof failingNumber === "string" && { failingNumber }),
    patienceMs: wholeNumber("patience-s", text("patience-s"), 86_400) * 1_000,
    holdMs: wholeNumber("hold-s", text("hold-s"), 86_400) * 1_000,
    abandonAfterMs: wholeNumber("abandon-ms", text("abandon-ms"), 60_000),
  };
}

function matching(name: string, text: string, pattern: RegExp, what: string): string {
  if (pattern.test(text)) return text;
  throw new Error(`--${name} must be ${what}, was "${text.slice(0, 20)}"`);
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${most}, was "${text.slice(0, 20)}"`);
}

const { RELOADLY_ENVIRONMENT, RELOADLY_URL, RELOADLY_CLIENT_ID, RELOADLY_CLIENT_SECRET, RELOADLY_CONNECTIONS_MAX } =
  reloadlySettings;
const settingsSchema = z
  .object({ RELOADLY_ENVIRONMENT, RELOADLY_URL, RELOADLY_CLIENT_ID, RELOADLY_CLIENT_SECRET, RELOADLY_CONNECTIONS_MAX })
  .superRefine((settings, context) => {
    const problem = reloadlySettingsProblem(settings);
    if (problem !== undefined) context.addIssue({ code: "custom", path: [problem.path], message: problem.message });
  });

function readSettings(env: ProbeSurroundings["env"]): z.output<typeof settingsSchema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) throw new Error(`The settings are wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
