import { PASSWORD_LENGTH_MIN, passwordHashSchema } from "@surefill/access";
import { reloadlySettings, reloadlySettingsProblem } from "@surefill/reloadly-client";
import { durationMs, type Environment, loadEnv, processSettings, wholeNumber } from "@surefill/runtime";
import { amountSchema, checkLiveTimings, timingFields } from "@surefill/topup";
import { z } from "zod";
import { apiKeysSchema } from "./access/api-keys.js";
import { dailyLimitsSchema } from "./topups/daily-limits.js";

/** Links, the documentation and the board are made for the root of a host: under a path they would lead elsewhere. */
function publicUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { pathname, username, password } = new URL(text);
  if (text.includes("?") || text.includes("#")) return "must not have a query or a fragment";
  if (username !== "" || password !== "") return "must not have a user or a password";
  if (/^\/*$/.test(pathname)) return undefined;
  return "must not have a path: give the API a host name or a port of its own, such as https://topups.example.com";
}

/** Every setting of the producer, by the name of its environment variable. */
export const producerSettings = {
  PRODUCER_HOST: z.string().default("127.0.0.1").describe("Address to listen on"),
  PRODUCER_PORT: wholeNumber({ least: 0, most: 65_535 })
    .default(3_000)
    .describe("Port to listen on; 0 takes a free one"),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .superRefine((text, context) => {
      const problem = publicUrlProblem(text);
      if (problem !== undefined) context.addIssue(problem);
    })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional()
    .describe("The URL under which callers reach the API, such as https://topups.example.com; it has no path"),
  API_KEYS: apiKeysSchema.describe("name:sha256 entries separated by commas, made by `npm run new-key -- NAME`"),
  BOARD_USER: z
    .string()
    .regex(/^[^:\s]{1,100}$/, { error: "must not hold spaces or colons" })
    .default("operator")
    .describe("User name of the board at /admin/queues"),
  BOARD_PASSWORD: z
    .string()
    .min(PASSWORD_LENGTH_MIN, { error: `must have at least ${PASSWORD_LENGTH_MIN} characters` })
    .optional()
    .describe("Password of the board, at least 12 characters; without one only people who have signed in see it"),
  BOARD_PASSWORD_HASH: passwordHashSchema
    .optional()
    .describe("Instead of BOARD_PASSWORD: its hash, made by `node apps/producer/dist/main.js hash-password`"),
  BOARD_LABEL: z
    .string()
    .max(40)
    .optional()
    .describe("Badge of the board, such as production; default RELOADLY_ENVIRONMENT"),
  EVENT_FOLLOWERS_MAX: wholeNumber({ least: 1, most: 1_000 })
    .default(200)
    .describe("How many callers of one producer may follow or wait for events at a time"),
  EVENT_FOLLOWERS_PER_KEY_MAX: wholeNumber({ least: 1, most: 1_000 })
    .default(50)
    .describe("How many of them may have the same API key"),
  EVENT_HEARTBEAT_MS: durationMs({ leastMs: 100, mostMs: 300_000 })
    .default(15_000)
    .describe("A silent event stream gives a sign of life this often; keep it below the idle time of proxies"),
  READER_STALL_MS: durationMs({ leastMs: 100, mostMs: 300_000 })
    .default(10_000)
    .describe(
      "The reader of a stream that takes nothing for this long is cut off, and an upload of which nothing comes",
    ),
  CONNECTIONS_PER_ADDRESS_MAX: wholeNumber({ least: 1, most: 1_024 })
    .default(512)
    .describe(
      "How many connections one address may have, of 1,024 in all; 1024 behind a proxy, where all callers have one",
    ),
  REQUESTS_PER_KEY_MAX: wholeNumber({ least: 1, most: 1_024 })
    .default(512)
    .describe("How many requests of one API key may be under way at a time"),
  UPLOADS_PER_KEY_MAX: wholeNumber({ least: 1, most: 100 })
    .default(4)
    .describe("How many files one API key may send at a time"),
  UPLOAD_BYTES_MAX: wholeNumber({ least: 1_024, most: 4_294_967_296 })
    .default(268_435_456)
    .describe("Greatest size of an uploaded file in bytes, as it comes in and unpacked"),
  UPLOAD_ROWS_MAX: wholeNumber({ least: 1, most: 10_000_000 })
    .default(2_000_000)
    .describe("Most rows of an uploaded file"),
  UPLOAD_DAYS: wholeNumber({ least: 1, most: 3_650 })
    .default(90)
    .describe("Days that an uploaded file is kept which no campaign uses"),
  SESSION_IDLE_MS: durationMs({ leastMs: 60_000, mostMs: 86_400_000 })
    .default(1_800_000)
    .describe("A session in which nothing is asked for this long is over"),
  SESSION_MS_MAX: durationMs({ leastMs: 60_000, mostMs: 30 * 86_400_000 })
    .default(43_200_000)
    .describe("How long a session may last; then the person signs in again"),
  AUDIT_LOG_DAYS: wholeNumber({ least: 30, most: 36_500 })
    .default(1_825)
    .describe("Days that entries of the audit log are kept"),
  TOPUP_AMOUNT_MAX: amountSchema
    .default("1000000")
    .describe("Greatest value of one top-up, in the account's currency; for rows of campaigns, too"),
  KEY_AMOUNT_PER_DAY_MAX: dailyLimitsSchema
    .optional()
    .describe(
      "What an API key may have accepted in one day (UTC), in the account's currency: an amount for each key, or name:amount entries; campaigns have budgets of their own",
    ),
  ...processSettings,
  // As in the worker: a verdict waits until what is absent at the provider can be believed to be absent, and what
  // FAILED there is not bought again too soon.
  SEND_DEADLINE_MS: timingFields.SEND_DEADLINE_MS,
  QUIET_MS: timingFields.QUIET_MS,
  FAILED_HOLD_MS: timingFields.FAILED_HOLD_MS,
  ...reloadlySettings,
  RELOADLY_WEBHOOK_SECRET: z
    .string()
    .min(8, { error: "must have at least 8 characters" })
    .optional()
    .describe("Webhook signature secret of Reloadly's dashboard; without it their webhooks are not taken"),
  RELOADLY_WEBHOOK_SEPARATOR: z
    .string()
    .max(3, { error: "must have 1 to 3 characters" })
    .default(":")
    .describe("What Reloadly puts between body and timestamp when it signs a webhook"),
  RELOADLY_WEBHOOK_AGE_MS_MAX: durationMs({ leastMs: 60_000, mostMs: 7 * 86_400_000 })
    .default(86_400_000)
    .describe("Greatest age of a webhook of Reloadly"),
};

const settingsSchema = z.object(producerSettings);

/** The producer's settings, checked as a whole and frozen. */
export type ProducerConfig = Readonly<z.output<typeof settingsSchema>>;

/** Reads the settings. Throws a `ConfigurationError` that lists everything that is wrong and shows no secret. */
export function loadProducerConfig(env: Environment): ProducerConfig {
  return loadEnv(
    settingsSchema.superRefine((config, context) => {
      const problem = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
      if (config.RELOADLY_ENVIRONMENT !== "local") checkLiveTimings(config, context);
      const reloadly = reloadlySettingsProblem(config);
      if (reloadly !== undefined) problem(reloadly.path, reloadly.message);
      const keys = new Set(config.API_KEYS.map(({ name }) => name));
      const unknown = [...(config.KEY_AMOUNT_PER_DAY_MAX?.byKey.keys() ?? [])].filter((name) => !keys.has(name));
      if (unknown.length > 0) {
        const names = unknown.map((name) => JSON.stringify(name)).join(", ");
        problem(
          "KEY_AMOUNT_PER_DAY_MAX",
          `limits ${names}, which API_KEYS does not have: that key would have no limit`,
        );
      }
      if (config.SESSION_IDLE_MS > config.SESSION_MS_MAX) {
        problem("SESSION_IDLE_MS", "is above SESSION_MS_MAX: no session would ever be idle for so long");
      }
      if (config.BOARD_PASSWORD !== undefined && config.BOARD_PASSWORD_HASH !== undefined) {
        problem("BOARD_PASSWORD_HASH", "is another form of BOARD_PASSWORD; set one of them");
      }
    }),
    env,
  );
}
