/**
 * `npm run bench:webhooks -- [--events 10000] [--seed 1] [--json]`: webhooks through a storm of failures and
 * kills, and a healthy endpoint beside a dead one. Ends with exit code 1 when an event was lost or invented.
 */
import { parseArgs } from "node:util";
import { findOrInstallRedisServer } from "./find-redis.mjs";
import { progress } from "./run-command.mjs";
import { setUp } from "./setup.mjs";

const options = {
  events: { type: "string", default: "10000" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
};

const STORM_DEADLINE_MS = 900_000;
const NEIGHBOURS = { events: 2_000, perSecond: 100 };

async function main() {
  const { values } = parseArgs({ options });
  const [events, seed] = [Number(values.events), Number(values.seed)];
  if (!(Number.isInteger(events) && events > 0 && Number.isInteger(seed))) {
    throw new Error("--events and --seed must be whole numbers, and --events above 0");
  }
  await setUp();
  const server = await findOrInstallRedisServer();
  // These import what the set-up installs and builds.
  const { runStorm } = await import("../bench/webhooks/storm.mjs");
  const { measureNeighbours } = await import("../bench/webhooks/neighbours.mjs");

  progress(`${events} events through the storm`);
  const storm = await runStorm({ events, seed, deadlineMs: STORM_DEADLINE_MS, server });
  progress(`${NEIGHBOURS.events} events to a healthy endpoint, twice`);
  const neighbours = await measureNeighbours({ ...NEIGHBOURS, server });
  console.log(values.json ? JSON.stringify({ storm, neighbours }) : describe(storm, neighbours));
  const { arrived, invented, forged, differing } = storm;
  return arrived === storm.events && invented + forged + differing === 0 ? 0 : 1;
}

function describe(storm, { alone, beside, deadRequests }) {
  return [
    `Storm: ${storm.arrived} of ${storm.events} events arrived in ${storm.seconds.toFixed(1)} s.`,
    `  ${storm.requests} requests; ${storm.repeated} ids succeeded more than once; ${storm.invented} invented;`,
    `  ${storm.forged} with a signature that does not verify; ${storm.differing} with another body under the same id.`,
    `  Killed and restarted: ${storm.disruptions.join(", ")} received events.`,
    `Healthy endpoint alone:         p50 ${alone.p50Ms} ms, p99 ${alone.p99Ms} ms.`,
    `Healthy endpoint beside a dead: p50 ${beside.p50Ms} ms, p99 ${beside.p99Ms} ms (${deadRequests} requests hung).`,
  ].join("\n");
}

try {
  process.exitCode = await main();
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
