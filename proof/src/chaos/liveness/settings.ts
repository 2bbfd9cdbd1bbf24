/** Settings with the proportions of the shipped ones, in less time. */
import { DEFAULT_TIMINGS } from "@surefill/topup";

const IS_TIME = /_MS(_MAX)?$/;

/** Waits of the worker that are not among the timings, as shipped. */
const WORKER_WAITS_MS = { BALANCE_PROBE_MS: 15_000, SWEEP_INTERVAL_MS: 5_000, SWEEP_LATE_MS: 30_000 };

/** Every wait divided by `factor`; counts, such as rounds and attempts, as shipped. */
export function shortenedBy(factor: number): Record<string, string> {
  const waits = Object.entries({ ...DEFAULT_TIMINGS, ...WORKER_WAITS_MS }).filter(([name]) => IS_TIME.test(name));
  return {
    ...Object.fromEntries(waits.map(([name, ms]) => [name, String(Math.round(ms / factor))])),
    // Four decimals, as settings have.
    SCHEDULE_SCALE: String(Number((1 / factor).toFixed(4))),
  };
}

/** The local Reloadly without a fault: as quick as the real one, and with a connection for every request. */
export const QUIET_PROVIDER: Readonly<Record<string, string | true>> = {
  balance: "1000000",
  "latency-ms": "15-60",
  "processing-ms": "100-600",
  "phone-recharge-window-ms": "0",
  "close-connections": true,
};
