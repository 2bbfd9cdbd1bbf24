/**
 * Settings that are good alone and contradict one another: the program does not start, and says which one is to be
 * changed, against which other, and why. Each row is one pair at the edge of what still goes; every rule has a row.
 */
import { loadProducerConfig, newApiKey } from "@surefill/producer";
import { DEFAULT_TIMINGS, TIMING_RULES } from "@surefill/topup";
import { loadWorkerConfig, WORKER_SETTING_RULES } from "@surefill/worker";
import { describe, expect, test } from "vitest";

const ACCOUNT = { RELOADLY_CLIENT_ID: "client-id", RELOADLY_CLIENT_SECRET: "client-secret" };
const LOCAL = { ...ACCOUNT, RELOADLY_ENVIRONMENT: "local", RELOADLY_URL: "http://127.0.0.1:4010" };
const SANDBOX = { ...ACCOUNT, RELOADLY_ENVIRONMENT: "sandbox" };
const KEYS = { API_KEYS: newApiKey("shop").entry };

type Settings = Record<string, string>;
/** `base` is what both share; `blames` is the setting that the message begins with, `names` what else it names. */
type Pair = { base: Settings; wrong: Settings; right: Settings; blames: string; names: string[] };

const DAY_MS = 86_400_000;
const days = (count: number) => String(count * DAY_MS);

const OF_WORKER: Pair[] = [
  {
    base: LOCAL,
    wrong: { SUBMIT_LEASE_MS: "99999" },
    right: { SUBMIT_LEASE_MS: "100000" },
    blames: "SUBMIT_LEASE_MS",
    names: ["SEND_DEADLINE_MS", "SUBMIT_TIMEOUT_MS"],
  },
  {
    base: LOCAL,
    wrong: { QUIET_MS: "89999" },
    right: { QUIET_MS: "90000" },
    blames: "QUIET_MS",
    names: ["SUBMIT_TIMEOUT_MS"],
  },
  {
    base: LOCAL,
    wrong: { UNKNOWN_AGE_MS_MAX: "1210000" },
    right: { UNKNOWN_AGE_MS_MAX: "1210001" },
    blames: "UNKNOWN_AGE_MS_MAX",
    names: ["SEND_DEADLINE_MS", "QUIET_MS"],
  },
  {
    base: LOCAL,
    wrong: { GATE_FIRST_MS: "300001" },
    right: { GATE_FIRST_MS: "300000" },
    blames: "GATE_DELAY_MS_MAX",
    names: ["GATE_FIRST_MS"],
  },
  {
    base: LOCAL,
    wrong: { REFUSAL_AGE_MS_MAX: "300000" },
    right: { REFUSAL_AGE_MS_MAX: "300001" },
    blames: "REFUSAL_AGE_MS_MAX",
    names: ["GATE_DELAY_MS_MAX"],
  },
  {
    base: LOCAL,
    wrong: { PHONE_GATE_MS: days(2) },
    right: { PHONE_GATE_MS: String(2 * DAY_MS - 1) },
    blames: "REFUSAL_AGE_MS_MAX",
    names: ["PHONE_GATE_MS"],
  },
  {
    base: LOCAL,
    wrong: { POLL_AGE_MS_MAX: "3600" },
    right: { POLL_AGE_MS_MAX: "3600", SCHEDULE_SCALE: "0.9" },
    blames: "POLL_AGE_MS_MAX",
    names: ["SCHEDULE_SCALE"],
  },
  {
    base: LOCAL,
    wrong: { RELOADLY_CONNECTIONS_MAX: "99" },
    right: { RELOADLY_CONNECTIONS_MAX: "100" },
    blames: "RELOADLY_CONNECTIONS_MAX",
    names: ["SUBMIT_CONCURRENCY", "POLL_CONCURRENCY"],
  },
  {
    base: { ...LOCAL, UNKNOWN_AGE_MS_MAX: days(30) },
    wrong: { JOURNAL_DAYS: "33" },
    right: { JOURNAL_DAYS: "34" },
    blames: "JOURNAL_DAYS",
    names: ["UNKNOWN_AGE_MS_MAX", "POLL_AGE_MS_MAX", "REFUSAL_AGE_MS_MAX", "FAILED_HOLD_MS", "FAILED_HOLD_JITTER_MS"],
  },
  {
    base: LOCAL,
    wrong: { RETENTION_DAYS: "2" },
    right: { RETENTION_DAYS: "3" },
    blames: "RETENTION_DAYS",
    names: ["AUDIT_RECENT_MS"],
  },
  {
    base: LOCAL,
    wrong: { AUDIT_RECENT_MS: "3599999" },
    right: { AUDIT_RECENT_MS: "3600000" },
    blames: "AUDIT_RECENT_MS",
    names: ["AUDIT_RECENT_INTERVAL_MS"],
  },
  {
    base: LOCAL,
    wrong: { AUDIT_OPEN_INTERVAL_MS: "3600001" },
    right: { AUDIT_OPEN_INTERVAL_MS: "3600000" },
    blames: "AUDIT_OPEN_INTERVAL_MS",
    names: ["AUDIT_RECENT_INTERVAL_MS"],
  },
  {
    base: LOCAL,
    wrong: { BALANCE_PROBE_MS: "300001" },
    right: { BALANCE_PROBE_MS: "300000" },
    blames: "BALANCE_PROBE_MS",
    names: ["GATE_DELAY_MS_MAX"],
  },
  {
    base: { ...LOCAL, UNKNOWN_AGE_MS_MAX: "1300000" },
    wrong: { SWEEP_LATE_MS: "1295000" },
    right: { SWEEP_LATE_MS: "1294999" },
    blames: "SWEEP_LATE_MS",
    names: ["SWEEP_INTERVAL_MS", "UNKNOWN_AGE_MS_MAX"],
  },
  {
    base: SANDBOX,
    wrong: { WEBHOOK_SCHEDULE_SCALE: "0.5" },
    right: { WEBHOOK_SCHEDULE_SCALE: "1" },
    blames: "WEBHOOK_SCHEDULE_SCALE",
    names: ["RELOADLY_ENVIRONMENT"],
  },
];

