import type { Finding } from "@surefill/audit";
import { reloadlySettings, reloadlySettingsProblem } from "@surefill/reloadly-client/settings";
import { connectRedis, EXIT_CONFIG, explainFailedStart, loadEnv, processSettings } from "@surefill/runtime";
import { timingFields } from "@surefill/topup/timings";
import { z } from "zod";
import type { Surroundings } from "./surroundings.js";

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

/** The settings, as they were read. */
export type Settings = Readonly<z.output<z.ZodObject<typeof settings>>>;

/** The flags of `surefill verify`; `since` makes the time that is meant of the ledger's time. */
export type VerifyOptions = {
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

/**
 * `surefill verify`. What audits is loaded once Redis has answered: loading it is most of a start, and wrong settings are
 * told without it.
 */
export async function verify(options: VerifyOptions, surroundings: Surroundings): Promise<void> {
  const { env, tell, exitWith } = surroundings;
  const findings: Finding[] = [];
  try {
    const config = loadSettings(env);
    const redis = await connectRedis({
      url: config.REDIS_URL,
      role: "ledger",
      name: "surefill-verify",
      onError: () => undefined,
    });
    try {
      const { auditLedger } = await import("./audit-ledger.js");
      const { describeFinding, reportAudit } = await import("./verify-report.js");
      const seen = await auditLedger(redis, config, { options, signal: surroundings.signal }, (finding) => {
        findings.push(finding);
        if (options.json !== true)
          surroundings.print(describeFinding(finding), finding.acceptedBy === undefined ? "bad" : "waiting");
      });
      const verdict = reportAudit(seen, findings, { json: options.json === true, print: surroundings.print });
      if (verdict === "violated") exitWith(EXIT_VIOLATED);
      if (verdict === "not-checked") exitWith(EXIT_NOT_CHECKED);
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    // What was found before is printed already, and is no less true.
    const { message, exitCode } = explainFailedStart(error);
    tell(`Could not check: ${message}`, "bad");
    const isViolated = findings.some(({ acceptedBy }) => acceptedBy === undefined);
    exitWith(isViolated ? EXIT_VIOLATED : exitCode === EXIT_CONFIG ? EXIT_CONFIG : EXIT_NOT_CHECKED);
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
