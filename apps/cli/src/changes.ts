import { connectRedis, EXIT_CONFIG, explainFailedStart, loadEnv } from "@surefill/runtime";
import type { LedgerChange } from "@surefill/topup-store";
import { ledgerSettings } from "./ledger-settings.js";
import type { Surroundings } from "./surroundings.js";

/** What `surefill changes` ends with when the ledger could not be read. */
const EXIT_NOT_READ = 2;

/** `surefill changes`. */
export async function changes({ json }: { json?: true }, { env, print, tell, exitWith }: Surroundings): Promise<void> {
  try {
    const { REDIS_URL: url, REDIS_PREFIX: prefix } = loadEnv(ledgerSettings, env);
    const redis = await connectRedis({ url, role: "ledger", name: "surefill-changes", onError: () => undefined });
    try {
      const { ledgerChanges } = await import("@surefill/topup-store");
      const found = await ledgerChanges(redis, prefix);
      if (json === true) return print(JSON.stringify({ changes: found.map(shown) }));
      print(found.length === 0 ? "Nothing is on record." : found.map(describe).join("\n"));
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    const { message, exitCode } = explainFailedStart(error);
    tell(`Could not read the ledger: ${message}`, "bad");
    exitWith(exitCode === EXIT_CONFIG ? EXIT_CONFIG : EXIT_NOT_READ);
  }
}

function shown({ atMs, ...change }: LedgerChange) {
  return { at: new Date(atMs).toISOString(), ...change };
}

function describe({ atMs, change, by, reason, about }: LedgerChange): string {
  const parts = [new Date(atMs).toISOString(), `${change} by ${by ?? "unknown"}`, about, reason];
  return parts.filter((part) => part !== undefined).join("  ");
}
