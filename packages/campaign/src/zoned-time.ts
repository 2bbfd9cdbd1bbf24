/** When a campaign starts: a local date and time, and the IANA zone it is read in. */
export type StartAt = { at: string; zone: string };

/** Times of day ("08:00") in an IANA zone. `to` before `from` means over midnight. */
export type DailyWindow = { from: string; to: string; zone: string };

/** A date and time of day, as the clocks of some zone show it. Months count from 1. */
export type WallTime = { year: number; month: number; day: number; hour: number; minute: number; second: number };

const DAY_MS = 86_400_000;

/**
 * When the clocks of a zone show this time, in milliseconds since 1970. A time that they skip (summer time begins)
 * is moved on by as much as they skip; of a time that they show twice (it ends) the first is meant.
 */
export function instantOf(wall: WallTime, zone: string): number {
  const { year, month, day, hour, minute, second } = wall;
  const asIfUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const beforeMs = offsetMs(asIfUtc - DAY_MS, zone);
  const afterMs = offsetMs(asIfUtc + DAY_MS, zone);
  const candidates = [asIfUtc - beforeMs, asIfUtc - afterMs].sort((left, right) => left - right);
  const shown = candidates.find((instant) => instant + offsetMs(instant, zone) === asIfUtc);
  return shown ?? asIfUtc - beforeMs;
}

/** What the clocks of a zone show at an instant. */
export function wallTimeOf(instantMs: number, zone: string): WallTime {
  const parts = new Map<string, number>();
  for (const { type, value } of formatterOf(zone).formatToParts(instantMs)) parts.set(type, Number(value));
  const part = (name: string) => parts.get(name) ?? 0;
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: part("second"),
  };
}

/** How far the zone's clocks are ahead of UTC at an instant. */
function offsetMs(instantMs: number, zone: string): number {
  const { year, month, day, hour, minute, second } = wallTimeOf(instantMs, zone);
  const wholeSecondMs = Math.floor(instantMs / 1_000) * 1_000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecondMs;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter takes a hundred times as long as using it. There are a few hundred zones, and no more. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-u-ca-iso8601-nu-latn", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formatters.set(zone, made);
  return made;
}

/** When a campaign starts, in milliseconds since 1970. */
export function startMsOf({ at, zone }: StartAt): number {
  return instantOf(readWallTime(at), zone);
}

/** Whether a calendar has the day and a clock the time: not "2026-02-30T08:00". */
export function isRealWallTime(text: string): boolean {
  const { year, month, day, hour, minute, second } = readWallTime(text);
  const real = wallTimeOf(Date.UTC(year, month - 1, day, hour, minute, second), "UTC");
  return real.month === month && real.day === day && real.hour === hour && real.minute === minute;
}

function readWallTime(text: string): WallTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/[-T:]/).map(Number);
  return { year, month, day, hour, minute, second };
}

/**
 * The opening of a daily window that an instant is in, or else the next one: open from `fromMs` on, closed from
 * `untilMs` on. Milliseconds since 1970.
 */
export function sendTimesAt(window: DailyWindow, nowMs: number): { fromMs: number; untilMs: number } {
  const today = wallTimeOf(nowMs, window.zone);
  // A window over midnight has begun yesterday; a day on which the clocks skip all of it has none.
  for (const daysAhead of [-1, 0, 1, 2, 3]) {
    const opening = openingOfDay(window, today, daysAhead);
    if (opening.untilMs > nowMs && opening.untilMs > opening.fromMs) return opening;
  }
  throw new RangeError(`no opening from ${window.from} to ${window.to} in ${window.zone} within three days`);
}

function openingOfDay(
  { from, to, zone }: DailyWindow,
  today: WallTime,
  daysAhead: number,
): { fromMs: number; untilMs: number } {
  const isOverMidnight = to < from;
  return {
    fromMs: instantOf(onDay(today, daysAhead, from), zone),
    untilMs: instantOf(onDay(today, isOverMidnight ? daysAhead + 1 : daysAhead, to), zone),
  };
}

function onDay({ year, month, day }: WallTime, daysAhead: number, clockTime: string): WallTime {
  const date = wallTimeOf(Date.UTC(year, month - 1, day + daysAhead), "UTC");
  const [hour = 0, minute = 0] = clockTime.split(":").map(Number);
  return { ...date, hour, minute, second: 0 };
}
