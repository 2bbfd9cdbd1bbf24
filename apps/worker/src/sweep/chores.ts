import type { Gates } from "@surefill/topup-store";
import type { WorkerConfig } from "../config.js";
import type { Metrics } from "../metrics.js";
import type { Provider } from "../provider.js";
import { type BalanceSeen, probeBalance } from "./balance-probe.js";
import { type GateNewsParts, reportGateNews } from "./gate-news.js";
import type { Chore } from "./housekeeping.js";
import { type SweepParts, sweep } from "./sweeper.js";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Records that one round of retention shrinks per state: a long backlog must not keep other commands waiting. */
const SHRUNK_RECORDS_MAX = 1_000;

const GATE_NEWS_EVERY_MS = 1_000;

/** Well within the 30 s after which a worker counts as gone: see `Gates.noteWorker`. */
const PRESENCE_EVERY_MS = 5_000;

/** Rows try a gate again within seconds of its end, and it takes as long as a token may to find it as it was. */
const GATE_OPEN_MS = 40_000;

/** What every worker does beside its jobs. */
export function choresOf(
  parts: Omit<SweepParts, "lateMs"> & {
    provider: Provider;
    gates: GateNewsParts["gates"] & Pick<Gates, "noteWorker">;
    metrics: Metrics;
  },
  config: WorkerConfig,
): Chore[] {
  const { ledger, gates, log, metrics } = parts;
  const openMs = Math.round(GATE_OPEN_MS * config.SCHEDULE_SCALE);
  let balanceSeen: BalanceSeen;
  return [
    { name: "presence", everyMs: PRESENCE_EVERY_MS, run: () => gates.noteWorker() },
    { name: "gate news", everyMs: GATE_NEWS_EVERY_MS, run: () => reportGateNews({ gates, log, metrics, openMs }) },
    {
      name: "sweep",
      everyMs: config.SWEEP_INTERVAL_MS,
      run: async () => void (await sweep({ ...parts, lateMs: config.SWEEP_LATE_MS })),
    },
    {
      name: "balance probe",
      everyMs: config.BALANCE_PROBE_MS,
      run: async () => {
        balanceSeen = await probeBalance({ ...parts, intervalMs: config.BALANCE_PROBE_MS }, balanceSeen);
      },
    },
    {
      name: "retention",
      everyMs: HOUR_MS,
      run: async () => {
        await ledger.shrinkOld(config.RETENTION_DAYS * DAY_MS, SHRUNK_RECORDS_MAX);
        await ledger.gates.forgetOld(HOUR_MS);
      },
    },
  ];
}
