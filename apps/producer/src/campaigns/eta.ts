import type { DailyWindow } from "@surefill/campaign";
import type { MinutePoint } from "@surefill/topup-store";

/** How many rows became final per second: lately, and on the whole. Both 0 while nothing can be said. */
export type Pace = { nowPerS: number; sinceStartPerS: number };

/** Between which times a campaign will be through, in milliseconds since 1970. */
export type Eta = { earliestMs: number; latestMs: number };

const MINUTE_MS = 60_000;
const MINUTES_LOOKED_AT = 5;
const DAY_MS = 86_400_000;

/** Even a pace that was the same all along is not known better than this. */
const DOUBT = 0.1;

/** A row that was held is asked about once more, and sent once more where that is needed. */
const HELD_TAIL_MS = 120_000;

/** A pace that would take longer tells nothing, and a time may be too far away for any calendar. */
const SENDING_MS_MAX = 10 * 365 * DAY_MS;

/** What the pace is taken from: the latest points of the series, and the rows of this campaign that are final. */
export type PaceBasis = { points: readonly MinutePoint[]; finals: number; startedAtMs: number; nowMs: number };

/**
 * The pace of a campaign. `nowPerS` is the median of the last five whole minutes, so that one minute's hiccup does not
 * show; in its first minute, the mean. Points get wider in a long run, and then the newest that is over is taken.
 */
export function paceOf({ points, finals, startedAtMs, nowMs }: PaceBasis): Pace {
  const elapsedMs = nowMs - startedAtMs;
  const sinceStartPerS = elapsedMs > 0 ? (finals / elapsedMs) * 1_000 : 0;
  const wide = points.findLast(({ atMs, widthMs }) => widthMs > MINUTE_MS && atMs + widthMs <= nowMs);
  if (wide !== undefined) {
    const isLate = nowMs - wide.atMs > 2 * wide.widthMs;
    return { nowPerS: isLate ? 0 : (finalsOf(wide) / wide.widthMs) * 1_000, sinceStartPerS };
  }
  const minuteNow = Math.floor(nowMs / MINUTE_MS);
  const firstWhole = Math.floor(startedAtMs / MINUTE_MS) + 1;
  const minutes = Array.from({ length: MINUTES_LOOKED_AT }, (_, index) => minuteNow - 1 - index);
  const counts = minutes
    .filter((minute) => minute >= firstWhole)
    .map((minute) => points.find(({ atMs }) => atMs === minute * MINUTE_MS))
    .map((point) => (point === undefined ? 0 : finalsOf(point)));
  return { nowPerS: counts.length === 0 ? sinceStartPerS : median(counts) / 60, sinceStartPerS };
}

function finalsOf({ succeeded, refunded, failed, rejected, cancelled }: MinutePoint): number {
  return succeeded + refunded + failed + rejected + cancelled;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** What an estimate is made from. */
export type EtaBasis = {
  nowMs: number;
  /** Rows that can still become final by themselves. */
  rowsLeft: number;
  pace: Pace;
  /** Rows of these that wait for a time of their own, and when the last of them is looked at again; 0 where none is. */
  rowsHeld?: number;
  heldUntilMs?: number;
  /** How long a row that waits now may take at the least: a FAILED hold. 0 when none waits. */
  tailMs: number;
  /** The daily window that is open now or comes next, and how long it is open each day. */
  window?: { fromMs: number; untilMs: number; dailyMs: number };
};

/**
 * When a campaign will be through: from its better pace to its worse, through the hours in which it may send.
 * `undefined` while no row has become final, since nothing can be told from that.
 */
export function estimate(basis: EtaBasis): Eta | undefined {
  const { nowMs, pace, tailMs, rowsHeld = 0, heldUntilMs = 0 } = basis;
  if (basis.rowsLeft === 0) return { earliestMs: nowMs, latestMs: nowMs };
  // What waits for its time does not take part in the pace: it would make the rest look slower by the minute.
  const rowsLeft = heldUntilMs > nowMs ? basis.rowsLeft - rowsHeld : basis.rowsLeft;
  if (rowsLeft <= 0) return { earliestMs: heldUntilMs, latestMs: Math.max(heldUntilMs + HELD_TAIL_MS, nowMs + tailMs) };
  const paces = [pace.nowPerS, pace.sinceStartPerS].filter((perS) => perS > 0);
  if (paces.length === 0) return undefined;
  const sendingMs = (perS: number, factor: number) => Math.min((rowsLeft / perS) * 1_000 * factor, SENDING_MS_MAX);
  const shortestMs = sendingMs(Math.max(...paces), 1 - DOUBT);
  const longestMs = sendingMs(Math.min(...paces), 1 + DOUBT);
  return {
    earliestMs: Math.max(afterSending(basis, shortestMs), heldUntilMs),
    latestMs: Math.max(afterSending(basis, longestMs), heldUntilMs, nowMs + tailMs),
  };
}

/** The time after so many milliseconds of sending. Days are taken for 24 hours: an hour's change is within the range. */
function afterSending({ nowMs, window }: EtaBasis, sendingMs: number): number {
  if (window === undefined) return nowMs + sendingMs;
  const { fromMs, untilMs, dailyMs } = window;
  const startMs = Math.max(nowMs, fromMs);
  const today = Math.max(0, untilMs - startMs);
  if (sendingMs <= today) return startMs + sendingMs;
  const rest = sendingMs - today;
  const days = Math.floor(rest / dailyMs);
  return untilMs + (DAY_MS - dailyMs) + days * DAY_MS + (rest - days * dailyMs);
}

/** How long a daily window is open. */
export function dailyMsOf({ from, to }: DailyWindow): number {
  const open = minutesOf(to) - minutesOf(from);
  return (open > 0 ? open : open + 24 * 60) * MINUTE_MS;
}

function minutesOf(clockTime: string): number {
  const [hours = 0, minutes = 0] = clockTime.split(":").map(Number);
  return hours * 60 + minutes;
}
