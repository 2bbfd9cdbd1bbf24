import { join } from "node:path";
import { reloadlyAccountOf } from "@surefill/reloadly-client";
import { connectRedis, EXIT_CONFIG, explainFailedStart, loadEnv } from "@surefill/runtime";
import { createLedger } from "@surefill/topup-store";
import type { Command } from "commander";
import { DESCRIPTIONS } from "./descriptions.js";
import { surveyJournals } from "./journals.js";
import { ledgerSettings } from "./ledger-settings.js";
import { BY_FLAG, personOf, readRecordedText } from "./person.js";
import type { Surroundings } from "./surroundings.js";

type InitOptions = { by?: string; json?: true };

/** What `surefill init` ends with when it refuses. */
const EXIT_REFUSED = 1;

/** Adds `surefill init` to the command. */
export function addInit(program: Command, surroundings: Surroundings): void {
  program
    .command("init")
    .description(DESCRIPTIONS.init)
    .option(...BY_FLAG, readRecordedText)
    .option("--json", "one JSON object instead of text")
    .action((options: InitOptions) => init(options, surroundings));
}

async function init(options: InitOptions, surroundings: Surroundings): Promise<void> {
  const { env, print, tell, exitWith } = surroundings;
  try {
    const config = loadEnv(ledgerSettings, env);
    const { REDIS_PREFIX: prefix } = config;
    const folder = join(config.STATE_DIR, prefix);
    const { witnessed } = await surveyJournals([folder]);
    const redis = await connectRedis({
      url: config.REDIS_URL,
      role: "ledger",
      name: "surefill-init",
      onError: () => undefined,
    });
    try {
      const account = reloadlyAccountOf(config);
      const kind = await createLedger(redis, {
        prefix,
        account,
        known: witnessed,
        by: personOf(options, surroundings),
      });
      if (options.json === true) return print(JSON.stringify({ kind, prefix }));
      print(
        kind === "created"
          ? `Created an empty ledger under REDIS_PREFIX "${prefix}", for the Reloadly account of these settings.`
          : `There is a ledger under REDIS_PREFIX "${prefix}" already; nothing was changed.`,
      );
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    const { message, exitCode } = explainFailedStart(error);
    tell(`Could not create a ledger: ${message}`);
    exitWith(exitCode === EXIT_CONFIG ? EXIT_CONFIG : EXIT_REFUSED);
  }
}
