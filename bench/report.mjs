import { median } from "./figures.mjs";

/** The median of every figure over a pipeline's runs, field by field. */
export function medianOf(runs) {
  const [first] = runs;
  return Object.fromEntries(
    Object.entries(first).map(([name, value]) => {
      const values = runs.map((run) => run[name]);
      return [name, typeof value === "number" ? rounded(median(values)) : medianOf(values)];
    }),
  );
}

/**
 * How many top-ups per second the first pipeline makes for each of the second: the median over the rounds, because
 * the two runs of a round come right after each other and share what else the machine has to do.
 */
export function ratioOf(ours, theirs) {
  return Math.round(100 * median(ours.map((run, round) => run.topupsPerSecond / theirs[round].topupsPerSecond))) / 100;
}

/** Four significant digits are more than two runs agree on. */
function rounded(value) {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : null;
}

const ROWS = [
  ["top-ups per second, first accept to last final", ["topupsPerSecond"]],
  ["  accepted per second over HTTP, batches of 1,000", ["acceptedPerSecond"]],
  ["CPU seconds per 1,000: producer", ["cpuSecondsPer1000", "producer"]],
  ["  worker", ["cpuSecondsPer1000", "worker"]],
  ["  Redis", ["cpuSecondsPer1000", "redis"]],
  ["  local Reloadly", ["cpuSecondsPer1000", "sandbox"]],
  ["Redis per top-up: script calls", ["redisPerTopup", "scripts"]],
  ["  blocking pops", ["redisPerTopup", "blockingPops"]],
  ["  commands, those in scripts included", ["redisPerTopup", "commands"]],
  ["  socket reads", ["redisPerTopup", "reads"]],
  ["  bytes in", ["redisPerTopup", "bytesIn"]],
  ["  bytes out", ["redisPerTopup", "bytesOut"]],
  ["Redis memory per top-up, bytes: pending", ["bytesPerTopup", "pending"]],
  ["  final", ["bytesPerTopup", "final"]],
  ["  record and job of one pending", ["bytesPerTopup", "keysOfOnePending"]],
  ["accepting one over HTTP, ms: p50", ["acceptMs", "p50"]],
  ["  p99", ["acceptMs", "p99"]],
  ["processors that other programs kept busy meanwhile", ["cpusUsedByOthers"]],
];

/** The figures of all pipelines side by side, as a Markdown table. */
export function table(medians) {
  const names = Object.keys(medians);
  const pick = (name, path) => path.reduce((value, key) => value[key], medians[name]);
  const cells = ROWS.map(([label, path]) => [label, ...names.map((name) => format(pick(name, path)))]);
  const lines = [["", ...names], ...cells].map((row) => `| ${row.map((cell, i) => pad(cell, i)).join(" | ")} |`);
  lines.splice(1, 0, `| ${["-".repeat(50), ...names.map(() => `${"-".repeat(11)}:`)].join(" | ")} |`);
  return lines.join("\n");
}

function pad(cell, column) {
  return column === 0 ? cell.padEnd(50) : cell.padStart(12);
}

function format(value) {
  if (value === null) return "not measured";
  if (value >= 1_000) return Math.round(value).toLocaleString("en");
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
