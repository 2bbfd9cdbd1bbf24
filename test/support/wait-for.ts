import { vi } from "vitest";

/** How long a test waits for a fact before it is taken for one that never comes. Only a hang takes so long. */
const HANG_MS = 240_000;

/** Runs `check` until it throws no more, and gives what it gave. */
export function waitFor<T>(check: () => T | Promise<T>, { interval = 20 }: { interval?: number } = {}): Promise<T> {
  return vi.waitFor(check, { timeout: HANG_MS, interval });
}
