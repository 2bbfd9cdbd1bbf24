import { pino } from "pino";
import { type Clock, systemClock } from "./clock.js";
import { LogRepeats } from "./log-repeats.js";
import { createScrubber } from "./scrub.js";

/** How much is written, from everything to nothing. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The facts of one line. Standard names: `reference`, `state`, `queue`, `attempt`, `durationMs`, `err`. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Writes one JSON object a line. The message is a constant, so that lines can be counted; facts go into fields.
 * An error goes into the field `err`.
 */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  fatal(fields: LogFields, message: string): void;
  /** A logger that puts `fields` into each of its lines. */
  child(fields: LogFields): Logger;
}

/** Where lines go. The default is stdout, written at once: the last lines before a crash are the ones needed. */
export interface LogDestination {
  write(line: string): void;
}

/**
 * Makes a process's logger. Every line passes through the scrubber of scrub.ts first, whatever its depth: secrets are
 * taken out, phone numbers masked. (pino's own redaction takes exact paths, and the field that leaks is the one
 * nobody listed.)
 */
export function createLogger(options: {
  /** The process: `producer`, `worker`. */
  name: string;
  level: LogLevel;
  /** Values (client secret, API keys) that are taken out wherever they turn up, also inside texts. */
  secrets?: readonly string[];
  destination?: LogDestination;
  /** Counts the time in which equal lines about Redis are left out. */
  clock?: Pick<Clock, "monotonicMs">;
}): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    formatters: { level: (label: string) => ({ level: label }) },
    // Errors are already plain objects when pino sees them; its own serializer would copy their other properties.
    serializers: { err: (value: unknown) => value },
  };
  // Written before the call returns: pino's default writes in the background, and at exit the line under way can come
  // after the later ones, or not at all.
  const writer = pino(settings, options.destination ?? pino.destination({ dest: 1, sync: true }));
  const { clock = systemClock } = options;
  return wrap(writer, createScrubber(options.secrets ?? []), new LogRepeats(() => clock.monotonicMs()));
}

function wrap(writer: pino.Logger, scrubber: ReturnType<typeof createScrubber>, repeats: LogRepeats): Logger {
  const write = (level: Exclude<LogLevel, "silent">) => (fields: LogFields, message: string) => {
    if (!writer.isLevelEnabled(level)) return;
    const more = repeats.pass(message, fields["err"]);
    if (more === undefined) return;
    writer[level]({ ...scrubber.scrubFields(fields), ...more }, scrubber.scrubText(message));
  };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    fatal: write("fatal"),
    child: (fields) => wrap(writer.child(scrubber.scrubFields(fields)), scrubber, repeats),
  };
}
