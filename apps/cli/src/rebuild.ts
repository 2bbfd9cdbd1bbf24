import { join } from "node:path";
import type { RebuildReport } from "@surefill/audit";
import {
  reloadlyAccountOf,
  reloadlyEnvironmentOf,
  reloadlySettings,
  reloadlySettingsProblem,
} from "@surefill/reloadly-client/settings";
import {
  connectRedis,
  EXIT_CONFIG,
  explainFailedStart,
  loadEnv,
  processSettings,
  systemClock,
} from "@surefill/runtime";
import { timingFields } from "@surefill/topup/timings";
import { z } from "zod";
import type { Journals } from "./journals.js";
import { personOf } from "./person.js";
import { describeRebuild } from "./rebuild-report.js";
import type { Surroundings } from "./surroundings.js";

/** The worker's settings, as far as a rebuild needs them. */
const settings = {
  REDIS_URL: processSettings.REDIS_URL,
  REDIS_PREFIX: processSettings.REDIS_PREFIX,
  STATE_DIR: processSettings.STATE_DIR,
  JOURNAL_DAYS: processSettings.JOURNAL_DAYS,
  ...reloadlySettings,
  SEND_DEADLINE_MS: timingFields.SEND_DEADLINE_MS,
};

type Settings = Readonly<z.output<z.ZodObject<typeof settings>>>;

type RebuildCommandOptions = {
  stateDir: string[];
  reportDays?: number;
  report: boolean;
  journals: boolean;
  dryRun?: true;
  by?: string;
  json?: true;
};

/** What `surefill rebuild` ends with when it did not get to its end. */
const EXIT_NOT_REBUILT = 1;
const DAY_MS = 86_400_000;
/** Beyond the time in which a claim may be sent: what was decided in its last tick is on its way then. */
const MARGIN_MS = 500;

/** `surefill rebuild`. */
export async function rebuild(options: RebuildCommandOptions, surroundings: Surroundings): Promise<void> {
  const { print, tell, exitWith } = surroundings;
  try {
    const config = loadSettings(surroundings.env);
    const { surveyJournals } = await import("./journals.js");
    const folders = options.stateDir.length === 0 ? [config.STATE_DIR] : options.stateDir;
    const directories = options.journals ? folders.map((folder) => join(folder, config.REDIS_PREFIX)) : [];
    const journals = await surveyJournals(directories);
    if (options.journals && journals.files === 0) {
      throw new Error(
        `there is no journal in ${directories.join(", ")}; name the workers' folders with --state-dir, or say --no-journals if none is left`,
      );
    }
    const report = await run(config, options, { journals, directories }, surroundings);
    const shown = { dryRun: options.dryRun === true, journals, ...report };
    print(options.json === true ? JSON.stringify(shown) : describeRebuild(shown));
  } catch (error) {
    const { message, exitCode } = explainFailedStart(error);
    tell(`Could not rebuild: ${message}`, "bad");
    exitWith(exitCode === EXIT_CONFIG ? EXIT_CONFIG : EXIT_NOT_REBUILT);
  }
}

async function run(
  config: Settings,
  options: RebuildCommandOptions,
  { journals, directories }: { journals: Journals; directories: readonly string[] },
  surroundings: Surroundings,
): Promise<RebuildReport> {
  const { tell, signal } = surroundings;
  const startedMs = systemClock.monotonicMs();
  const [{ rebuildLedger }, { LedgerRebuild }, { readIntents }] = await Promise.all([
    import("@surefill/audit"),
    import("@surefill/topup-store"),
    import("./journals.js"),
  ]);
  const redis = await connectRedis({
    url: config.REDIS_URL,
    role: "ledger",
    name: "surefill-rebuild",
    onError: () => undefined,
  });
  const client = options.report ? await openClient(config) : undefined;
  try {
    const ledger = await LedgerRebuild.open(redis, {
      prefix: config.REDIS_PREFIX,
      known: journals.witnessed,
      account: reloadlyAccountOf(config),
      by: personOf(options, surroundings),
      ...(journals.account !== undefined && { formerAccount: journals.account }),
    });
    const days = options.reportDays ?? config.JOURNAL_DAYS;
    return await rebuildLedger(
      {
        ledger,
        ...(client !== undefined && { client }),
        intents: () => readIntents(directories),
        untilNothingIsSent: async () => {
          const leftMs = config.SEND_DEADLINE_MS + MARGIN_MS - (systemClock.monotonicMs() - startedMs);
          if (leftMs > 0) tell(`waiting ${Math.ceil(leftMs / 1_000)} s, until nothing claimed before can be sent`);
          await systemClock.sleep(Math.max(0, leftMs), signal);
        },
        onProgress: tell,
        signal,
      },
      { reportFromMs: Math.max(0, (await ledger.nowMs()) - days * DAY_MS), isDryRun: options.dryRun === true },
    );
  } finally {
    redis.disconnect();
    await client?.close();
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

async function openClient(config: Settings) {
  const { createReloadlyClient } = await import("@surefill/reloadly-client");
  return createReloadlyClient({
    environment: reloadlyEnvironmentOf(config),
    clientId: config.RELOADLY_CLIENT_ID,
    clientSecret: config.RELOADLY_CLIENT_SECRET,
    connectionsMax: 2,
  });
}
