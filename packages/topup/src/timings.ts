import { z } from "zod";
import { nextPollDelayMs } from "./schedules.js";

/** A number in plain decimal digits, as a setting spells it: `0x10`, `1e6`, `30m` and ` 5` are refused. */
function plainNumber({ least, most, what }: { least: number; most: number; what: string }, pattern = /^\d{1,15}$/) {
  return z.string().transform((text, context) => {
    const value = pattern.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    context.addIssue(`is not ${what} from ${least} to ${most}`);
    return z.NEVER;
  });
}

const durationMs = plainNumber({ least: 1, most: 30 * 86_400_000, what: "a whole number of milliseconds" });
const upToTen = plainNumber({ least: 1, most: 10, what: "a whole number" });

/**
 * The settings on which the money rules stand, in milliseconds unless they are counts. Defaults are the ones
 * to run with; only a demo, a test or a rehearsal shortens them.
 */
export const timingFields = {
  SEND_DEADLINE_MS: durationMs
    .default(10_000)
    .describe("A granted claim is sent within this time or never; that of a campaign's row within 800 at most"),
  SUBMIT_TIMEOUT_MS: durationMs.default(90_000).describe("How long the answer to a POST may take"),
  SUBMIT_LEASE_MS: durationMs
    .default(120_000)
    .describe("How long a claim belongs to its worker; after that the outcome is unknown"),
  QUIET_MS: durationMs
    .default(1_200_000)
    .describe("Quiet period after a POST of unknown outcome before its absence from the report is believed"),
  FAILED_HOLD_MS: durationMs.default(1_800_000).describe("Hold after the provider said FAILED"),
  FAILED_HOLD_JITTER_MS: plainNumber({ least: 0, most: 60_000, what: "a whole number of milliseconds" })
    .default(60_000)
    .describe("Random time added to the hold, so that holds do not end together"),
  SUBMIT_ATTEMPTS_MAX: upToTen.default(3).describe("Attempts at the provider"),
  UNKNOWN_ROUNDS_MAX: upToTen.default(3).describe("How often one attempt may become unknown before a person decides"),
  UNKNOWN_AGE_MS_MAX: durationMs.default(172_800_000).describe("How long an outcome may stay unknown"),
  POLL_AGE_MS_MAX: durationMs.default(86_400_000).describe("How long the provider may stay in PROCESSING"),
  REFUSAL_AGE_MS_MAX: durationMs
    .default(172_800_000)
    .describe("How long a passing refusal of one recipient or operator may last before the top-up fails"),
  PHONE_GATE_MS: durationMs.default(130_000).describe("Wait after PHONE_RECENTLY_RECHARGED (their rule: 2 minutes)"),
  GATE_FIRST_MS: durationMs.default(30_000).describe("First wait of an account or operator gate; doubles"),
  GATE_DELAY_MS_MAX: durationMs.default(300_000).describe("Longest wait of an account or operator gate"),
  SCHEDULE_SCALE: plainNumber({ least: 0.000_1, most: 1, what: "a decimal number" }, /^[01](?:\.\d{1,6})?$/)
    .default(1)
    .describe("Shrinks the poll and look-up schedules; only for demos and tests"),
};

const timingsSchema = z.object(timingFields);
export type Timings = Readonly<z.output<typeof timingsSchema>>;

/** The shipped timings. */
export const DEFAULT_TIMINGS: Timings = Object.freeze(timingsSchema.parse({}));

/** A rule between timings, with the reason it exists. */
export type TimingRule = { path: keyof Timings; holds: (timings: Timings) => boolean; message: string };

/** The longest first wait of the poll schedule, jitter included. */
function firstPollMsMax(timings: Timings): number {
  return nextPollDelayMs(1, () => 1, timings);
}

/** The rules between timings, for a test to hold its table against. */
export const TIMING_RULES: readonly TimingRule[] = [
  {
    path: "SUBMIT_LEASE_MS",
    holds: (t) => t.SUBMIT_LEASE_MS >= t.SEND_DEADLINE_MS + t.SUBMIT_TIMEOUT_MS,
    message:
      "must be at least SEND_DEADLINE_MS + SUBMIT_TIMEOUT_MS, or a claim is taken for lost while its answer can still come",
  },
  {
    path: "QUIET_MS",
    holds: (t) => t.QUIET_MS >= t.SUBMIT_TIMEOUT_MS,
    message: "must be at least SUBMIT_TIMEOUT_MS, or a second POST can overlap the first at the provider",
  },
  {
    path: "UNKNOWN_AGE_MS_MAX",
    holds: (t) => t.UNKNOWN_AGE_MS_MAX > t.SEND_DEADLINE_MS + t.QUIET_MS,
    message:
      "must be above SEND_DEADLINE_MS + QUIET_MS, or an unknown outcome ends in review before its absence from the report is believed",
  },
  {
    path: "GATE_DELAY_MS_MAX",
    holds: (t) => t.GATE_DELAY_MS_MAX >= t.GATE_FIRST_MS,
    message: "must be at least GATE_FIRST_MS: it bounds the wait that starts there",
  },
  {
    path: "REFUSAL_AGE_MS_MAX",
    holds: (t) => t.REFUSAL_AGE_MS_MAX > t.GATE_DELAY_MS_MAX,
    message: "must be above GATE_DELAY_MS_MAX, or a top-up fails for good during one wait at a gate",
  },
  {
    path: "REFUSAL_AGE_MS_MAX",
    holds: (t) => t.REFUSAL_AGE_MS_MAX > t.PHONE_GATE_MS,
    message: "must be above PHONE_GATE_MS, or a top-up fails for good before its phone may be recharged again",
  },
  {
    path: "POLL_AGE_MS_MAX",
    holds: (t) => t.POLL_AGE_MS_MAX > firstPollMsMax(t),
    message:
      "must be above the first wait before a poll (3.6 s, times SCHEDULE_SCALE), or no poll is made before it ends",
  },
];

/**
 * With the real provider the quiet period covers TCP's longest retransmission (about 15 minutes) and more. It begins
 * when the send deadline is over, which producer and worker are configured with apart: the floor keeps them together.
 */
export const LIVE_FLOORS_MS = {
  SEND_DEADLINE_MS: 10_000,
  QUIET_MS: 1_100_000,
  FAILED_HOLD_MS: 1_800_000,
  PHONE_GATE_MS: 120_000,
} as const;

/** Adds to a schema's context every rule between timings that `timings` breaks. For a config's `superRefine`. */
export function checkTimings(timings: Timings, context: z.RefinementCtx): void {
  for (const rule of TIMING_RULES) {
    if (!rule.holds(timings)) context.addIssue({ code: "custom", path: [rule.path], message: rule.message });
  }
}

/**
 * Adds every timing that is too short for Reloadly itself, as against a local stand-in. A process is asked for the
 * timings that it has.
 */
export function checkLiveTimings(timings: Partial<Timings>, context: z.RefinementCtx): void {
  for (const [path, floorMs] of Object.entries(LIVE_FLOORS_MS) as [keyof typeof LIVE_FLOORS_MS, number][]) {
    if ((timings[path] ?? floorMs) < floorMs) {
      context.addIssue({
        code: "custom",
        path: [path],
        message: `must be at least ${floorMs} against Reloadly; shorter is for the local sandbox only`,
      });
    }
  }
  if ((timings.SCHEDULE_SCALE ?? 1) !== 1) {
    context.addIssue({ code: "custom", path: ["SCHEDULE_SCALE"], message: "must be 1 against Reloadly" });
  }
}
