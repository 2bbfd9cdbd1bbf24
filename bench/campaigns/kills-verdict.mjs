/** Holds a campaign that was interrupted against its file, its pack, the provider's books, and `surefill verify`. */
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { compareBooks } from "../../scripts/demo/books.mjs";
import { producerApi } from "../../scripts/demo/producer-api.mjs";
import { runCommand } from "../../scripts/run-command.mjs";
import { mixedEnding } from "./mixed-outcomes.mjs";
import { recipientsFile } from "./recipients-file.mjs";
import { untilAnswered } from "./until-answered.mjs";

const SUREFILL = fileURLToPath(new URL("../../apps/cli/bin/surefill.js", import.meta.url));
const COMMAND_DEADLINE_MS = 600_000;
const ENDED = ["succeeded", "refunded", "failed", "rejected", "cancelled", "already", "conflict"];

/** The figures of all books, and under `wrong` whatever does not agree. */
export async function judge(world, id, kills, { rows, folder, workerKills, redisKills, signal }) {
  const { state, plan, progress } = await untilAnswered(() => world.api.campaign(id), signal);
  const topups = await untilAnswered(() => producerApi(world.producer.url, world.key).topupsOf(id), signal);
  const books = await readBooks(world.sandboxUrl);
  const pack = await verifyPack(world, id, { rows, folder });
  const audit = await surefill(world, ["verify", "--settled", "--books"]);
  const { disagreements, duplicates, ourCost, providerNet } = compareBooks(topups, books);

  const byState = Object.fromEntries(ENDED.map((end) => [end, progress.rows[end]]));
  const inAll = Object.values(byState).reduce((sum, count) => sum + count, 0) + plan.rows.rejected;
  const said = countAttempts(topups);
  const found = books.totals.byStatus;

  const wrong = [...disagreements];
  const same = (what, left, right) => {
    if (left !== right) wrong.push(`${what}: ${left} and ${right}`);
  };
  same("the campaign's state, and completed", state, "completed");
  same("rows of the file, and rows in all states with those that were refused", rows, inAll);
  same("top-ups, and planned rows", topups.length, plan.rows.planned);
  for (const status of new Set([...Object.keys(said), ...Object.keys(found)])) {
    same(`${status} by our books, and by the provider's`, said[status] ?? 0, found[status] ?? 0);
  }
  same("identifiers executed more than once, and none", duplicates, 0);
  same("rows there already or in conflict, and none", byState.already + byState.conflict, 0);
  same("money confirmed, and debited less refunded", trimmed(progress.money.confirmed), trimmed(providerNet));
  same("kills of the feeder, and those asked for", countOf(kills, "worker"), workerKills);
  same("kills of Redis, and those asked for", countOf(kills, "redis"), redisKills);
  for (const { whom, waiting, inFlight } of kills) {
    if (waiting === 0 || inFlight === 0)
      wrong.push(`a kill of ${whom} met nothing: ${waiting} waiting, ${inFlight} in flight`);
  }
  if (pack.code !== 0) wrong.push(`the result pack does not verify: ${pack.output}`);
  if (audit.code !== 0) wrong.push(`surefill verify ended with ${audit.code}: ${audit.output}`);
  return {
    planned: plan.rows.planned,
    byState: { ...byState, "not-sent": plan.rows.rejected },
    said,
    provider: { ...books.totals, byStatus: found },
    duplicates,
    money: { confirmed: progress.money.confirmed, ourCost, providerNet, currency: progress.money.currency },
    interruptions: topups.reduce((sum, { counts }) => sum + counts.interruptions, 0),
    pack: pack.code === 0 ? "verified" : "not verified",
    audit: audit.output.trim(),
    wrong,
  };
}

/** What our top-ups say that the provider has: an attempt follows only on one that FAILED for good. */
function countAttempts(topups) {
  const ended = (state) => topups.filter((topup) => topup.state === state);
  const before = topups.reduce((sum, { attempt }) => sum + attempt - 1, 0);
  return {
    SUCCESSFUL: ended("succeeded").length,
    REFUNDED: ended("refunded").length,
    FAILED: before + ended("failed").length,
  };
}

async function readBooks(sandboxUrl) {
  const identifiers = [];
  let after;
  for (;;) {
    const query = after === undefined ? "" : `?${new URLSearchParams({ after })}`;
    const response = await fetch(`${sandboxUrl}/_sandbox/books${query}`);
    if (!response.ok) throw new Error(`the local Reloadly answered ${response.status} for its books`);
    const page = await response.json();
    identifiers.push(...page.identifiers);
    if (!page.next) return { ...page, identifiers };
    after = page.next;
  }
}

async function verifyPack(world, id, { rows, folder }) {
  const input = join(folder, "kills.csv");
  await pipeline(recipientsFile({ rows, endingOf: mixedEnding }), createWriteStream(input));
  const pack = join(folder, "pack");
  const made = await surefill(world, ["campaign", "results", id, "--pack", pack]);
  return made.code === 0 ? surefill(world, ["campaign", "verify", pack, "--input", input]) : made;
}

function surefill({ env, producer, key }, args) {
  const ours = { ...process.env, ...env, SUREFILL_URL: producer.url, SUREFILL_KEY: key };
  return runCommand(process.execPath, [SUREFILL, ...args], { env: ours, timeoutMs: COMMAND_DEADLINE_MS });
}

function countOf(kills, whom) {
  return kills.filter((kill) => kill.whom === whom).length;
}

/** Both books write five decimals at most; trailing zeros say nothing. */
function trimmed(amount) {
  return amount.includes(".") ? amount.replace(/\.?0+$/, "") : amount;
}
