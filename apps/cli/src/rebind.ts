import { reloadlyAccountOf } from "@surefill/reloadly-client/settings";
import { connectRedis, EXIT_CONFIG, explainFailedStart, loadEnv } from "@surefill/runtime";
import type { Rebound } from "@surefill/topup-store";
import { ledgerSettings } from "./ledger-settings.js";
import { personOf } from "./person.js";
import type { Surroundings } from "./surroundings.js";

type RebindOptions = { reason: string; by?: string; sameAccount?: true; json?: true };

/** What `surefill rebind` ends with when the ledger stays as it is. */
const EXIT_REFUSED = 1;

/** `surefill rebind`. */
export async function rebind(options: RebindOptions, surroundings: Surroundings): Promise<void> {
  const { env, print, tell, exitWith } = surroundings;
  try {
    const config = loadEnv(ledgerSettings, env);
    const redis = await connectRedis({
      url: config.REDIS_URL,
      role: "ledger",
      name: "surefill-rebind",
      onError: () => undefined,
    });
    try {
      const { rebindLedger } = await import("@surefill/topup-store");
      const rebound = await rebindLedger(redis, {
        prefix: config.REDIS_PREFIX,
        account: reloadlyAccountOf(config),
        kind: options.sameAccount === true ? "same" : "other",
        by: personOf(options, surroundings),
        reason: options.reason,
      });
      if (options.json === true) print(JSON.stringify(rebound));
      const isDone = rebound.kind === "bound" || rebound.kind === "already";
      if (!isDone) exitWith(EXIT_REFUSED);
      if (options.json !== true) (isDone ? print : tell)(describe(rebound, config.REDIS_PREFIX));
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    const { message, exitCode } = explainFailedStart(error);
    tell(`Could not rebind: ${message}`, "bad");
    exitWith(exitCode === EXIT_CONFIG ? EXIT_CONFIG : EXIT_REFUSED);
  }
}

function describe(rebound: Rebound, prefix: string): string {
  switch (rebound.kind) {
    case "none":
      return `There is no ledger under REDIS_PREFIX "${prefix}": \`surefill init\` creates it for this account.`;
    case "lost":
      return "The ledger has lost data: run `surefill rebuild` with the account that it has, first.";
    case "already":
      return "The ledger belongs to this account already.";
    case "bound":
      return "The ledger belongs to this account. Programs with the former one send nothing more; stop them.";
    case "open": {
      const open = rebound.open.map(([what, count]) => `${what}: ${count}`).join(", ");
      return `Refused: not all is final under the former account (${open}). Let it end there, or cancel it.`;
    }
  }
}
