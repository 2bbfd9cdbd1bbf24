/**
 * `npm run demo`: a real Redis, the local Reloadly, producer and worker, a sample campaign, the books side by side, and
 * the audit's verdict. With `--once` it ends there, with exit code 0 only if the books agree and no invariant is
 * broken; else it stays up until Ctrl-C.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compareBooks } from "./demo/books.mjs";
import { producerApi } from "./demo/producer-api.mjs";
import { countStates, describeCounts, isDone, progressLine } from "./demo/progress-line.mjs";
import { readRecipients } from "./demo/recipients.mjs";
import { PAID_IN, SANDBOX_ARGS, SHORTENED, shortenedEnv } from "./demo/settings.mjs";
import { startProcess } from "./processes.mjs";
import { provideRedis } from "./redis.mjs";
import { deletePrefix } from "./redis-prefix.mjs";
import { progress, runCommand } from "./run-command.mjs";
import { projectRoot, setUp } from "./setup.mjs";

const CAMPAIGN_DEADLINE_MS = 180_000;
const LOOK_EVERY_MS = 250;
const AUDIT_TIMEOUT_MS = 30_000;

const cleanUps = [];
let cleaning;

/** Stops what was started, newest first; a second call waits for the first. */
function cleanUp() {
  cleaning ??= (async () => {
    for (let next = cleanUps.pop(); next !== undefined; next = cleanUps.pop()) {
      await next().catch((error) => progress(`Could not stop something: ${error.message}`));
    }
  })();
  return cleaning;
}

async function main() {
  const once = process.argv.includes("--once");
  await setUp();
  const startedMs = Date.now();
  const run = `demo-${startedMs.toString(36)}`;
  const demo = await startAll(run);
  printPlaces(demo, run);

  const recipients = await readRecipients(join(projectRoot, "examples", "recipients.csv"), run);
  await send(demo.api, recipients);
  const topups = await watch(demo, recipients.length, run);
  const books = await fetchJson(`${demo.sandboxUrl}/_sandbox/books`);
  const comparison = compareBooks(topups, books);
  printBooks(topups, books, comparison);
  const audit = await runAudit(demo.env);
  console.log(`The audit (surefill verify --settled --books)\n${audit.output}`);
  const seconds = Math.round((Date.now() - startedMs) / 100) / 10;
  const states = countStates(topups);
  const { executions, duplicates, providerDebits, disagreements } = comparison;
  const summary = {
    states,
    executions,
    debits: providerDebits,
    duplicates,
    disagreements: disagreements.length,
    violations: audit.code !== 0,
    seconds,
  };
  console.log(JSON.stringify(summary));
  if (!once) return stayUp(demo);
  await cleanUp();
  const agree = disagreements.length === 0 && duplicates === 0 && audit.code === 0 && topups.every(isDone);
  return agree ? 0 : 1;
}

async function startAll(run) {
  const logDir = await mkdtemp(join(tmpdir(), "surefill-demo-"));
  cleanUps.push(() => rm(logDir, { recursive: true, force: true }));
  const redis = await provideRedis();
  cleanUps.push(() => redis.stop());
  if (!redis.isOurs) cleanUps.push(() => deletePrefix(redis.url, run));

  const start = async (name, script, env, args = []) => {
    progress(`Starting ${name}…`);
    const process_ = await startProcess({
      name,
      script: join(projectRoot, script),
      args,
      env: { ...process.env, ...env },
      logPath: join(logDir, `${name}.log`),
    });
    cleanUps.push(() => process_.stop());
    return process_.url;
  };

  const sandboxUrl = await start(
    "local Reloadly",
    "packages/reloadly-sandbox/bin/reloadly-sandbox.js",
    {},
    SANDBOX_ARGS,
  );
  const apiKey = randomBytes(24).toString("base64url");
  const boardPassword = randomBytes(9).toString("base64url");
  const env = {
    REDIS_URL: redis.url,
    REDIS_PREFIX: run,
    RELOADLY_ENVIRONMENT: "local",
    RELOADLY_URL: sandboxUrl,
    RELOADLY_CLIENT_ID: "sandbox-client",
    RELOADLY_CLIENT_SECRET: "sandbox-secret",
    API_KEYS: `demo:${createHash("sha256").update(apiKey).digest("hex")}`,
    BOARD_USER: "demo",
    BOARD_PASSWORD: boardPassword,
    PRODUCER_PORT: "0",
    WORKER_PORT: "0",
    STATE_DIR: join(logDir, "state"),
    ...shortenedEnv,
  };
  const producerUrl = await start("producer", "apps/producer/dist/main.js", env);
  const workerUrl = await start("worker", "apps/worker/dist/main.js", env);
  const api = producerApi(producerUrl, apiKey);
  return { redis, sandboxUrl, producerUrl, workerUrl, apiKey, boardPassword, logDir, api, env };
}

