/**
 * `npm run demo`: a real Redis, the local Reloadly, producer and worker, a sample campaign by the commands that a person
 * would type, the books side by side, and the verdict of `surefill verify`.
 * With `--once` it ends there, with exit code 0 only if the books agree; else it stays up until Ctrl-C.
 */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compareBooks } from "./demo/books.mjs";
import { countStates, isDone } from "./demo/counts.mjs";
import { producerApi } from "./demo/producer-api.mjs";
import { PAID_IN, SANDBOX_ARGS, SHORTENED, shortenedEnv } from "./demo/settings.mjs";
import { startProcess } from "./processes.mjs";
import { provideRedis } from "./redis.mjs";
import { deletePrefix } from "./redis-prefix.mjs";
import { progress } from "./run-command.mjs";
import { projectRoot, setUp } from "./setup.mjs";

const SUREFILL = join(projectRoot, "apps", "cli", "bin", "surefill.js");
const RECIPIENTS = join("examples", "recipients.csv");
/** What the columns of the sample mean. Its reference column is left out: a reference is paid once and for ever. */
const MAPPING = ["phone=number", "country=countryCode", "operator=operatorId", "amount=amount"];
const RATE_PER_S = "40";

const CAMPAIGN_DEADLINE_MS = 240_000;
const LOOK_EVERY_MS = 250;

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

  const id = await runCampaign(demo, run);
  const topups = await demo.api.topupsOf(id);
  const books = await fetchJson(`${demo.sandboxUrl}/_sandbox/books`);
  const comparison = compareBooks(topups, books);
  printBooks(topups, books, comparison);
  const isVerified = (await surefill(demo, ["verify", "--settled", "--books"])) === 0;
  const seconds = Math.round((Date.now() - startedMs) / 100) / 10;
  const states = countStates(topups);
  const { executions, duplicates, providerDebits, disagreements } = comparison;
  const summary = {
    states,
    executions,
    debits: providerDebits,
    duplicates,
    disagreements: disagreements.length,
    verified: isVerified,
    seconds,
  };
  console.log(JSON.stringify(summary));
  if (!once) return stayUp(demo);
  await cleanUp();
  const agree = disagreements.length === 0 && duplicates === 0 && isVerified && topups.every(isDone);
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
      env: { ...process.env, SUREFILL_ENV_FILE: "none", ...env },
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
  const signIn = { user: "demo", password: randomBytes(12).toString("base64url") };
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
    // A receiver on this machine may be tried.
    WEBHOOK_ALLOWED_NETWORKS: "127.0.0.0/8,::1/128",
    ...shortenedEnv,
  };
  const created = await surefill({ env }, ["init"]);
  if (created !== 0) throw new Error("The ledger could not be created.");
  const added = await surefill({ env }, ["people", "add", signIn.user, "--roles", "administrator"], signIn.password);
  if (added !== 0) throw new Error("The person who signs in could not be added.");
  const producerUrl = await start("producer", "apps/producer/dist/main.js", env);
  const workerUrl = await start("worker", "apps/worker/dist/main.js", env);
  const api = producerApi(producerUrl, apiKey);
  return { redis, sandboxUrl, producerUrl, workerUrl, apiKey, boardPassword, signIn, logDir, api, env };
}

function printPlaces({ redis, producerUrl, sandboxUrl, workerUrl, apiKey, boardPassword, signIn, logDir }, run) {
  // A Redis that was given may have a password in its URL; whoever gave it has it.
  const redisUrl = redis.isOurs ? `REDIS_URL=${redis.url} ` : "";
  console.log(`
Console        ${producerUrl}/   (sign in as ${signIn.user} / ${signIn.password}, an administrator)
API docs       ${producerUrl}/docs
API key        ${apiKey}
Queue board    ${producerUrl}/admin/queues   (demo / ${boardPassword})
Worker metrics ${workerUrl}/metrics
Provider books ${sandboxUrl}/_sandbox/books
Logs           ${logDir}

For another terminal${redis.isOurs ? "" : ", with your REDIS_URL"}:
  API=${producerUrl} KEY=${apiKey}
  ${redisUrl}REDIS_PREFIX=${run} npm run events
  SUREFILL_URL=${producerUrl} SUREFILL_KEY=${apiKey} npm run surefill -- campaign list

Times shortened for the demo (shipped value behind):`);
  for (const { name, demo, shipped } of SHORTENED) console.log(`  ${name}=${demo}   ${shipped}`);
  console.log("");
}

/** Has the sample checked, starts it and watches it to its end. Answers the campaign's id. */
async function runCampaign(demo, run) {
  const mapping = MAPPING.flatMap((entry) => ["--map", entry]);
  const check = ["campaign", "check", RECIPIENTS, "--run", run, "--rate", RATE_PER_S, ...mapping];
  if ((await surefill(demo, check)) !== 0) throw new Error(`${RECIPIENTS} came to no plan.`);
  const { id, planHash } = await demo.api.latestCampaign();
  const start = ["campaign", "start", id, "--plan", planHash, "--watch"];
  const watching = new AbortController();
  const paying = payInWhenDry(demo, id, watching.signal);
  const code = await Promise.race([surefill(demo, start), paying]);
  watching.abort();
  if (code !== 0) throw new Error(`The campaign did not come to its end (code ${code}).`);
  return id;
}

/** Pays in, once, when the account has run dry: the campaign goes on by itself. Rejects when the campaign takes too long. */
async function payInWhenDry({ api, sandboxUrl }, id, signal) {
  const giveUpAtMs = Date.now() + CAMPAIGN_DEADLINE_MS;
  let paidIn = false;
  while (!signal.aborted) {
    const { state, pause } = await api.campaign(id);
    if (!paidIn && state === "paused" && pause.reason === "balance") {
      paidIn = true;
      console.log(`The account has run dry: the campaign waits, no row fails. Paying in ${PAID_IN}…`);
      await fetchJson(`${sandboxUrl}/_sandbox/wallet`, { method: "POST", body: JSON.stringify({ amount: PAID_IN }) });
    }
    if (Date.now() > giveUpAtMs) throw new Error(`The campaign was not over within ${CAMPAIGN_DEADLINE_MS / 1_000} s.`);
    await sleep(LOOK_EVERY_MS);
  }
}

/**
 * Runs the command as a person would, and shows what they would type; a secret goes through the standard input. Answers
 * its exit code.
 */
async function surefill({ producerUrl = "", apiKey = "", env }, args, secret) {
  console.log(`\n$ surefill ${args.join(" ")}`);
  const child = spawn(process.execPath, [SUREFILL, ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...env, SUREFILL_URL: producerUrl, SUREFILL_KEY: apiKey },
    stdio: [secret === undefined ? "ignore" : "pipe", "inherit", "inherit"],
  });
  child.stdin?.end(`${secret}\n`);
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended.catch(() => undefined);
  };
  cleanUps.push(stop);
  try {
    return await ended;
  } finally {
    if (cleanUps.includes(stop)) cleanUps.splice(cleanUps.indexOf(stop), 1);
  }
}

function printBooks(topups, { wallet, totals }, comparison) {
  const states = Object.entries(countStates(topups)).map(([state, count]) => `${count} ${state}`);
  const statuses = Object.entries(totals.byStatus)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`);
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
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(60_000) });
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
  // Once everything is being stopped, what was under way ends in errors of its own.
  if (cleaning === undefined) progress(error.message);
  await cleanUp();
  process.exitCode = 1;
}
