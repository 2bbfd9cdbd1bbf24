/** What a run is: how long, how much, with which timings, and what it must have done to prove anything. */
import { everyFault, type FaultKind, type Wanted } from "./fault-schedule.js";

/**
 * Timings in which minutes are seconds; their order, and the rules between them, are those of production. The quiet
 * period outlasts everything that can hold a POST up here: three seconds of latency on the line, and six in which
 * the provider keeps it or hangs.
 */
const SHORTENED = {
  SCHEDULE_SCALE: "0.05",
  SEND_DEADLINE_MS: "2000",
  SUBMIT_TIMEOUT_MS: "3000",
  SUBMIT_LEASE_MS: "5500",
  QUIET_MS: "10000",
  FAILED_HOLD_MS: "3000",
  FAILED_HOLD_JITTER_MS: "500",
  PHONE_GATE_MS: "1300",
  GATE_FIRST_MS: "300",
  GATE_DELAY_MS_MAX: "2000",
  BALANCE_PROBE_MS: "500",
  // In one quiet period come more faults here than in a month of production, so an attempt may become unknown five times
  // before a person has to decide, and not three.
  UNKNOWN_ROUNDS_MAX: "5",
  SHUTDOWN_MS: "8000",
  WEBHOOK_SCHEDULE_SCALE: "0.01",
} as const;

/** The effects that a run must have had, or it has proved nothing. */
export type Minimums = {
  topups: number;
  faults: number;
  redeliveries: number;
  /** Faults that must have come at least once. */
  wanted: readonly Wanted[];
  redisKills: number;
  /** Moves that a fence refused, unknown outcomes that were found and adopted, top-ups in mid-POST at a kill. */
  staleMoves: number;
  adopted: number;
  midPostKills: number;
};

export type Profile = {
  name: "long" | "short" | "redis-kills";
  /** Of load and faults; what follows until everything is settled comes on top. */
  durationMs: number;
  /** No fault begins after this, however many are left; without end where their number is what was asked for. */
  faultsUntilMs: number;
  gapScale: number;
  callers: number;
  topupsPerSecond: number;
  settings: Readonly<Record<string, string>>;
  minimums: Minimums;
  /** After the last fault, everything must be settled within this. */
  settleDeadlineMs: number;
  /** Shares of jobs taken over after a kill, with their limits. */
  takeoverLimitsMs: { p50: number; p99: number } | undefined;
};

/** What comes within half a minute on a machine that is busy; the rest is for longer runs. */
const FIRST_FAULTS: readonly Wanted[] = [
  { on: "worker", oneOf: ["kill"] },
  { on: "worker", oneOf: ["freeze"] },
  { on: "redis", oneOf: ["kill"] },
  { on: "redis", oneOf: ["disk-refuses"] },
  { on: "provider", oneOf: ["hang", "outage", "empty-wallet"] },
  { on: "provider-line", oneOf: ["reset"] },
  { on: "provider-line", oneOf: ["half-open"] },
  { on: "redis-line", oneOf: ["reset"] },
  { on: "redis-line", oneOf: ["half-open"] },
];

/** Below this a run has its own, denser rhythm. */
const LONG_FROM_MINUTES = 3;

/**
 * The profile of `--minutes`, on a machine that cannot do the faults of `without`. A long run keeps the shipped locks and
 * sweep, so that its recovery times mean something.
 */
export function profileOf(minutes: number, without: readonly FaultKind[]): Profile {
  const durationMs = Math.round(minutes * 60_000);
  if (minutes >= LONG_FROM_MINUTES) {
    return {
      name: "long",
      durationMs,
      faultsUntilMs: durationMs,
      gapScale: 1.2,
      callers: 12,
      topupsPerSecond: 24,
      settings: SHORTENED,
      minimums: {
        topups: Math.floor(minutes * 1_000),
        faults: Math.floor(minutes * 15),
        redeliveries: Math.floor(minutes * 2),
        wanted: everyFault(without),
        redisKills: Math.floor(minutes),
        staleMoves: Math.floor(minutes),
        adopted: Math.floor(minutes * 10),
        midPostKills: 1,
      },
      settleDeadlineMs: 180_000,
      takeoverLimitsMs: { p50: 10_000, p99: 45_000 },
    };
  }
  return {
    name: "short",
    durationMs,
    faultsUntilMs: durationMs,
    gapScale: 0.3,
    callers: 4,
    topupsPerSecond: 10,
    settings: { ...SHORTENED, SWEEP_INTERVAL_MS: "500", SWEEP_LATE_MS: "3000" },
    minimums: {
      topups: Math.floor(minutes * 200),
      faults: Math.floor(minutes * 20),
      redeliveries: Math.max(1, Math.floor(minutes * 3)),
      wanted: minutes < 1 ? possible(FIRST_FAULTS, without) : everyFault(without),
      redisKills: 1,
      staleMoves: 0,
      adopted: 1,
      midPostKills: 0,
    },
    settleDeadlineMs: 90_000,
    takeoverLimitsMs: undefined,
  };
}

function possible(wanted: readonly Wanted[], without: readonly FaultKind[]): Wanted[] {
  return wanted.filter(({ oneOf }) => oneOf.some((kind) => !without.includes(kind)));
}

/** The profile of `--redis-kills`: nothing but kills of Redis under load. */
export function redisKillsProfile(count: number, durationMs: number): Profile {
  return {
    ...profileOf(LONG_FROM_MINUTES, []),
    name: "redis-kills",
    durationMs,
    faultsUntilMs: Number.POSITIVE_INFINITY,
    settings: { ...SHORTENED, SWEEP_INTERVAL_MS: "1000", SWEEP_LATE_MS: "5000" },
    minimums: {
      topups: count * 10,
      faults: count,
      redeliveries: 0,
      wanted: [{ on: "redis", oneOf: ["kill"] }],
      redisKills: count,
      staleMoves: 0,
      adopted: 1,
      midPostKills: 0,
    },
    takeoverLimitsMs: undefined,
  };
}
