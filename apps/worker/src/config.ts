import { reloadlySettings, reloadlySettingsProblem } from "@surefill/reloadly-client";
import { durationMs, type Environment, loadEnv, processSettings, wholeNumber } from "@surefill/runtime";
import { checkLiveTimings, checkTimings, timingFields } from "@surefill/topup";
import { z } from "zod";
import { WORKER_SETTING_RULES } from "./setting-rules.js";

const concurrency = wholeNumber({ least: 1, most: 1_000 });

/** Every setting of the worker. The README's table is checked against this. */
export const workerSettings = {
  ...processSettings,
  ...reloadlySettings,
  ...timingFields,
  SUBMIT_CONCURRENCY: concurrency.default(50).describe("Top-ups that one process sends at the same time"),
  POLL_CONCURRENCY: concurrency.default(50).describe("Top-ups that one process asks about at the same time"),
  SWEEP_INTERVAL_MS: durationMs({ leastMs: 50, mostMs: 600_000 })
    .default(5_000)
    .describe("How often overdue top-ups are looked for"),
  SWEEP_LATE_MS: durationMs({ leastMs: 50, mostMs: 3_600_000 })
    .default(30_000)
    .describe("How late an alarm may be before it is replaced"),
  BALANCE_PROBE_MS: durationMs({ leastMs: 100, mostMs: 3_600_000 })
    .default(15_000)
    .describe("How often the balance is asked for while there is too little of it"),
  CAMPAIGN_INTERVAL_MS: durationMs({ leastMs: 20, mostMs: 60_000 })
    .default(250)
    .describe("How often campaigns are fed, started, woken and withdrawn"),
  AUDIT_OPEN_INTERVAL_MS: durationMs({ leastMs: 100, mostMs: 86_400_000 })
    .default(300_000)
    .describe("How often open top-ups and Reloadly's newest transactions are held against each other"),
  AUDIT_RECENT_INTERVAL_MS: durationMs({ leastMs: 100, mostMs: 86_400_000 })
    .default(3_600_000)
    .describe("How often everything recent is held against Reloadly's report"),
  AUDIT_RECENT_MS: durationMs({ leastMs: 60_000, mostMs: 35 * 86_400_000 })
    .default(259_200_000)
    .describe("How far back recent goes"),
  AUDIT_FOREIGN: z
    .enum(["alarm", "count"])
    .default("alarm")
    .describe("Transactions of the account that are none of ours: alarm, or count where others use it, too"),
  WEBHOOK_CONCURRENCY: concurrency
    .default(200)
    .describe("Webhook deliveries that one process has in hand; at most 10 of them are sent to one endpoint at a time"),
  WEBHOOK_TIMEOUT_MS: durationMs({ leastMs: 100, mostMs: 30_000 })
    .default(15_000)
    .describe("How long a webhook endpoint may take to answer"),
  WEBHOOK_SCHEDULE_SCALE: z.coerce
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe("Shrinks the schedule of webhook retries; only for demos and tests"),
  WORKER_HOST: z.string().default("127.0.0.1").describe("Address of the health and metrics server"),
  WORKER_PORT: wholeNumber({ least: 0, most: 65_535 }).default(3_001).describe("Its port; 0 takes a free one"),
};

const schema = z.object(workerSettings);

export type WorkerConfig = Readonly<z.output<typeof schema>>;

/** Reads the worker's settings. Throws a `ConfigurationError` that names every setting that is wrong. */
export function loadWorkerConfig(env: Environment): WorkerConfig {
  return loadEnv(
    schema.superRefine((config, context) => {
      checkTimings(config, context);
      if (config.RELOADLY_ENVIRONMENT !== "local") checkLiveTimings(config, context);
      for (const { path, holds, message } of WORKER_SETTING_RULES) {
        if (!holds(config)) context.addIssue({ code: "custom", path: [path], message: message(config) });
      }
      const problem = reloadlySettingsProblem(config);
      if (problem !== undefined) context.addIssue({ code: "custom", path: [problem.path], message: problem.message });
    }),
    env,
  );
}
