/**
 * The names of all settings, for finding those that nobody reads: a program knows its own, and an env file is one for
 * all programs. A test holds the list against the schemas.
 */
import type { Environment } from "./env.js";

/** Every setting of producer and worker. */
export const SETTING_NAMES: readonly string[] = [
  "API_KEYS",
  "AUDIT_FOREIGN",
  "AUDIT_LOG_DAYS",
  "AUDIT_OPEN_INTERVAL_MS",
  "AUDIT_RECENT_INTERVAL_MS",
  "AUDIT_RECENT_MS",
  "BALANCE_PROBE_MS",
  "BOARD_LABEL",
  "BOARD_PASSWORD",
  "BOARD_PASSWORD_HASH",
  "BOARD_USER",
  "BUILD_COMMIT",
  "CAMPAIGN_INTERVAL_MS",
  "CONNECTIONS_PER_ADDRESS_MAX",
  "EVENT_FOLLOWERS_MAX",
  "EVENT_FOLLOWERS_PER_KEY_MAX",
  "EVENT_HEARTBEAT_MS",
  "FAILED_HOLD_JITTER_MS",
  "FAILED_HOLD_MS",
  "GATE_DELAY_MS_MAX",
  "GATE_FIRST_MS",
  "JOURNAL_DAYS",
  "KEY_AMOUNT_PER_DAY_MAX",
  "LOG_LEVEL",
  "PHONE_GATE_MS",
  "POLL_AGE_MS_MAX",
  "POLL_CONCURRENCY",
  "PRODUCER_HOST",
  "PRODUCER_PORT",
  "PUBLIC_URL",
  "QUIET_MS",
  "READER_STALL_MS",
  "REDIS_CHECKS",
  "REDIS_PREFIX",
  "REDIS_URL",
  "REFUSAL_AGE_MS_MAX",
  "RELOADLY_CLIENT_ID",
  "RELOADLY_CLIENT_SECRET",
  "RELOADLY_CONNECTIONS_MAX",
  "RELOADLY_ENVIRONMENT",
  "RELOADLY_URL",
  "RELOADLY_WEBHOOK_AGE_MS_MAX",
  "RELOADLY_WEBHOOK_SECRET",
  "RELOADLY_WEBHOOK_SEPARATOR",
  "REQUESTS_PER_KEY_MAX",
  "RETENTION_DAYS",
  "SCHEDULE_SCALE",
  "SEND_DEADLINE_MS",
  "SESSION_IDLE_MS",
  "SESSION_MS_MAX",
  "SHUTDOWN_MS",
  "STATE_DIR",
  "SUBMIT_ATTEMPTS_MAX",
  "SUBMIT_CONCURRENCY",
  "SUBMIT_LEASE_MS",
  "SUBMIT_TIMEOUT_MS",
  "SWEEP_INTERVAL_MS",
  "SWEEP_LATE_MS",
  "TOPUP_AMOUNT_MAX",
  "UNKNOWN_AGE_MS_MAX",
  "UNKNOWN_ROUNDS_MAX",
  "UPLOADS_PER_KEY_MAX",
  "UPLOAD_BYTES_MAX",
  "UPLOAD_DAYS",
  "UPLOAD_ROWS_MAX",
  "WEBHOOK_ALLOWED_NETWORKS",
  "WEBHOOK_CONCURRENCY",
  "WEBHOOK_SCHEDULE_SCALE",
  "WEBHOOK_TIMEOUT_MS",
  "WORKER_HOST",
  "WORKER_PORT",
];

/** Read by the command, the scripts, the tests and docker-compose.yml. */
const OTHER_NAMES: readonly string[] = [
  "PRODUCER_PUBLISH",
  "REDIS_PASSWORD",
  "SUREFILL_ENV_FILE",
  "SUREFILL_KEY",
  "SUREFILL_REDIS_SERVER",
  "SUREFILL_TEST_RUN",
  "SUREFILL_URL",
];

/** Whoever sets a name that begins like this means us. */
const OUR_PREFIX =
  /^(?:AUDIT|BALANCE|BOARD|CAMPAIGN|FAILED|GATE|JOURNAL|POLL|PRODUCER|QUIET|REDIS|RELOADLY|RETENTION|SCHEDULE|SUBMIT|SUREFILL|SWEEP|UNKNOWN|UPLOAD|WEBHOOK|WORKER)_/;
const NAME_LENGTH_MAX = 60;
const UNKNOWN_MAX = 50;

/** A setting that no program reads, and the one that was meant, where one is near. Values are never shown. */
export type UnknownSetting = { name: string; didYouMean?: string };

/** The settings that look like ours and are none: a misspelt limit is a limit that does not hold. */
export function unknownSettings(env: Environment): readonly UnknownSetting[] {
  const known = new Set([...SETTING_NAMES, ...OTHER_NAMES]);
  return Object.keys(env)
    .filter((name) => !known.has(name) && name.length <= NAME_LENGTH_MAX)
    .flatMap((name) => {
      const meant = nearest(name.toUpperCase());
      if (meant === undefined && !OUR_PREFIX.test(name.toUpperCase())) return [];
      return [{ name, ...(meant !== undefined && { didYouMean: meant }) }];
    })
    .slice(0, UNKNOWN_MAX);
}

function nearest(name: string): string | undefined {
  let found: string | undefined;
  // Short names of others are near ours by chance.
  let best = name.length < 8 ? 2 : 3;
  for (const known of SETTING_NAMES) {
    const distance = Math.abs(known.length - name.length) >= best ? best : editDistance(name, known);
    if (distance < best) [found, best] = [known, distance];
  }
  return found;
}

/** How many letters are put in, left out or replaced between two short texts. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
