/** Does to the rig what the schedule says, and undoes it. */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Fault, type FaultKind, nameOf, TARGETS, type Target } from "./fault-schedule.js";
import type { FaultyLine } from "./faulty-line.js";
import type { Program } from "./program.js";
import { OUTAGE } from "./provider-faults.js";
import type { Rig, WorkerUnderTest } from "./rig.js";
import type { Takeovers } from "./takeover.js";

export type Injected = {
  /** By target and kind, such as `worker-1 kill`. */
  counts: ReadonlyMap<string, number>;
  stops: Stops;
};

/** Programs that were told to stop in good order. */
export type Stops = {
  /** Had to leave something behind, and said so (exit code 1): its Redis or its provider was away too. */
  incomplete: number;
  /** Did not end within their time and were killed. */
  overdue: string[];
};

/**
 * Runs a schedule. Faults on one target come one after another: each is undone, and the planned pause after it has
 * passed, before the next. So a machine that is slow to start processes has fewer of them; nothing begins after
 * `untilMs`. Resolves when the last is undone; rejects when a fault could not be brought about.
 */
export async function injectFaults(
  rig: Rig,
  { faults, untilMs, takeovers }: { faults: readonly Fault[]; untilMs: number; takeovers: Takeovers },
): Promise<Injected> {
  const counts = new Map<string, number>();
  const stops: Stops = { incomplete: 0, overdue: [] };
  const startedMs = performance.now();
  // Beside the logs, for whoever asks what was going on when something went wrong.
  const diary = join(rig.dir, "faults.jsonl");

  async function runLane(lane: readonly Fault[]): Promise<void> {
    let plannedEndMs = 0;
    for (const fault of lane) {
      await sleep(fault.atMs - plannedEndMs);
      if (performance.now() - startedMs > untilMs) return;
      const name = nameOf(fault);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      await appendFile(diary, `${JSON.stringify({ at: new Date().toISOString(), ...fault })}\n`);
      await inject({ rig, takeovers, stops }, fault);
      plannedEndMs = fault.atMs + fault.forMs;
    }
  }
  await Promise.all(TARGETS.map((target) => runLane(faults.filter((fault) => fault.target === target))));
  return { counts, stops };
}

type Parts = { rig: Rig; takeovers: Takeovers; stops: Stops };

function inject(parts: Parts, fault: Fault): Promise<void> {
  const { rig } = parts;
  const [first, second] = rig.workers;
  if (first === undefined || second === undefined) throw new Error("faults are for two workers");
  switch (fault.target) {
    case "worker-1":
      return hurtWorker(parts, first, fault);
    case "worker-2":
      return hurtWorker(parts, second, fault);
    case "producer":
      return hurtProgram(parts, rig.producer, fault);
    case "redis":
      return hurtRedis(rig, fault);
    case "provider":
      return hurtProvider(rig, fault);
    case "provider-line-1":
      return hurtLine(first.providerLine, fault);
    case "provider-line-2":
      return hurtLine(second.providerLine, fault);
    case "redis-line-1":
      return hurtLine(first.redisLine, fault);
    case "redis-line-2":
      return hurtLine(second.redisLine, fault);
  }
}

async function hurtWorker(parts: Parts, worker: WorkerUnderTest, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case "kill": {
      const ids = await worker.ids();
      await worker.program.kill();
      await parts.takeovers.afterKill(ids);
      await sleep(fault.forMs);
      return worker.program.startAgain();
    }
    case "clock-jump":
      await worker.setClock(fault.size);
      await sleep(fault.forMs);
      return worker.setClock(0);
    default:
      return hurtProgram(parts, worker.program, fault);
  }
}

async function hurtProgram({ stops }: Parts, program: Program, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case "kill":
      await program.kill();
      await sleep(fault.forMs);
      return program.startAgain();
    case "restart": {
      const code = await program.terminate();
      if (code === null) stops.overdue.push(fault.target);
      else if (code !== 0) stops.incomplete += 1;
      return program.startAgain();
    }
    case "freeze":
      await program.signal("SIGSTOP");
      await sleep(fault.forMs);
      return program.signal("SIGCONT");
    default:
      throw unsuited(fault.target, fault.kind);
  }
}

function hurtRedis({ redis }: Rig, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case "kill":
      return redis.kill(fault.forMs);
    case "stall":
      return redis.stall(fault.forMs);
    case "disk-refuses":
      return redis.refuseWrites(fault.forMs);
    default:
      throw unsuited(fault.target, fault.kind);
  }
}

async function hurtProvider({ provider, providerDesk }: Rig, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case "hang":
      await provider.signal("SIGSTOP");
      await sleep(fault.forMs);
      return provider.signal("SIGCONT");
    case "outage":
      await providerDesk.setFaultPlan(OUTAGE);
      await sleep(fault.forMs);
      return providerDesk.setFaultPlan();
    case "empty-wallet":
      providerDesk.stopPaying();
      await sleep(fault.forMs);
      return providerDesk.payAgain();
    default:
      throw unsuited(fault.target, fault.kind);
  }
}

async function hurtLine(line: FaultyLine, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case "reset":
      line.reset();
      return;
    case "cut-answer":
      return line.cutAnswers(fault.size);
    case "half-open":
      line.set({ kind: "half-open" });
      break;
    case "latency":
      line.set({ kind: "latency", delayMs: fault.size });
      break;
    default:
      throw unsuited(fault.target, fault.kind);
  }
  await sleep(fault.forMs);
  line.set(undefined);
}

function unsuited(target: Target, kind: FaultKind): Error {
  return new TypeError(`${kind} is no fault of ${target}`);
}
