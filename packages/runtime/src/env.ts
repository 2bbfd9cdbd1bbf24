import { z } from "zod";

/** What a process was started with: `process.env`, read in `main.ts` only. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration cannot be used. The message lists every setting that is wrong and never shows a secret. */
export class ConfigurationError extends Error {
  readonly code = "CONFIGURATION_WRONG";

  constructor(lines: readonly string[]) {
    super(`Configuration is wrong:\n${lines.map((line) => `  ${line}`).join("\n")}`);
    this.name = "ConfigurationError";
  }
}

/** Values under these names are not shown, not even when they are wrong. URLs may hold passwords. */
const SECRET_SETTING = /SECRET|PASSWORD|TOKEN|KEY|URL|CREDENTIAL|HASH|USER|CLIENT_ID/;
const SHOWN_LENGTH_MAX = 60;

/**
 * Parses the environment with `schema` into a frozen object. An empty variable counts as absent, as a line `NAME=` in
 * an env file means. Describe settings with `.describe("what it means")`: the error repeats it.
 * @throws {ConfigurationError} naming every wrong setting, not only the first.
 */
export function loadEnv<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Environment,
): Readonly<z.infer<z.ZodObject<Shape>>> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  throw new ConfigurationError(parsed.error.issues.map((issue) => explain(issue, schema.shape, given)));
}

function explain(issue: z.core.$ZodIssue, shape: z.ZodRawShape, given: Record<string, string | undefined>): string {
  const name = String(issue.path[0] ?? "");
  if (name === "") return issue.message;
  const value = given[name];
  const setting = shape[name];
  // A value that is good alone breaks a rule between settings: the rule says what would be right.
  const isGoodAlone = setting !== undefined && z.safeParse(setting, value).success;
  const description = setting === undefined || isGoodAlone ? undefined : z.globalRegistry.get(setting)?.description;
  const meaning = description === undefined ? "" : ` Meaning: ${description}`;
  if (value === undefined && issue.code !== "custom") return `${name}: is missing.${meaning}`;
  // zod's own words for a failed format hold the pattern and never the value; custom ones are ours.
  return `${name}: ${issue.message}${found(name, value)}.${meaning}`;
}

function found(name: string, value: string | undefined): string {
  if (value === undefined) return "";
  if (SECRET_SETTING.test(name)) return " (value not shown)";
  return ` (found ${JSON.stringify(value.slice(0, SHOWN_LENGTH_MAX))})`;
}

/** A length of time in whole milliseconds, the one unit that settings have: `90s`, `1e6` and ` 5` are refused. */
export function durationMs(bounds: { leastMs: number; mostMs: number }) {
  return decimalDigits("a whole number of milliseconds", bounds.leastMs, bounds.mostMs);
}

/** A whole number between bounds, both included. `1e3`, `0x10` and ` 5` are refused. */
export function wholeNumber(bounds: { least: number; most: number }) {
  return decimalDigits("a whole number", bounds.least, bounds.most);
}

function decimalDigits(what: string, least: number, most: number) {
  return z.string().transform((text, context) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    context.addIssue(`is not ${what} from ${least} to ${most}`);
    return z.NEVER;
  });
}
