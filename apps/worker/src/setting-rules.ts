import type { WorkerConfig } from "./config.js";

const DAY_MS = 86_400_000;

/** A rule between two settings or more: which one is to be changed, whether it holds, and why it is there. */
export type SettingRule = {
  path: keyof WorkerConfig;
  holds: (config: WorkerConfig) => boolean;
  message: (config: WorkerConfig) => string;
};

/** How long after its latest claim a top-up may still be open, waits of a person apart. */
function openMsMax(config: WorkerConfig): number {
  const { UNKNOWN_AGE_MS_MAX, POLL_AGE_MS_MAX, REFUSAL_AGE_MS_MAX, FAILED_HOLD_MS, FAILED_HOLD_JITTER_MS } = config;
  return UNKNOWN_AGE_MS_MAX + POLL_AGE_MS_MAX + REFUSAL_AGE_MS_MAX + FAILED_HOLD_MS + FAILED_HOLD_JITTER_MS;
}

/** The rules between settings of the worker; those between timings alone are beside the timings. */
export const WORKER_SETTING_RULES: readonly SettingRule[] = [
  {
    path: "RELOADLY_CONNECTIONS_MAX",
    holds: (c) => c.RELOADLY_CONNECTIONS_MAX >= c.SUBMIT_CONCURRENCY + c.POLL_CONCURRENCY,
    message: (c) =>
      `must be at least SUBMIT_CONCURRENCY + POLL_CONCURRENCY (${c.SUBMIT_CONCURRENCY + c.POLL_CONCURRENCY}), or claimed top-ups wait for a connection until they are too old to be sent`,
  },
  {
    path: "JOURNAL_DAYS",
    holds: (c) => c.JOURNAL_DAYS * DAY_MS >= openMsMax(c),
    message: (c) =>
      `must be at least UNKNOWN_AGE_MS_MAX + POLL_AGE_MS_MAX + REFUSAL_AGE_MS_MAX + FAILED_HOLD_MS + FAILED_HOLD_JITTER_MS (${Math.ceil(openMsMax(c) / DAY_MS)} days), or the journal forgets what was sent while the top-up is still open, and a rebuild does not know it`,
  },
  {
    path: "RETENTION_DAYS",
    holds: (c) => c.RETENTION_DAYS * DAY_MS >= c.AUDIT_RECENT_MS,
    message: () =>
      "must be at least AUDIT_RECENT_MS, or recent transactions are held against top-ups of which only a tombstone is left",
  },
  {
    path: "AUDIT_RECENT_MS",
    holds: (c) => c.AUDIT_RECENT_MS >= c.AUDIT_RECENT_INTERVAL_MS,
    message: () => "must be at least AUDIT_RECENT_INTERVAL_MS, or no audit looks at what happens between two of them",
  },
  {
    path: "AUDIT_OPEN_INTERVAL_MS",
    holds: (c) => c.AUDIT_OPEN_INTERVAL_MS <= c.AUDIT_RECENT_INTERVAL_MS,
    message: () => "must be at most AUDIT_RECENT_INTERVAL_MS: it is the quick look between two thorough ones",
  },
  {
    path: "BALANCE_PROBE_MS",
    holds: (c) => c.BALANCE_PROBE_MS <= c.GATE_DELAY_MS_MAX,
    message: () =>
      "must be at most GATE_DELAY_MS_MAX, or a gate that is closed for want of money opens before the balance is asked for",
  },
  {
    path: "SWEEP_LATE_MS",
    holds: (c) => c.SWEEP_LATE_MS + c.SWEEP_INTERVAL_MS < c.UNKNOWN_AGE_MS_MAX,
    message: () =>
      "must be, with SWEEP_INTERVAL_MS, below UNKNOWN_AGE_MS_MAX, or an outcome whose job is lost ends in review before it is looked up",
  },
  {
    path: "WEBHOOK_SCHEDULE_SCALE",
    holds: (c) => c.RELOADLY_ENVIRONMENT === "local" || c.WEBHOOK_SCHEDULE_SCALE === 1,
    message: () => "must be 1 against Reloadly (RELOADLY_ENVIRONMENT); less is for the local sandbox only",
  },
];
