/** A worker whose state folder is on a disk that takes no more. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../../../../scripts/run-command.mjs";
import type { Scenario } from "../scenario.js";
import { compareThroughput } from "../throughput.js";

const MOUNT_DEADLINE_MS = 5_000;
const DISK_BYTES = 1_048_576;

/** A small disk of its own. Rejects where this process may not mount one. */
async function mountSmallDisk(): Promise<{ path: string; fill: () => Promise<void>; unmount: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "surefill-disk-"));
  const args = ["-t", "tmpfs", "-o", `size=${DISK_BYTES},mode=700`, "tmpfs", path];
  const { code, output } = await runCommand("mount", args, { timeoutMs: MOUNT_DEADLINE_MS });
  if (code !== 0) throw new Error(`a small disk takes the right to mount one (root): ${output}`);
  return {
    path,
    async fill() {
      const isFull = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOSPC";
      await writeFile(join(path, "filling"), Buffer.alloc(DISK_BYTES)).catch((error: unknown) => {
        if (!isFull(error)) throw error;
      });
    },
    async unmount() {
      await runCommand("umount", ["-l", path], { timeoutMs: MOUNT_DEADLINE_MS });
      await rm(path, { recursive: true, force: true });
    },
  };
}

const fullDisk: Scenario = {
  name: "full-disk",
  trouble: "one of two workers has a full state disk",
  measure: async (context) => {
    const disk = await mountSmallDisk();
    let isNotReady = false;
    try {
      return await compareThroughput(context, {
        untroubled: { rig: { workers: 1 } },
        troubled: {
          rig: {
            workers: 2,
            workerEnv: (index): Readonly<Record<string, string>> => (index === 1 ? { STATE_DIR: disk.path } : {}),
          },
          begin: () => disk.fill(),
          async end({ workers }) {
            const answer = await fetch(`${workers[1]?.program.url}/readyz`);
            isNotReady = answer.status === 503;
          },
        },
        bounds: [{ least: 0.95 }],
        strokes: () => (isNotReady ? 1 : 0),
      });
    } finally {
      await disk.unmount();
    }
  },
};

export const DISK_SCENARIOS: readonly Scenario[] = [fullDisk];
