/**
 * `npm run bench:campaigns -- [--rows 10000,100000,1000000] [--json]`: how fast files are uploaded and checked, how much
 * memory the producer holds meanwhile, and how much Redis keeps for each row that is not sent yet.
 */
import { parseArgs } from "node:util";
import { findOrInstallRedisServer } from "./find-redis.mjs";
import { progress } from "./run-command.mjs";
import { setUp } from "./setup.mjs";

const options = {
  rows: { type: "string", default: "10000,100000,1000000" },
  json: { type: "boolean", default: false },
};

async function main() {
  const { values } = parseArgs({ options });
  const lengths = values.rows.split(",").map(Number);
  if (!lengths.every((rows) => Number.isInteger(rows) && rows > 0)) {
    throw new Error("--rows must be whole numbers above 0, with commas between them");
  }
  await setUp();
  const server = await findOrInstallRedisServer();
  // It imports what the set-up installs and builds.
  const { measureChecks } = await import("../bench/campaigns/check.mjs");
  const measured = await measureChecks({ lengths, server, onProgress: progress });
  if (values.json) console.log(JSON.stringify(measured));
  else for (const line of describe(measured)) console.log(line);
}

function describe(measured) {
  const head = ["rows", "upload s", "check s", "rows/s", "peak MiB", "Redis bytes/row"];
  const rows = measured.map(({ rows, uploadS, checkS, rowsPerS, peakMib, redisBytesPerRow }) => [
    rows.toLocaleString("en"),
    uploadS.toFixed(1),
    checkS.toFixed(1),
    Math.round(rowsPerS).toLocaleString("en"),
    Math.round(peakMib).toString(),
    redisBytesPerRow.toFixed(1),
  ]);
  const line = (cells) => `| ${cells.map((cell, column) => cell.padStart(head[column].length)).join(" | ")} |`;
  return [line(head), line(head.map((cell) => `${"-".repeat(cell.length - 1)}:`)), ...rows.map(line)];
}

try {
  await main();
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
