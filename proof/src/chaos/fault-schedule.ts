/** Which faults come when. Pure: the same seed and profile give the same schedule. */
import { type Range, type SeededChance, seededChance } from "./seeded-chance.js";

/** What is mistreated. One fault at a time on each target, faults on different targets at the same time. */
export const TARGETS = [
  "worker-1",
  "worker-2",
  "producer",
  "redis",
  "provider",
  "provider-line-1",
  "provider-line-2",
  "redis-line-1",
  "redis-line-2",
] as const;
export type Target = (typeof TARGETS)[number];

/** What befalls one of two workers befalls the workers; the same holds for their lines. */
const FAMILIES = {
  "worker-1": "worker",
  "worker-2": "worker",
  producer: "producer",
  redis: "redis",
  provider: "provider",
  "provider-line-1": "provider-line",
  "provider-line-2": "provider-line",
  "redis-line-1": "redis-line",
  "redis-line-2": "redis-line",
} as const satisfies Record<Target, string>;
export type Family = (typeof FAMILIES)[Target];

/** Every fault, with what it is. The report and docs/failure-modes.md use these words. */
export const FAULTS = {
  kill: "SIGKILL, and a new process after a while",
  restart: "SIGTERM as in a deploy, and a new process when the old one has ended",
  freeze: "SIGSTOP beyond lock and lease, then SIGCONT: a zombie",
  "clock-jump": "the wall clock of one worker jumps by an hour or a day, and back",
  stall: "SIGSTOP of Redis: what a disk that stalls looks like from outside when Redis fsyncs before it answers",
  "disk-refuses": "the disk refuses the next write of Redis, which then exits",
  hang: "SIGSTOP of the provider: requests are taken and nothing is answered",
  outage: "the provider answers every request with a failure, of sends some after their execution",
  "empty-wallet": "nobody pays in",
  reset: "every connection is reset",
  "half-open": "connections stay open and carry nothing",
  latency: "every byte comes late",
  "cut-answer": "half of an answer comes through, then a reset",
} as const;
export type FaultKind = keyof typeof FAULTS;

export type Fault = {
  /** Since the start of the run. On a slow machine it comes later: the pause before it is kept. */
  atMs: number;
  target: Target;
  kind: FaultKind;
  /** How long it lasts; of a kill, how long nobody starts the process again. */
  forMs: number;
  /** Milliseconds of latency or of clock jump; number of answers that are cut. */
  size: number;
};

type Choice = { kind: FaultKind; weight: number; forMs: Range; sizes?: readonly number[] };
type Lane = { gapMs: Range; choices: readonly Choice[] };

const HOUR_MS = 3_600_000;
const kill: Choice = { kind: "kill", weight: 6, forMs: [100, 1_500] };
const restart: Choice = { kind: "restart", weight: 1, forMs: [0, 0] };
// Beyond the lease, and beyond the queue's lock and the check that notices it.
const freeze = (weight: number): Choice => ({ kind: "freeze", weight, forMs: [9_000, 13_000] });
const jumps = [HOUR_MS, -HOUR_MS, 24 * HOUR_MS, -24 * HOUR_MS];
const line: Lane = {
  gapMs: [10_000, 24_000],
  choices: [
    { kind: "reset", weight: 2, forMs: [0, 0] },
    { kind: "half-open", weight: 2, forMs: [2_000, 8_000] },
    { kind: "latency", weight: 1, forMs: [2_000, 6_000], sizes: [50, 400, 3_000] },
    { kind: "cut-answer", weight: 2, forMs: [0, 0], sizes: [1, 3, 8] },
  ],
};

