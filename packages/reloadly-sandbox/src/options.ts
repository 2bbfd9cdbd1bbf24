import { z } from "zod";
import { type Clock, systemClock } from "./clock.js";
import { faultPlanSchema } from "./fault-plan.js";
import { parseDecimal, toUnits } from "./money.js";
import { PRODUCTION_MIX, randomMixSchema } from "./random-mix.js";

const LONGEST_WAIT_MS = 7 * 86_400_000;
const waitMs = z.number().int().min(0).max(LONGEST_WAIT_MS);

const waitRangeMs = z
  .union([waitMs.transform((ms) => ({ min: ms, max: ms })), z.strictObject({ min: waitMs, max: waitMs })])
  .refine((range) => range.min <= range.max, "must have min no greater than max");

/** Wallet money as a decimal string with at most five decimals, below a billion. */
export const moneySchema = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,5})?$/, "must be a decimal string below a billion with at most 5 decimals, such as 1000.50");

const webhooksSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string().min(1),
  mode: z.enum(["normal", "lost", "duplicate", "late", "shuffled"]).default("normal"),
  /** `envelope` wraps the transaction as the status endpoint does, `transaction` is the transaction itself. */
  dataShape: z.enum(["envelope", "transaction"]).default("envelope"),
  lateMs: waitMs.default(60_000),
});

const optionsSchema = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  port: z.number().int().min(0).max(65_535).default(0),
  clientId: z.string().min(1).default("sandbox-client"),
  clientSecret: z.string().min(1).default("sandbox-secret"),
  /** URLs by which clients reach it beside its own, through a proxy: tokens can be had for them too. */
  audiences: z.array(z.url({ protocol: /^https?$/ })).default([]),
  tokenLifetimeSeconds: z.number().int().positive().max(31_536_000).default(86_400),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be a three-letter currency code")
    .default("USD"),
  initialBalance: moneySchema.default("1000"),
  latencyMs: waitRangeMs.default({ min: 0, max: 0 }),
  processingMs: waitRangeMs.default({ min: 8000, max: 11_000 }),
  slowAnswerMs: waitMs.default(100_000),
  slowOperatorMs: waitMs.default(52_000),
  changeOfMindMs: waitMs.default(1_800_000),
  duplicateWindowMs: waitMs.default(0),
  failedBurnsIdentifier: z.boolean().default(true),
  phoneRechargeWindowMs: waitMs.default(120_000),
  providerHoldMs: waitMs.default(0),
  reportLagMs: waitMs.default(0),
  statusShape: z.enum(["envelope", "flat"]).default("envelope"),
  closeConnections: z.boolean().default(false),
  recordPosts: z.boolean().default(false),
  seed: z.number().int().default(1),
  randomMix: z.union([z.literal("production").transform(() => PRODUCTION_MIX), randomMixSchema]).optional(),
  faultPlan: faultPlanSchema.default({ rules: [] }),
  webhooks: webhooksSchema.optional(),
});

/** How the sandbox behaves. Every field has a default; docs/sandbox.md describes each. */
export type SandboxOptions = z.input<typeof optionsSchema> & {
  /** Time, for tests that cannot wait. The machine's own by default. */
  readonly clock?: Clock;
};

/** Options with every default filled in. */
export type Settings = z.infer<typeof optionsSchema> & { readonly clock: Clock };
export type WebhookSettings = z.infer<typeof webhooksSchema>;

/** Checks options and fills in the defaults; throws an error that names the wrong option. */
export function parseOptions(options: SandboxOptions): Settings {
  const { clock = systemClock, ...rest } = options;
  const parsed = optionsSchema.safeParse(rest);
  if (!parsed.success) throw new Error(`The sandbox options are wrong:\n${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, clock };
}

/** Reads money that `moneySchema` has accepted. */
export function parseMoney(text: string): number {
  const amount = parseDecimal(moneySchema.parse(text));
  if (amount === undefined) throw new Error(`"${text}" is no amount of money`);
  return toUnits(amount);
}
