import { type Clock, type Logger, withDeadline } from "@surefill/runtime";
import type { TopupRecord } from "@surefill/topup";
import type { ProviderHint, ProviderHints } from "@surefill/topup-store";
import type { Metrics } from "../metrics.js";
import type { Queues } from "../queues.js";

/** A message whose signature was right. */
export type Delivery = {
  hint: ProviderHint;
  /** Of the bytes, the timestamp and the place in the message: the same for a message that comes twice. */
  digest: string;
};

/** What waking needs. `rememberMs` is how long a message that comes again is known. */
export type WakerParts = {
  hints: Pick<ProviderHints, "remember" | "wake">;
  queues: Pick<Queues, "hurryPoll">;
  metrics: Pick<Metrics, "hinted">;
  clock: Clock;
  log: Logger;
  rememberMs: number;
};

/** More at a time would take Redis away from those who send top-ups; more waiting are not worth remembering. */
const RUNNING_MAX = 32;
const WAITING_MAX = 1_000;
const WAKE_DEADLINE_MS = 5_000;
/** A question that is under way may have been asked a moment too early, so the alarm is pulled again after it. */
const AGAIN_MS = 200;
const ROUNDS_MAX = 8;

/**
 * Makes polls ring earlier, in the background: the provider gets its answer before. Whatever goes wrong here costs
 * time only, since every top-up that waits for the provider has an alarm of its own.
 */
export class Waker {
  readonly #parts: WakerParts;
  readonly #waiting: Delivery[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #stopped = new AbortController();

  constructor(parts: WakerParts) {
    this.#parts = parts;
  }

  /** Takes a delivery, or drops it when too many are waiting. */
  take(delivery: Delivery): void {
    if (this.#waiting.length < WAITING_MAX) this.#waiting.push(delivery);
    else this.#parts.metrics.hinted("dropped");
    this.#startWaiting();
  }

  /** Drops what is waiting and ends what is running. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#stopped.abort();
    await Promise.all(this.#running);
  }

  #startWaiting(): void {
    while (this.#running.size < RUNNING_MAX) {
      const delivery = this.#waiting.shift();
      if (delivery === undefined) return;
      const run = this.#attend(delivery).finally(() => {
        this.#running.delete(run);
        this.#startWaiting();
      });
      this.#running.add(run);
    }
  }

  async #attend({ hint, digest }: Delivery): Promise<void> {
    const { hints, metrics, clock, log, rememberMs } = this.#parts;
    const deadline = { what: "waking a poll", deadlineMs: WAKE_DEADLINE_MS };
    try {
      await withDeadline(clock, deadline, async (late) => {
        if (!(await hints.remember(digest, rememberMs))) return metrics.hinted("duplicate");
        metrics.hinted(await this.#wake(hint, late));
      });
    } catch (err) {
      metrics.hinted("failed");
      if (!this.#stopped.signal.aborted) log.warn({ err }, "a hint of the provider was lost; polls go on as planned");
    }
  }

  async #wake(hint: ProviderHint, late: AbortSignal): Promise<"woken" | "settled" | "missing" | "failed"> {
    const { hints, queues, clock } = this.#parts;
    let result: "woken" | "failed" = "failed";
    let hurried: TopupRecord | undefined;
    for (let round = 1; round <= ROUNDS_MAX; round += 1) {
      const woken = await hints.wake(hint);
      if (woken.kind === "missing") return woken.kind;
      if (woken.kind === "settled") return round === 1 ? "settled" : "woken";
      if (woken.kind === "open") {
        result = "woken";
        // Nothing happened between the pull and the job's promotion, so the job that rings finds itself due.
        if (hurried?.version === woken.record.version) return "woken";
        const job = await queues.hurryPoll(woken.record);
        if (job === "rings") return "woken";
        if (job === "hurried") {
          hurried = woken.record;
          continue;
        }
      }
      await clock.sleep(AGAIN_MS, this.#stopped.signal);
      late.throwIfAborted();
    }
    return result;
  }
}
