/**
 * What a killed worker had in its hands, and how long it took until somebody else had it: read from the queue and the
 * ledger from outside, not from what any worker says.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { QUEUES, type QueueName, type TopupState } from "@surefill/topup";
import { type Ledger, queuePrefix } from "@surefill/topup-store";
import type { Redis } from "ioredis";
import { z } from "zod";

const LOOK_EVERY_MS = 100;
/** Longer than any takeover may take; a job that waits longer counts as never taken over. */
const DEADLINE_MS = 60_000;

/** A job that a worker held when it was killed. */
export type HeldJob = {
  queue: QueueName;
  jobId: string;
  reference: string;
  state: TopupState | undefined;
  /** When the dead worker had taken it; another time means that another worker did. */
  processedOn: string | null;
  /** Undefined while nobody has it, and for ever when nobody ever took it. */
  takenOverAfterMs?: number;
  /** The dead worker's last command was still on its way: it had finished the job after all. */
  isFinishedByTheDead?: true;
};

export type Takeovers = {
  /** Call when a worker is dead: notes what it held, and watches that in the background. */
  afterKill: (workerIds: ReadonlyMap<QueueName, string>) => Promise<void>;
  /** Everything that was held at some kill. */
  held: readonly HeldJob[];
  /** Kills after which nobody could look, because Redis was away too. */
  unseen: () => number;
  finish: () => Promise<void>;
};

/** `redis` and `ledger` are the rig's own connection, which no fault touches but those of Redis itself. */
export function watchTakeovers(redis: Redis, ledger: Ledger, prefix: string): Takeovers {
  const held: HeldJob[] = [];
  const watches = new Set<Promise<void>>();
  let unseen = 0;
  const keyOf = (queue: QueueName, ...rest: string[]) => [queuePrefix(prefix), queue, ...rest].join(":");

  async function jobsHeldBy(workerIds: ReadonlyMap<QueueName, string>): Promise<HeldJob[]> {
    const found: HeldJob[] = [];
    for (const queue of Object.values(QUEUES)) {
      const workerId = workerIds.get(queue);
      if (workerId === undefined) continue;
      for (const jobId of await redis.lrange(keyOf(queue, "active"), 0, -1)) {
        const token = await redis.get(keyOf(queue, jobId, "lock"));
        if (token?.startsWith(`${workerId}:`) !== true) continue;
        const [data, processedOn] = await redis.hmget(keyOf(queue, jobId), "data", "processedOn");
        const reference = referenceIn(data);
        if (reference === undefined) continue;
        const [record] = await ledger.records([reference]);
        found.push({ queue, jobId, reference, state: record?.state, processedOn: processedOn ?? null });
      }
    }
    return found;
  }

  async function look(job: HeldJob, killedAtMs: number): Promise<void> {
    const { queue, jobId } = job;
    const processedOn = await redis.hget(keyOf(queue, jobId), "processedOn");
    if (processedOn !== job.processedOn) {
      job.takenOverAfterMs = performance.now() - killedAtMs;
      return;
    }
    const places = [redis.lpos(keyOf(queue, "active"), jobId), redis.lpos(keyOf(queue, "wait"), jobId)];
    const [active, waiting] = await Promise.all(places);
    if (active === null && waiting === null) job.isFinishedByTheDead = true;
  }

  async function watch(jobs: readonly HeldJob[], killedAtMs: number): Promise<void> {
    let open = jobs;
    while (open.length > 0 && performance.now() - killedAtMs < DEADLINE_MS) {
      await sleep(LOOK_EVERY_MS);
      // While Redis is away nobody takes anything.
      for (const job of open) await look(job, killedAtMs).catch(() => undefined);
      open = open.filter((job) => job.takenOverAfterMs === undefined && job.isFinishedByTheDead === undefined);
    }
  }

  return {
    held,
    unseen: () => unseen,
    async afterKill(workerIds) {
      const killedAtMs = performance.now();
      try {
        const jobs = await jobsHeldBy(workerIds);
        held.push(...jobs);
        const watching = watch(jobs, killedAtMs).finally(() => watches.delete(watching));
        watches.add(watching);
      } catch {
        unseen += 1;
      }
    },
    async finish() {
      await Promise.all(watches);
    },
  };
}

const jobDataSchema = z.object({ reference: z.string() });

function referenceIn(data: string | null | undefined): string | undefined {
  if (data === null || data === undefined) return undefined;
  const parsed = jobDataSchema.safeParse(JSON.parse(data));
  return parsed.success ? parsed.data.reference : undefined;
}

/** The share of values that is at or below the answer; undefined without values. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}
