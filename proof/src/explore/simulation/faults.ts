import type { Seam } from "../seams.js";

/**
 * How long a process stands still: beyond its lease and lock, and to where the quiet period is just over and what it
 * has in its hands is being sent again.
 */
export const STALL_MS = 150_000;
export const LONG_STALL_MS = 1_225_000;
/** How long Redis is away in an outage: beyond a lease. */
export const OUTAGE_MS = 150_000;

/** What can go wrong at a seam, in plain words. `before` and `after` mean the effect of the call. */
export const FAULTS = {
  "die-before": "the process is killed before it",
  "die-after": "the process is killed when it was done, before the answer",
  "stall-before": "the process stands still for 150 s before it",
  "stall-after": "it is done, and the process stands still for 150 s before the answer",
  "long-stall-before": "the process stands still for 20 min 25 s before it",
  "long-stall-after": "it is done, and the process stands still for 20 min 25 s before the answer",
  "suspend-before": "the machine sleeps for 20 min 25 s before it, its monotonic clock too",
  "suspend-after": "it is done, and the machine sleeps for 20 min 25 s before the answer",
  "fail-before": "it fails, and nothing was done",
  "fail-after": "it is done, and the answer is an error",
  outage: "Redis is away for 150 s from here on",
  stop: "the process is told to stop with no time left",
  wipe: "every job of every queue is deleted",
  double: "every job that waits or runs is delivered once more",
  promote: "somebody lets every delayed job ring at once",
} as const;

export type FaultKind = keyof typeof FAULTS;

/** A fault at one step of a run, counted from 1. */
export type Fault = { step: number; kind: FaultKind };

const KILLS: readonly FaultKind[] = ["die-before", "die-after"];
const STALLS: readonly FaultKind[] = ["stall-before", "stall-after"];
const LONG_STALLS: readonly FaultKind[] = ["long-stall-before", "long-stall-after", "suspend-before", "suspend-after"];
const FAILURES: readonly FaultKind[] = ["fail-before", "fail-after"];
const OF_QUEUES: readonly FaultKind[] = ["wipe", "double", "promote"];

/** Faults after which another worker, if there is one, goes on with what the struck one had in its hands. */
export const TAKEN_OVER: readonly FaultKind[] = [...KILLS, ...STALLS, ...LONG_STALLS, "outage", "double"];

const AT_PROVIDER = [...KILLS, ...STALLS, ...LONG_STALLS, "stop"] as const;
const AT_JOURNAL = [...AT_PROVIDER, ...FAILURES] as const;
/** Where the record is read or written that the next step rests on. */
const AT_RECORD = [...AT_JOURNAL, "outage"] as const;
const AT_LEDGER = [...KILLS, ...STALLS, ...FAILURES, "outage", "stop"] as const;
const AT_QUEUE = [...KILLS, ...STALLS, ...FAILURES, ...OF_QUEUES] as const;

const RECORD_SEAMS: ReadonlySet<Seam> = new Set(["ledger.claim", "ledger.move", "ledger.evidence", "ledger.look"]);

/**
 * The faults that are tried at a seam. The long ways to stand still are for calls with something at stake that grows
 * old: a claim, a lease, a hold, a question; a queue and a list have none.
 */
export function faultsAt(seam: Seam): readonly FaultKind[] {
  if (seam.startsWith("provider.")) return AT_PROVIDER;
  if (seam.startsWith("journal.")) return AT_JOURNAL;
  if (seam.startsWith("queue.")) return AT_QUEUE;
  return RECORD_SEAMS.has(seam) ? AT_RECORD : AT_LEDGER;
}

/** A fault as `step:kind`, as `parseFaults` reads it. */
export function faultText({ step, kind }: Fault): string {
  return `${step}:${kind}`;
}

/** Reads `step:kind,step:kind`. Throws a `RangeError` that shows what is wrong. */
export function parseFaults(text: string): Fault[] {
  return text.split(",").map((part) => {
    const [, step = "", name = ""] = /^(\d{1,6}):([a-z-]+)$/.exec(part) ?? [];
    const kind = Object.keys(FAULTS).find((known): known is FaultKind => known === name);
    if (kind === undefined) throw new RangeError(`${part} is no fault: must be a step, a colon and a kind`);
    return { step: Number(step), kind };
  });
}
