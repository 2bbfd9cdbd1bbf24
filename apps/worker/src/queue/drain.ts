import type { Clock } from "@surefill/runtime";
import type { QueueWorker } from "./queues.js";

/**
 * Stops workers: no new jobs, then waits for those that run. What is not done after `drainMs` is aborted through
 * `stopped`, which makes a POST under way `unknown`; its processor still writes that down.
 */
export async function drain(
  workers: readonly QueueWorker[],
  { drainMs, stopped, clock }: { drainMs: number; stopped: AbortController; clock: Clock },
): Promise<void> {
  const drained = new AbortController();
  const aborting = clock.sleep(drainMs, drained.signal).then(
    () => stopped.abort(new Error("the worker is stopping")),
    () => undefined,
  );
  await Promise.all(workers.map((worker) => worker.stop()));
  drained.abort();
  await aborting;
}
