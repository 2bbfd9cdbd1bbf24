/**
 * `npm run bench [-- --topups 5000 --rounds 3 --json]`: top-ups through our real processes and through a hand-rolled
 * pipeline (bench/hand-rolled), in turn, each run on fresh processes and a fresh Redis that writes to disk before it
 * answers. Prints the medians; writes no file. docs/benchmarks.md says what the figures mean.
 *   --only NAME         runs one of them: surefill or hand-rolled
 *   --profile-dir DIR   has node write CPU profiles of producer, worker and local Reloadly there
 */
import { parseArgs } from "node:util";
import { findOrInstallRedisServer } from "./find-redis.mjs";
import { progress } from "./run-command.mjs";
import { setUp } from "./setup.mjs";

const options = {
  topups: { type: "string", default: "5000" },
  rounds: { type: "string", default: "3" },
  only: { type: "string" },
  "profile-dir": { type: "string" },
  json: { type: "boolean", default: false },
};

let stopRunning = async () => undefined;

async function main() {
  const { values } = parseArgs({ options });
  const topups = wholeNumber("topups", values.topups, 50_000);
  const rounds = wholeNumber("rounds", values.rounds, 100);
  await setUp();
  const server = await findOrInstallRedisServer();
  // These import what the set-up installs and builds.
  const { PIPELINES } = await import("../bench/pipelines.mjs");
  const { runOnce } = await import("../bench/run.mjs");
  const { medianOf, ratioOf, table } = await import("../bench/report.mjs");

  const pipelines = PIPELINES.map((build) => build()).filter(({ name }) => [name, undefined].includes(values.only));
  if (pipelines.length === 0) throw new Error(`--only takes ${PIPELINES.map((build) => build().name).join(" or ")}`);
  const runs = Object.fromEntries(pipelines.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const pipeline of pipelines) {
      const onStarted = (stop) => {
        stopRunning = stop;
      };
      const nodeArgs = profileArgs(values["profile-dir"], pipeline.name);
      const run = await runOnce({ pipeline, topups, server, nodeArgs, onStarted });
      progress(`round ${round} of ${rounds}, ${pipeline.name}: ${Math.round(run.topupsPerSecond)} top-ups per second`);
      runs[pipeline.name].push(run);
    }
  }
  const medians = mapValues(runs, medianOf);
  const ratio = pipelines.length === 2 ? ratioOf(...Object.values(runs)) : undefined;
  if (values.json) return console.log(JSON.stringify({ topups, rounds, ratio, ...medians }));
  console.log(`\n${table(medians)}\n`);
  if (ratio !== undefined)
    console.log(`Ratio of top-ups per second, surefill to hand-rolled, median of rounds: ${ratio}`);
}

/** With `--profile-dir`, node writes a CPU profile of each process there. */
function profileArgs(dir, pipeline) {
  if (dir === undefined) return {};
  const names = ["producer", "worker", "sandbox"];
  return Object.fromEntries(names.map((name) => [name, ["--cpu-prof", `--cpu-prof-dir=${dir}/${pipeline}-${name}`]]));
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

function wholeNumber(name, text, most) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new Error(`--${name} must be a whole number from 1 to ${most}`);
  }
  return value;
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    await stopRunning();
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

try {
  await main();
} catch (error) {
  await stopRunning();
  progress(error.message);
  process.exitCode = 1;
}