/** Waits that the provider's own rules ask for: below them is for the local sandbox only. */
const BELOW_THE_PROVIDER: Pair[] = [
  ["SEND_DEADLINE_MS", "9999", "10000"],
  ["QUIET_MS", "1099999", "1100000"],
  ["FAILED_HOLD_MS", "1799999", "1800000"],
  ["PHONE_GATE_MS", "119999", "120000"],
  ["SCHEDULE_SCALE", "0.5", "1"],
].map(([name = "", wrong = "", right = ""]) => ({
  base: SANDBOX,
  wrong: { [name]: wrong },
  right: { [name]: right },
  blames: name,
  names: ["Reloadly"],
}));

const BETWEEN_ACCOUNT_AND_ADDRESS: Pair[] = [
  {
    base: SANDBOX,
    wrong: { RELOADLY_URL: "http://127.0.0.1:4010" },
    right: {},
    blames: "RELOADLY_URL",
    names: ["RELOADLY_ENVIRONMENT"],
  },
  {
    base: { ...ACCOUNT, RELOADLY_ENVIRONMENT: "local" },
    wrong: {},
    right: { RELOADLY_URL: "http://127.0.0.1:4010" },
    blames: "RELOADLY_URL",
    names: ["RELOADLY_ENVIRONMENT"],
  },
];

const OF_PRODUCER: Pair[] = [
  {
    base: { ...LOCAL, BOARD_PASSWORD_HASH: `scrypt.${"a".repeat(22)}.${"b".repeat(43)}` },
    wrong: { BOARD_PASSWORD: "a good long password" },
    right: {},
    blames: "BOARD_PASSWORD_HASH",
    names: ["BOARD_PASSWORD"],
  },
  {
    base: LOCAL,
    wrong: { KEY_AMOUNT_PER_DAY_MAX: "20,Shop:500" },
    right: { KEY_AMOUNT_PER_DAY_MAX: "20,shop:500" },
    blames: "KEY_AMOUNT_PER_DAY_MAX",
    names: ["API_KEYS", '"Shop"'],
  },
];

/** The lines of the refusal, without its heading; empty where the settings are taken. */
function complaints(load: () => unknown): string[] {
  try {
    load();
    return [];
  } catch (error) {
    return String((error as Error).message)
      .split("\n")
      .slice(1);
  }
}

describe.each([
  ["a worker", loadWorkerConfig, [...OF_WORKER, ...BELOW_THE_PROVIDER, ...BETWEEN_ACCOUNT_AND_ADDRESS]],
  [
    "a producer",
    (env: Settings) => loadProducerConfig({ ...KEYS, ...env }),
    [...OF_PRODUCER, ...BELOW_THE_PROVIDER.slice(0, 3), ...BETWEEN_ACCOUNT_AND_ADDRESS],
  ],
] as const)("%s", (_, load, pairs) => {
  test.each(pairs)("does not start with $wrong, and says why; it starts with $right", (pair) => {
    const lines = complaints(() => load({ ...pair.base, ...pair.wrong }));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trim()).toMatch(new RegExp(`^${pair.blames}: `));
    for (const name of pair.names) expect(lines[0]).toContain(name);
    expect(complaints(() => load({ ...pair.base, ...pair.right }))).toEqual([]);
  });
});

test("every rule between settings of the worker has its pair, and each pair breaks one rule alone", () => {
  const rules = [...TIMING_RULES, ...WORKER_SETTING_RULES];
  const broken = OF_WORKER.map(({ base, wrong }) => complaints(() => loadWorkerConfig({ ...base, ...wrong })).join());
  const untested = rules.filter(({ path, message }) => {
    const reason =
      typeof message === "string" ? message : message(loadWorkerConfig(LOCAL)).replace(/ \(\d+ days\).*/, "");
    return !broken.some((line) => line.includes(`${path}: ${reason}`));
  });
  expect(untested).toEqual([]);
  expect(broken).toHaveLength(rules.length);
});

test("the settings as shipped contradict nothing", () => {
  expect(complaints(() => loadWorkerConfig(SANDBOX))).toEqual([]);
  expect(complaints(() => loadProducerConfig({ ...KEYS, ...SANDBOX }))).toEqual([]);
  expect(TIMING_RULES.every(({ holds }) => holds(DEFAULT_TIMINGS))).toBe(true);
});
