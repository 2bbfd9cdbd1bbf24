import { connectRedis, EXIT_CONFIG, explainFailedStart, loadEnv } from "@surefill/runtime";
import type { Comparison, Reopened } from "@surefill/topup-store";
import { ledgerSettings } from "./ledger-settings.js";
import type { Surroundings } from "./surroundings.js";

type ReopenOptions = { confirm?: true; by?: string; reason?: string; json?: true };

/** The ledger is closed, or was not opened. */
const EXIT_CLOSED = 1;
const EXIT_NOT_DONE = 2;

/** `surefill reopen`. */
export async function reopen(options: ReopenOptions, { env, print, tell, exitWith }: Surroundings): Promise<void> {
  const { confirm, by, reason, json } = options;
  if (confirm === true && (by === undefined || reason === undefined)) {
    tell("Not done: --confirm needs --by and --reason, which are recorded.");
    exitWith(EXIT_NOT_DONE);
    return;
  }
  try {
    const { REDIS_URL: url, REDIS_PREFIX: prefix } = loadEnv(ledgerSettings, env);
    const redis = await connectRedis({ url, role: "ledger", name: "surefill-reopen", onError: () => undefined });
    try {
      const { comparisonOf, reopenLedger } = await import("@surefill/topup-store");
      if (by === undefined || reason === undefined || confirm !== true) {
        const comparison = await comparisonOf(redis, prefix);
        if (comparison !== undefined) exitWith(EXIT_CLOSED);
        print(json === true ? JSON.stringify({ comparison: comparison ?? null }) : describe(comparison));
        return;
      }
      const kind = await reopenLedger(redis, { prefix, by, reason });
      const isOpen = kind === "opened" || kind === "open";
      if (!isOpen) exitWith(EXIT_CLOSED);
      if (json === true) return print(JSON.stringify({ kind }));
      (isOpen ? print : tell)(OUTCOMES[kind]);
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    const { message, exitCode } = explainFailedStart(error);
    tell(`Not done: ${message}`, "bad");
    exitWith(exitCode === EXIT_CONFIG ? EXIT_CONFIG : EXIT_NOT_DONE);
  }
}

const OUTCOMES: Readonly<Record<Reopened, string>> = {
  opened: "Opened: programs work on this Redis. Each that starts later is still compared with it.",
  open: "The ledger is open; nothing was changed.",
  none: "Not done: there is no ledger under this REDIS_PREFIX.",
  lost: "Not done: the ledger has lost data; run `surefill rebuild`.",
};

function describe(comparison: Comparison | undefined): string {
  if (comparison === undefined) return "The ledger is open: it waits for no comparison.";
  const { sinceMs, server, isKnown, awaited } = comparison;
  return [
    `Closed since ${new Date(sinceMs).toISOString()}: Redis is another server than before (master_replid ${server}).`,
    ...(awaited.length > 0 ? ["Not compared yet:", ...awaited.map((label) => `  ${label}`)] : []),
    ...(isKnown ? [] : ["No process has answered that knew the ledger before the change."]),
    "Start these processes with their STATE_DIR, or any other that has one. If none can be started, find out whether this",
    "Redis holds everything (`surefill verify --settled` compares it with Reloadly): a write that it lacks may be a top-up",
    "that was paid and would be paid again. Then `surefill rebuild` mends it; or, where nothing is missing:",
    '  surefill reopen --confirm --by "your name" --reason "…"',
  ].join("\n");
}