const LANES: Readonly<Record<Target, Lane>> = {
  "worker-1": { gapMs: [8_000, 18_000], choices: [kill, restart, freeze(3)] },
  "worker-2": {
    gapMs: [8_000, 18_000],
    choices: [kill, restart, freeze(1), { kind: "clock-jump", weight: 3, forMs: [3_000, 9_000], sizes: jumps }],
  },
  producer: { gapMs: [12_000, 26_000], choices: [kill, restart] },
  redis: {
    gapMs: [10_000, 22_000],
    choices: [
      { kind: "kill", weight: 5, forMs: [0, 800] },
      { kind: "stall", weight: 3, forMs: [1_000, 4_500] },
      { kind: "disk-refuses", weight: 2, forMs: [100, 1_500] },
    ],
  },
  provider: {
    gapMs: [20_000, 40_000],
    choices: [
      { kind: "hang", weight: 1, forMs: [2_000, 5_000] },
      { kind: "outage", weight: 1, forMs: [3_000, 8_000] },
      { kind: "empty-wallet", weight: 1, forMs: [7_000, 12_000] },
    ],
  },
  "provider-line-1": line,
  "provider-line-2": line,
  "redis-line-1": line,
  "redis-line-2": line,
};

/** One of these faults on one of these targets. */
export type Wanted = { on: Family; oneOf: readonly FaultKind[] };

/** Every fault of every family of targets, but for what this machine cannot do. */
export function everyFault(without: readonly FaultKind[]): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const target of TARGETS) {
    for (const { kind } of LANES[target].choices.filter((choice) => !without.includes(choice.kind))) {
      wanted.set(`${FAMILIES[target]} ${kind}`, { on: FAMILIES[target], oneOf: [kind] });
    }
  }
  return [...wanted.values()];
}

/** The names, such as `worker-1 kill`, under which the faults that are wanted are counted. */
export function namesOf({ on, oneOf }: Wanted): string[] {
  const targets = TARGETS.filter((target) => FAMILIES[target] === on);
  return targets.flatMap((target) => oneOf.map((kind) => nameOf({ target, kind })));
}

/** The name under which a fault is counted. */
export function nameOf({ target, kind }: Pick<Fault, "target" | "kind">): string {
  return `${target} ${kind}`;
}

/** How dense the faults come, and until when. `without` leaves out what this machine cannot do. */
export type SchedulePlan = {
  seed: number;
  durationMs: number;
  /** 1 is the rhythm of a long run; 0.3 brings a fault in a third of the time. */
  gapScale: number;
  without?: readonly FaultKind[];
};

/** Draws the schedule: for each target each of its faults once in a random order, and then by their weights. */
export function planFaults({ seed, durationMs, gapScale, without = [] }: SchedulePlan): Fault[] {
  const chance = seededChance(seed);
  const faults = TARGETS.flatMap((target) => {
    const lane = LANES[target];
    const choices = lane.choices.filter(({ kind }) => !without.includes(kind));
    return planLane(target, { ...lane, choices }, durationMs, gapScale, chance.fork(target));
  });
  return faults.sort((a, b) => a.atMs - b.atMs);
}

function planLane(target: Target, lane: Lane, durationMs: number, gapScale: number, chance: SeededChance): Fault[] {
  const faults: Fault[] = [];
  const bag = lane.choices.flatMap((choice) => Array.from({ length: choice.weight }, () => choice));
  let upcoming = chance.shuffled(lane.choices);
  let atMs = 0;
  for (;;) {
    atMs += Math.round(chance.between(lane.gapMs) * gapScale);
    const choice = upcoming.shift();
    if (upcoming.length === 0) upcoming = chance.shuffled(bag);
    if (choice === undefined) continue;
    const forMs = chance.between(choice.forMs);
    if (atMs + forMs > durationMs) return faults;
    faults.push({ atMs, target, kind: choice.kind, forMs, size: choice.sizes ? chance.pick(choice.sizes) : 0 });
    atMs += forMs;
  }
}

/** Kills of Redis alone, `count` of them, for a run that asks what Redis keeps. */
export function planRedisKills(seed: number, count: number): Fault[] {
  const chance = seededChance(seed).fork("redis-kills");
  let atMs = 0;
  return Array.from({ length: count }, () => {
    atMs += chance.between([900, 2_500]);
    const forMs = chance.between([0, 500]);
    const fault: Fault = { atMs, target: "redis", kind: "kill", forMs, size: 0 };
    atMs += forMs;
    return fault;
  });
}
