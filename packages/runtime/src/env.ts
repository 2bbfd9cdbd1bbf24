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
 * an env file means. Describe settings with `.describe("what would be right")`: the error repeats it.
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
  const description = setting === undefined ? undefined : z.globalRegistry.get(setting)?.description;
  const right = description === undefined ? "" : ` Right: ${description}`;
  if (value === undefined && issue.code !== "custom") return `${name}: is missing.${right}`;
  // zod's own words for a failed format hold the pattern and never the value; custom ones are ours.
  return `${name}: ${issue.message}${found(name, value)}.${right}`;
}

function found(name: string, value: string | undefined): string {
  if (value === undefined) return "";
  if (SECRET_SETTING.test(name)) return " (value not shown)";
  return ` (found ${JSON.stringify(value.slice(0, SHOWN_LENGTH_MAX))})`;
}

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function parseDurationMs(text: string): number | undefined {
  const match = /^(\d{1,15})(ms|s|m|h|d)?$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  const unit = z.enum(["ms", "s", "m", "h", "d"]).parse(match[2] ?? "ms");
  return Number(match[1]) * UNIT_MS[unit];
}

/** A length of time: `1500` (milliseconds), `90s`, `30m`, `48h`, `90d`. The parsed value is in milliseconds. */
export function durationMs(bounds: { leastMs: number; mostMs: number }) {
  return z.string().transform((text, context) => {
    const ms = parseDurationMs(text);
    if (ms === undefined) {
      context.addIssue("is not a length of time such as 1500 (milliseconds), 90s, 30m or 48h");
      return z.NEVER;
    }
    if (ms < bounds.leastMs || ms > bounds.mostMs) {
      context.addIssue(`is ${ms} ms; it must be from ${bounds.leastMs} to ${bounds.mostMs} ms`);
      return z.NEVER;
    }
    return ms;
  });
}

/** A whole number between bounds, both included. `1e3`, `0x10` and ` 5` are refused. */
export function wholeNumber(bounds: { least: number; most: number }) {
  return z.string().transform((text, context) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= bounds.least && value <= bounds.most)) {
      context.addIssue(`is not a whole number from ${bounds.least} to ${bounds.most}`);
      return z.NEVER;
    }
    return value;
  });
}

/** A switch: `true`, `false`, `on`, `off`, `yes`, `no`, `1`, `0`. */
export function flag() {
  return z.string().transform((text, context) => {
    if (/^(?:true|on|yes|1)$/i.test(text)) return true;
    if (/^(?:false|off|no|0)$/i.test(text)) return false;
    context.addIssue("is neither true nor false");
    return z.NEVER;
  });
}
