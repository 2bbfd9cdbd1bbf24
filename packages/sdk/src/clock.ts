/** Time, ids and chance. The only file of this package that asks the machine for them. */

/** How to wait, and a source of chance for jitter. */
export type Clock = {
  /** Resolves after `ms`, or rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 (included) to 1 (excluded). */
  random(): number;
};

/** The machine's clock. */
export const systemClock: Clock = {
  random: () => Math.random(),
  sleep(ms, signal) {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", abort);
        resolve();
      }, ms);
      signal.addEventListener("abort", abort, { once: true });
    });
  },
};

/** A signal that aborts when `parent` does, until `end`: what listens to it is no burden to a parent that lives longer. */
export function childOf(parent: AbortSignal): { controller: AbortController; end: () => void } {
  const controller = new AbortController();
  const follow = () => controller.abort(parent.reason);
  if (parent.aborted) follow();
  parent.addEventListener("abort", follow, { once: true });
  return { controller, end: () => parent.removeEventListener("abort", follow) };
}

/** A signal that aborts when time is up. While it rests no time runs; `end` must be called, since a timer holds the process. */
export type Deadline = { signal: AbortSignal; restart: () => void; rest: () => void; end: () => void };

/** What `work` gives, or the signal's reason when that aborts first, whether `work` heeds it or not. */
export function unlessAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Aborts after `ms` with `TimeoutError`, or with `parent`'s reason when that aborts first. */
export function startDeadline(ms: number, parent: AbortSignal): Deadline {
  const { controller, end } = childOf(parent);
  const late = () => controller.abort(new DOMException(`nothing came within ${ms} ms`, "TimeoutError"));
  let timer = setTimeout(late, ms);
  const rest = () => clearTimeout(timer);
  return {
    signal: controller.signal,
    rest,
    restart() {
      rest();
      timer = setTimeout(late, ms);
    },
    end() {
      rest();
      end();
    },
  };
}

/** A reference that no other top-up has. */
export function newReference(): string {
  return crypto.randomUUID();
}
