/**
 * `npm run chaos:campaign -- [--rows 50000] [--seed 1] [--json]`: a campaign of mixed outcomes whose feeder is killed
 * five times, and Redis once. Exit code 0 when no row is lost and nobody is paid twice by the provider's own books.
 */
import { parseArgs } from "node:util";
import { findOrInstallRedisServer } from "./find-redis.mjs";
import { progress } from "./run-command.mjs";
import { setUp } from "./setup.mjs";

const options = {
  rows: { type: "string", default: "50000" },
  seed: { type: "string", default: "1" },
  "worker-kills": { type: "string", default: "5" },
  "redis-kills": { type: "string", default: "1" },
  json: { type: "boolean", default: false },
};

const ROWS_MIN = 200;
/** Numbers that make the local Reloadly misbehave repeat beyond that. */
const ROWS_MAX = 100_000;

const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stopped.abort());

async function main() {
  const { values } = parseArgs({ options });
  const whole = (name, min, max) => {
    const number = Number(values[name]);
    if (/^\d{1,9}$/.test(values[name]) && number >= min && number <= max) return number;
    throw new Error(`--${name} must be a whole number from ${min} to ${max}`);
  };
  const wanted = {
    rows: whole("rows", ROWS_MIN, ROWS_MAX),
    seed: whole("seed", 0, 999_999_999),
    workerKills: whole("worker-kills", 0, 20),
    redisKills: whole("redis-kills", 0, 20),
  };
  await setUp();
  const server = await findOrInstallRedisServer();
  if (server.kind !== "program") throw new Error("this needs a Redis program on the machine, to kill it");
  // It imports what the set-up installs and builds.
  const { runKilledCampaign } = await import("../bench/campaigns/kills.mjs");
  const run = await runKilledCampaign({ ...wanted, server, signal: stopped.signal, onProgress: progress });
  console.log(values.json ? JSON.stringify(run) : describe(run));
  return run.wrong.length === 0 ? 0 : 1;
}

function describe(run) {
  const { rows, seconds, kills, decided, byState, said, provider, money, wrong } = run;
  const list = (counts) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} ${name}`)
      .join(", ");
  const met = kills.map(({ whom, inFlight, waiting }) => `${whom} with ${inFlight} in flight, ${waiting} not fed yet`);
  return [
    `rows            ${rows} in ${seconds} s: ${list(byState)}`,
    `killed          ${met.join("; ")}`,
    `lost in POSTs   ${run.interruptions} claims, settled by looking them up`,
    `reviews         ${decided} decided by a person: sent again with the same identifier`,
    `we say          ${list(said)}`,
    `the provider    ${list(provider.byStatus)}; ${provider.posts} POSTs, ${provider.executions} executions`,
    `executed twice  ${run.duplicates}`,
    `money           ${money.confirmed} ${money.currency} confirmed, ${money.providerNet} kept by the provider`,
    `result pack     ${run.pack}`,
    run.audit,
    ...wrong.map((sentence) => `WRONG: ${sentence}`),
    wrong.length === 0 ? "verdict: no row lost, nobody paid twice" : `verdict: ${wrong.length} things are wrong`,
  ].join("\n");
}

try {
  process.exitCode = await main();
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
