/**
 * Time as the sandbox sees it. Everything that waits or reads the time does it through this port, so that a test
 * can let two minutes or half an hour pass without waiting.
 */
export interface Clock {
  /** Milliseconds since 1970 in UTC. */
  nowMs(): number;
  /** Runs `action` once, `delayMs` from now. The function that comes back cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

/** The machine's own time. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

const HOUR_MS = 3_600_000;

/** Reports read their dates as wall clock of this zone, although every body is in UTC. */
export const REPORT_ZONE_OFFSET_MS = -4 * HOUR_MS;

/** `yyyy-MM-dd HH:mm:ss` in UTC, the form of every time in a body. */
export function formatTime(timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** The ISO form with a numeric zone that Spring's default error body carries. */
export function formatSpringTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace("Z", "+0000");
}

/** Reads a report's `startDate` or `endDate`: milliseconds since 1970 in UTC, or undefined when it is no such date. */
export function parseReportDate(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return undefined;
  const wallClockMs = Date.parse(`${text.replace(" ", "T")}Z`);
  return Number.isNaN(wallClockMs) ? undefined : wallClockMs - REPORT_ZONE_OFFSET_MS;
}
