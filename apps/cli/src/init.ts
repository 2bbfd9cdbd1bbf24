import { join } from "node:path";
import { reloadlyAccountOf } from "@surefill/reloadly-client/settings";
import { connectRedis, EXIT_CONFIG, explainFailedStart, loadEnv } from "@surefill/runtime";
import { ledgerSettings } from "./ledger-settings.js";
import { personOf } from "./person.js";
import type { Surroundings } from "./surroundings.js";

type InitOptions = { by?: string; json?: true };

/** What `surefill init` ends with when it refuses. */
const EXIT_REFUSED = 1;

/** `surefill init`. */
export async function init(options: InitOptions, surroundings: Surroundings): Promise<void> {
  const { env, print, tell, exitWith } = surroundings;
  try {
    const config = loadEnv(ledgerSettings, env);
    const { REDIS_PREFIX: prefix } = config;
    const folder = join(config.STATE_DIR, prefix);
    const redis = await connectRedis({
      url: config.REDIS_URL,
      role: "ledger",
      name: "surefill-init",
      onError: () => undefined,
    });
    try {
      const { createLedger } = await import("@surefill/topup-store");
      const { surveyJournals } = await import("./journals.js");
      const { witnessed } = await surveyJournals([folder]);
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
    tell(`Could not create a ledger: ${message}`, "bad");
    exitWith(exitCode === EXIT_CONFIG ? EXIT_CONFIG : EXIT_REFUSED);
  }
}
