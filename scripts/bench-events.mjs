/**
 * `npm run bench:events -- [--topups 500 --per-second 20 --json]`: how long it takes from the provider's word
 * to the event in the log, to the webhook at its receiver, and to the line of the live stream; once by polls alone and
 * once with the provider's own webhooks as hints. Everything runs with the settings as shipped, on a Redis that writes
 * to disk before it answers. docs/events.md says what the figures mean.
 */
import { parseArgs } from "node:util";
import { findOrInstallRedisServer } from "./find-redis.mjs";
import { progress } from "./run-command.mjs";
import { setUp } from "./setup.mjs";

const options = {
  topups: { type: "string", default: "500" },
  "per-second": { type: "string", default: "20" },
  json: { type: "boolean", default: false },
};

const ROWS = [
  ["the provider decides → event in the log", "decidedToLogged"],
  ["the provider answers → event in the log", "answeredToLogged"],
  ["the provider answers → webhook at its receiver", "answeredToSent"],
  ["the provider answers → line of the live stream", "answeredToStreamed"],
];

let stopRunning = async () => undefined;

async function main() {
  const { values } = parseArgs({ options });
  const topups = wholeNumber("topups", values.topups, 100_000);
  const perSecond = wholeNumber("per-second", values["per-second"], 1_000);
  await setUp();
  const server = await findOrInstallRedisServer();
  // This imports what the set-up installs and builds.
  const { measureLatency } = await import("../bench/events/latency.mjs");
  const onStarted = (stop) => {
    stopRunning = stop;
  };
  const results = {};
  for (const [name, hints] of [
    ["polls", false],
    ["hints", true],
  ]) {
    progress(
      `${topups} top-ups at ${perSecond} per second, ${hints ? "with the provider's webhooks" : "by polls alone"}`,
    );
    results[name] = await measureLatency({ topups, perSecond, hints, server, onStarted });
  }
  console.log(values.json ? JSON.stringify({ topups, perSecond, ...results }) : table(results));
}

function table({ polls, hints }) {
  const cell = ({ p50, p99 }) => `${round(p50)} / ${round(p99)}`;
  const rows = ROWS.map(([label, name]) => `| ${label} | ${cell(polls[name])} | ${cell(hints[name])} |`);
  return ["| ms, p50 / p99 | by polls alone | with the provider's webhooks |", "|---|---:|---:|", ...rows].join("\n");
}

function round(ms) {
  return ms >= 100 ? Math.round(ms) : Math.round(ms * 10) / 10;
}

function wholeNumber(name, text, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${most}`);
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
