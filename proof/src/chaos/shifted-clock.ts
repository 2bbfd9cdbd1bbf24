/**
 * Loaded before a worker (`node --import`): its wall clock can be set apart from the machine's. On SIGUSR2 it reads
 * from the file that `CHAOS_CLOCK_FILE` names by how many milliseconds. The monotonic clock and timers are as always,
 * as on a machine whose clock somebody sets.
 */
import { readFileSync } from "node:fs";

const RealDate = Date;
let shiftMs = 0;

const now = () => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
});

process.on("SIGUSR2", () => {
  const file = process.env.CHAOS_CLOCK_FILE;
  if (file !== undefined) shiftMs = Number(readFileSync(file, "utf8"));
});
