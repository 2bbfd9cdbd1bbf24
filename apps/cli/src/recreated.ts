import { connectRedis, EXIT_CONFIG, explainFailedStart, loadEnv, type RedisClient } from "@surefill/runtime";
import type { Confirmed } from "@surefill/topup-store";
import { ledgerSettings } from "./ledger-settings.js";
import type { Surroundings } from "./surroundings.js";

type RecreatedOptions = { confirm?: number; by?: string; reason?: string; json?: true };

/** Something waits for a confirmation, or the confirmation was refused. */
const EXIT_WAITING = 1;
const EXIT_NOT_DONE = 2;
/** References that are listed for a person; `--json` has all of them. */
const SHOWN_MAX = 20;

/** `surefill recreated`. */
export async function recreated(options: RecreatedOptions, surroundings: Surroundings): Promise<void> {
  const { env, tell, exitWith } = surroundings;
  try {
    const { REDIS_URL: url, REDIS_PREFIX: prefix } = loadEnv(ledgerSettings, env);
    const redis = await connectRedis({ url, role: "ledger", name: "surefill-recreated", onError: () => undefined });
    try {
      if (options.confirm === undefined) await show(redis, prefix, options, surroundings);
      else await confirm(redis, prefix, { ...options, confirm: options.confirm }, surroundings);
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    const { message, exitCode } = explainFailedStart(error);
    tell(`Not done: ${message}`, "bad");
    exitWith(exitCode === EXIT_CONFIG ? EXIT_CONFIG : EXIT_NOT_DONE);
  }
}

async function show(
  redis: RedisClient,
  prefix: string,
  { json }: RecreatedOptions,
  { print, exitWith }: Surroundings,
): Promise<void> {
  const { countRecreated, recreatedTopups } = await import("@surefill/topup-store");
  const { addDecimals } = await import("@surefill/topup");
  const count = await countRecreated(redis, prefix);
  const open: { reference: string; state: string; amount: string; isLocalAmount: boolean }[] = [];
  for await (const topup of recreatedTopups(redis, prefix)) open.push(topup);
  const wallet = open
    .filter(({ isLocalAmount }) => !isLocalAmount)
    .reduce((sum, { amount }) => addDecimals(sum, amount), "0");
  const local = open.filter(({ isLocalAmount }) => isLocalAmount).length;
  if (count > 0) exitWith(EXIT_WAITING);
  if (json === true) return print(JSON.stringify({ count, open, sum: wallet, localAmounts: local }));
  if (count === 0) return print("Nothing waits for a confirmation.");
  const listed = open.slice(0, SHOWN_MAX).map(({ reference, state, amount }) => `  ${reference}  ${state}  ${amount}`);
  const more = open.length > SHOWN_MAX ? [`  and ${open.length - SHOWN_MAX} more (--json)`] : [];
  print(
    [
      `${count} top-ups were made again after a loss of data, and Reloadly's report shows nothing of them that may be paid.`,
      `Still open: ${open.length}, ${wallet} in the wallet's currency${local > 0 ? `, and ${local} in local amounts` : ""}.`,
      ...listed,
      ...more,
      "None is sent again before you confirm. Cancel those that must not be paid (POST /v1/topups/{reference}/cancel), then:",
      `  surefill recreated --confirm ${count} --by "your name" --reason "…"`,
    ].join("\n"),
  );
}

async function confirm(
  redis: RedisClient,
  prefix: string,
  { confirm: seen, by, reason, json }: RecreatedOptions & { confirm: number },
  { print, tell, exitWith }: Surroundings,
): Promise<void> {
  if (by === undefined || reason === undefined) {
    tell("Not done: --confirm needs --by and --reason, which are recorded.");
    exitWith(EXIT_NOT_DONE);
    return;
  }
  const { confirmRecreated } = await import("@surefill/topup-store");
  const confirmed = await confirmRecreated(redis, { prefix, seen, by, reason });
  if (confirmed.kind !== "confirmed") exitWith(EXIT_WAITING);
  if (json === true) return print(JSON.stringify(confirmed));
  (confirmed.kind === "confirmed" ? print : tell)(describe(confirmed, seen));
}

function describe(confirmed: Confirmed, seen: number): string {
  switch (confirmed.kind) {
    case "confirmed":
      return `Confirmed: ${seen} top-ups are looked up, and sent again where nothing of them is found.`;
    case "differs":
      return `Not done: ${confirmed.count} wait by now, not ${seen}. Look at them again.`;
    case "none":
      return "Not done: there is no ledger under this REDIS_PREFIX.";
    case "lost":
      return "Not done: the ledger has lost data; run `surefill rebuild` first.";
  }
}
