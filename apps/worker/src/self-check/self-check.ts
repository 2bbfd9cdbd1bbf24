import type { Clock, Logger } from "@surefill/runtime";
import type { QueueName } from "@surefill/topup";
import type { Processor } from "../queue/run-processor.js";

/** Something that this process needs to do its part. */
export type Need = {
  name: string;
  /** The queues whose jobs need it. */
  queues: readonly QueueName[];
  /** What is wrong and what to do about it, as one sentence; `undefined` while nothing is. */
  problem: () => string | undefined;
};

/** A need that is not met. Times in milliseconds since 1970. */
export type Problem = { name: string; problem: string; sinceMs: number };

/** A job that this process cannot do now goes back to the queue for so long: enough to leave the queue before. */
const GIVEN_BACK_MS = 250;

/** The part of a queue worker that is stopped and started again. */
export type PausableWorker = { pause(): Promise<void>; resume(): Promise<void> };

export type SelfCheckParts = {
  needs: readonly Need[];
  clock: Pick<Clock, "nowMs">;
  log: Logger;
};

/**
 * Takes this process out of a queue while it lacks something that the queue's jobs need, so that they go to processes
 * that have it, and puts it back when it has it again. `/readyz` shows the problems.
 */
export class SelfCheck {
  readonly #parts: SelfCheckParts;
  readonly #workers = new Map<QueueName, PausableWorker>();
  readonly #paused = new Set<QueueName>();
  #problems: readonly Problem[] = [];

  constructor(parts: SelfCheckParts) {
    this.#parts = parts;
  }

  /** The worker of a queue, from now on paused and resumed by the rounds of this check. */
  add(queue: QueueName, worker: PausableWorker): void {
    this.#workers.set(queue, worker);
  }

  /** What is wrong, as of the latest round. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Tells, as of now, whether this process has all that jobs of a queue need. */
  canTake(queue: QueueName): boolean {
    return this.#parts.needs.every((need) => !need.queues.includes(queue) || need.problem() === undefined);
  }

  /** One round: compares every need with the round before, logs what changed, pauses and resumes. */
  async check(): Promise<void> {
    this.#note();
    for (const [queue, worker] of this.#workers) {
      const canTake = this.canTake(queue);
      if (canTake === !this.#paused.has(queue)) continue;
      if (canTake) this.#paused.delete(queue);
      else this.#paused.add(queue);
      await (canTake ? worker.resume() : worker.pause());
    }
  }

  #note(): void {
    const { needs, clock, log } = this.#parts;
    const before = new Map(this.#problems.map((known) => [known.name, known]));
    this.#problems = needs.flatMap(({ name, problem: read }) => {
      const problem = read();
      return problem === undefined ? [] : [{ name, problem, sinceMs: before.get(name)?.sinceMs ?? clock.nowMs() }];
    });
    for (const { name, problem, sinceMs } of this.#problems) {
      if (!before.delete(name)) log.error({ need: name, problem, sinceMs }, "this worker takes no jobs");
    }
    for (const { name, sinceMs } of before.values()) log.warn({ need: name, sinceMs }, "this worker takes jobs again");
  }
}

/** A processor that gives jobs back, untouched, while this process lacks what they need. */
export function givingBack(selfCheck: SelfCheck, queue: QueueName, processor: Processor): Processor {
  return async (job) => (selfCheck.canTake(queue) ? processor(job) : { do: "ring-again", delayMs: GIVEN_BACK_MS });
}