/** Every invariant, by the ledger, the provider's report, the event log and the provider's own books. */
function runAudit(env) {
  const command = join(projectRoot, "apps", "cli", "bin", "surefill.js");
  const args = [command, "verify", "--settled", "--books"];
  return runCommand(process.execPath, args, { env: { ...process.env, ...env }, timeoutMs: AUDIT_TIMEOUT_MS });
}

function printPlaces({ redis, producerUrl, sandboxUrl, workerUrl, apiKey, boardPassword, logDir }, run) {
  // A Redis that was given may have a password in its URL; whoever gave it has it.
  const redisUrl = redis.isOurs ? `REDIS_URL=${redis.url} ` : "";
  console.log(`
API docs       ${producerUrl}/docs
API key        ${apiKey}
Queue board    ${producerUrl}/admin/queues   (demo / ${boardPassword})
Worker metrics ${workerUrl}/metrics
Provider books ${sandboxUrl}/_sandbox/books
Logs           ${logDir}

For another terminal${redis.isOurs ? "" : ", with your REDIS_URL"}:
  API=${producerUrl} KEY=${apiKey}
  ${redisUrl}REDIS_PREFIX=${run} npm run events

Times shortened for the demo (shipped value behind):`);
  for (const { name, demo, shipped } of SHORTENED) console.log(`  ${name}=${demo}   ${shipped}`);
  console.log("");
}

async function send(api, recipients) {
  const results = await api.sendBatch(recipients);
  const refused = results.filter(({ status }) => status !== 202);
  console.log(
    `Sent ${recipients.length} top-ups of examples/recipients.csv: ${results.length - refused.length} accepted.`,
  );
  if (refused.length > 0) throw new Error(`${refused.length} were refused, such as ${JSON.stringify(refused[0])}`);
}

/** Shows the campaign until every top-up is final. Pays in, once, when the account has run dry. */
async function watch({ api, sandboxUrl }, total, run) {
  const line = progressLine(process.stdout);
  const giveUpAtMs = Date.now() + CAMPAIGN_DEADLINE_MS;
  let paidIn = false;
  for (;;) {
    const topups = await api.topupsOf(run);
    const counts = describeCounts(topups, total);
    const finished = topups.length === total && topups.every(isDone);
    if (finished || Date.now() > giveUpAtMs) {
      line.end(counts);
      return topups;
    }
    line.show(counts);
    const dry = topups.filter(({ hold, code }) => hold?.reason === "gate:account" && code === "INSUFFICIENT_BALANCE");
    if (dry.length > 0 && !paidIn) {
      paidIn = true;
      line.end(`The account has run dry: top-ups wait, none fails. Paying in ${PAID_IN}…`);
      await fetchJson(`${sandboxUrl}/_sandbox/wallet`, { method: "POST", body: JSON.stringify({ amount: PAID_IN }) });
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function printBooks(topups, { wallet, totals }, comparison) {
  const states = Object.entries(countStates(topups)).map(([state, count]) => `${count} ${state}`);
  const statuses = Object.entries(totals.byStatus).map(([status, count]) => `${count} ${status}`);
  console.log(`
The books          we say                        the provider says
  top-ups          ${topups.length} (${states.join(", ")})
  transactions                                   ${totals.executions} (${statuses.join(", ")})
  money kept       ${comparison.ourCost.padEnd(30)}${comparison.providerNet} ${wallet.currency}
  paid twice                                     ${comparison.duplicates}
  disagreements    ${comparison.disagreements.length}
`);
  for (const disagreement of comparison.disagreements) console.log(`  ${disagreement}`);
}

/** Until a signal comes, whose handler ends everything. On stderr: the summary stays the last line of the output. */
function stayUp({ producerUrl }) {
  progress(`Everything stays up: ${producerUrl}/docs. Ctrl-C stops it all.`);
  return new Promise(() => undefined);
}

async function fetchJson(url, init = {}) {
  const headers = init.body ? { "content-type": "application/json" } : {};
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(15_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

// Ctrl-C at any moment stops what was started so far, and only that.
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    progress("\nStopping…");
    await cleanUp();
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  progress(error.message);
  await cleanUp();
  process.exitCode = 1;
}
