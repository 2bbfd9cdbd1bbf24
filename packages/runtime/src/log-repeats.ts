/**
 * Lines about a Redis in trouble, a few of a kind. Every job, request and maintenance task meets the same refusal, and
 * thousands of equal lines hide the one that says something else.
 */
const QUIET_MS = 10_000;
const LINES_MAX = 5;
const KINDS_MAX = 200;

const REDIS_SAYS =
  /^(?:ERR )?-?(?:OOM|READONLY|MISCONF|LOADING|MASTERDOWN|NOREPLICAS|BUSY|NOPERM|NOAUTH|WRONGPASS|CLUSTERDOWN|MOVED)\b/;

/** Decides which lines are written. */
export class LogRepeats {
  readonly #nowMs: () => number;
  readonly #kinds = new Map<string, { fromMs: number; lines: number; left: number }>();

  /** `nowMs`: any clock that does not go back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Of lines with one message and one error of Redis: the first 5 in 10 seconds. Answers what to add to the line, with
   * the number that was left out before it, or undefined where it is left out. Other lines are always written.
   */
  pass(message: string, error: unknown): { leftOut?: number } | undefined {
    if (!isRedisTrouble(error)) return {};
    const nowMs = this.#nowMs();
    const kind = `${message}\n${error.message.slice(0, 40)}`;
    const seen = this.#kinds.get(kind);
    if (seen === undefined || nowMs - seen.fromMs >= QUIET_MS) {
      if (seen === undefined && this.#kinds.size >= KINDS_MAX) this.#kinds.clear();
      this.#kinds.set(kind, { fromMs: nowMs, lines: 1, left: 0 });
      return seen === undefined || seen.left === 0 ? {} : { leftOut: seen.left };
    }
    seen.lines += 1;
    if (seen.lines <= LINES_MAX) return {};
    seen.left += 1;
    return undefined;
  }
}

function isRedisTrouble(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "LEDGER_UNAVAILABLE") || REDIS_SAYS.test(error.message);
}
