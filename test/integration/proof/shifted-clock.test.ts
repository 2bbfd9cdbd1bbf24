/** The clock that the chaos runs give to a worker: its wall clock can be set, and everything else goes on as always. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const PRELOAD = fileURLToPath(new URL("../../../proof/dist/chaos/shifted-clock.js", import.meta.url));
const HOUR_MS = 3_600_000;

/** Tells its clocks in a circle: by both ways to ask for the time, and what a date that is spelt out is taken for. */
const PROGRAM = `setInterval(() => console.log(JSON.stringify({
  now: Date.now(), made: new Date().getTime(), isDate: new Date() instanceof Date,
  spelt: new Date(5).getTime(), monotonic: performance.now(),
})), 10)`;

test("a process with the shifted clock sees the machine's time until it is told to jump, and jumps back", async () => {
  const dir = await mkdtemp(join(tmpdir(), "shifted-clock-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, "clock");
  const child = spawn(process.execPath, ["--import", PRELOAD, "--eval", PROGRAM], {
    env: { ...process.env, CHAOS_CLOCK_FILE: file },
  });
  const gone = new Promise((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  let latest = "{}";
  child.stdout.on("data", (chunk: Buffer) => {
    latest = chunk.toString().trim().split("\n").at(-1) ?? latest;
  });
  const hoursOff = () => {
    const { now, made } = JSON.parse(latest);
    return [now, made].map((ms) => Math.round((ms - Date.now()) / HOUR_MS));
  };
  const jump = async (shiftMs: number) => {
    await writeFile(file, String(shiftMs));
    child.kill("SIGUSR2");
  };

  await expect.poll(hoursOff).toEqual([0, 0]);
  await jump(-24 * HOUR_MS);
  await expect.poll(hoursOff).toEqual([-24, -24]);
  expect(JSON.parse(latest)).toMatchObject({ isDate: true, spelt: 5 });
  expect(JSON.parse(latest).monotonic).toBeLessThan(HOUR_MS);
  await jump(0);
  await expect.poll(hoursOff).toEqual([0, 0]);
});
