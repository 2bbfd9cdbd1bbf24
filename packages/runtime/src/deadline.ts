import type { Clock } from "./clock.js";

/** The work did not end in time. `what` names it; the work's signal was aborted with this error. */
export class DeadlineExceeded extends Error {
  readonly code = "DEADLINE_EXCEEDED";

  constructor(what: string, deadlineMs: number) {
    super(`${what} took longer than ${deadlineMs} ms`);
    this.name = "DeadlineExceeded";
  }
}

/**
 * Runs `work` and waits for it no longer than `deadlineMs`. Work that is late gets its signal aborted and is left
 * behind: what it does later is ignored, so give this only work whose late end does no harm.
 * @throws {DeadlineExceeded} when time is up, or whatever `work` throws before that.
 */
export async function withDeadline<T>(
  clock: Pick<Clock, "sleep">,
  { what, deadlineMs }: { what: string; deadlineMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  const timeUp = clock.sleep(deadlineMs, done.signal).then(() => {
    const error = new DeadlineExceeded(what, deadlineMs);
    late.abort(error);
    throw error;
  });
  try {
    return await Promise.race([work(late.signal), timeUp]);
  } finally {
    timeUp.catch(() => undefined); // The race has an answer; the other side must not become an unhandled rejection.
    done.abort();
  }
}
