/**
 * What the demo shortens so that minutes become seconds. The rules are the shipped ones; only these times differ, and
 * the demo prints them beside the shipped values.
 */
export const SHORTENED = [
  { name: "FAILED_HOLD_MS", demo: "4000", shipped: "1800000 (30 minutes)" },
  { name: "FAILED_HOLD_JITTER_MS", demo: "500", shipped: "60000" },
  { name: "SCHEDULE_SCALE", demo: "0.1", shipped: "1 (polls after 3, 5, 8, 15, 30, 60 s …)" },
  { name: "QUIET_MS", demo: "6000", shipped: "1200000 (20 minutes)" },
  { name: "SEND_DEADLINE_MS", demo: "2000", shipped: "10000" },
  { name: "SUBMIT_TIMEOUT_MS", demo: "4000", shipped: "90000" },
  { name: "SUBMIT_LEASE_MS", demo: "7000", shipped: "120000" },
  { name: "PHONE_GATE_MS", demo: "2000", shipped: "130000" },
  { name: "GATE_FIRST_MS", demo: "2000", shipped: "30000" },
  { name: "GATE_DELAY_MS_MAX", demo: "5000", shipped: "900000" },
  { name: "BALANCE_PROBE_MS", demo: "500", shipped: "15000" },
  { name: "SWEEP_INTERVAL_MS", demo: "1000", shipped: "5000" },
  { name: "SWEEP_LATE_MS", demo: "3000", shipped: "30000" },
];

export const shortenedEnv = Object.fromEntries(SHORTENED.map(({ name, demo }) => [name, demo]));

/** What the local Reloadly is started with: an account that runs dry half-way, quick operators, and books for an audit. */
export const SANDBOX_ARGS = [
  "--port",
  "0",
  "--json",
  "--balance",
  "150",
  "--processing-ms",
  "200-600",
  "--phone-recharge-window-ms",
  "0",
  "--record-posts",
];

/** Paid in when the account has run dry, in its currency. */
export const PAID_IN = "400";
