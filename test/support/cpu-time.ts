/**
 * CPU time of this process, which is the same whatever else the machine does. A budget in it tells how much work was
 * done, where a budget in wall time would tell who else was working.
 */
import { expect } from "vitest";

/** The CPU milliseconds, user and system, that this process spends until `work` settles. */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * The least of three measurements: a collector, a compiler or a cache that others have emptied adds to one of them, and
 * nothing takes away from any.
 */
export async function leastCpuMsOf(work: () => unknown): Promise<number> {
  const tries = [await cpuMsOf(work), await cpuMsOf(work), await cpuMsOf(work)];
  return Math.min(...tries);
}

/** Below this, what is measured is the noise of collectors and compilers. */
const NOISE_MS = 30;
/** Work by the square of its input takes 16 times as much for 4 times the input; linear work takes 4 times as much. */
const STEP = 4;
const RATIO_MAX = 9;

/**
 * Expects that the CPU time of `work` grows with the size of its input and not with a power of it. The size grows
 * fourfold from `from` to `to`; each size has its own budget, whatever the smaller ones took.
 */
export async function expectLinear(
  work: (size: number) => unknown,
  { from, to, cpuMsMax }: { from: number; to: number; cpuMsMax: number },
): Promise<void> {
  await work(from); // Compiled first, or the smallest size would pay for it.
  let beforeMs = NOISE_MS;
  for (let size = from; size <= to; size *= STEP) {
    const tookMs = await leastCpuMsOf(() => work(size));
    expect(tookMs, `CPU ms for an input of size ${size}, after ${beforeMs} ms for a quarter of it`).toBeLessThan(
      Math.max(NOISE_MS, beforeMs) * RATIO_MAX,
    );
    expect(tookMs, `CPU ms for an input of size ${size}`).toBeLessThan(cpuMsMax);
    beforeMs = tookMs;
  }
}
