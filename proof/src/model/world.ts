import type { TopupState } from "@surefill/topup";

/**
 * One moment of one top-up: what the ledger says, what two workers are doing, which requests are under way, and what
 * the provider has in its books. Everything that can go on afterwards depends on this and on nothing else.
 */
export type World = {
  record: ModelRecord;
  workers: [Worker, Worker];
  /** One entry for each claim that was ever granted, and what became of its POST. */
  posts: Post[];
  /** The provider's books. A transaction is named by its place, from 1. */
  transactions: Transaction[];
  redis: RedisData;
};

export const CONTRADICTIONS = ["no", "answered", "yes"] as const;
export const HOLDS = ["none", "gate", "failed"] as const;

/** The record of the top-up, as far as a decision depends on it. `missing`: Redis has lost it. */
export type ModelRecord = {
  state: TopupState | "missing";
  attempt: number;
  fence: number;
  hold: (typeof HOLDS)[number];
  rounds: number;
  identifierUsed: boolean;
  /** The transaction of the current attempt; 0 while none is known. */
  transaction: number;
  /** Every other transaction that was seen, as a set of bits. */
  evidence: number;
  contradicted: (typeof CONTRADICTIONS)[number];
  /** Events that told of a final state. */
  events: number;
  /** Somebody is to look at it: the sweeper will, even if every job is lost. */
  due: boolean;
  /** The latest claim that the record knows of: the quiet period counts from it. */
  latestClaim: number;
};

export const DOINGS = ["nothing", "claimed", "journalled", "waiting", "writing", "keeping", "telling"] as const;

/** What a worker is in the middle of. It may be stopped there for any time, and be killed there. */
export type Worker = {
  doing: (typeof DOINGS)[number];
  /** The claim that it sends for; 0 where it sends nothing. */
  claim: number;
  /** The record as the worker knew it: a control move is made only where that still stands. */
  from: ModelRecord["state"];
  attempt: number;
  fence: number;
  decision: Decision;
  /** The transaction that the decision brings; 0 for none. */
  transaction: number;
};

export const POST_PHASES = ["granted", "travelling", "checked", "over"] as const;

/** `granted`: may still be sent. `checked`: the provider saw no duplicate, and has not booked it yet. */
export type Post = { phase: (typeof POST_PHASES)[number]; attempt: number; fence: number; journalled: boolean };

export const STATUSES = ["PROCESSING", "SUCCESSFUL", "REFUNDED", "FAILED", "FAILED_FOR_GOOD"] as const;

/** A row in the provider's books. `FAILED` can still turn out otherwise; it is for good after half an hour. */
export type Transaction = {
  claim: number;
  /** 0: it is another top-up's. */
  attempt: number;
  status: (typeof STATUSES)[number];
  /** The report shows it. */
  listed: boolean;
  /** The answer came after the lease, and the report need not show it: noted only where that is allowed. */
  isLeftOut: boolean;
};

export const REDIS_CONDITIONS = ["whole", "lost", "rebuilt"] as const;

export const ENDS_BY_PEOPLE = ["none", "cancelled", "failed"] as const;

/** What Redis holds on disk, where a run lets it lose data, and how a person had ended the top-up without money by then. */
export type RedisData = {
  condition: (typeof REDIS_CONDITIONS)[number];
  older: ModelRecord | undefined;
  ended: (typeof ENDS_BY_PEOPLE)[number];
};

/** What a decision does with a record: where it moves it, and what is written with it. */
export const DECISIONS = {
  none: { to: "queued" },
  // What came of a POST.
  accepted: { to: "processing", takes: true },
  refused: { to: "rejected" },
  "refused-for-now": { to: "held", hold: "gate" },
  "refused-for-too-long": { to: "failed" },
  "not-sent": { to: "queued" },
  unknown: { to: "unknown" },
  "identifier-used": { to: "unknown" },
  "late-answer": { to: "processing", takes: true },
  // What a look-up showed.
  adopt: { to: "processing", takes: true },
  "adopt-successful": { to: "succeeded", takes: true },
  "adopt-refunded": { to: "refunded", takes: true },
  "adopt-failed": { to: "held", hold: "failed", takes: true },
  "send-again": { to: "queued" },
  // What a poll showed.
  successful: { to: "succeeded" },
  refunded: { to: "refunded" },
  "failed-hold": { to: "held", hold: "failed" },
  "processing-again": { to: "processing" },
  "names-another": { to: "unknown" },
  "next-attempt": { to: "queued" },
  "no-attempts-left": { to: "failed" },
  review: { to: "review" },
} as const satisfies Record<string, { to: TopupState; hold?: ModelRecord["hold"]; takes?: true }>;
export type Decision = keyof typeof DECISIONS;

const IDLE: Worker = {
  doing: "nothing",
  claim: 0,
  from: "queued",
  attempt: 0,
  fence: 0,
  decision: "none",
  transaction: 0,
};

/** A worker that does nothing. */
export function idle(): Worker {
  return { ...IDLE };
}

/** A record as it was accepted, and not sent. */
export function acceptedRecord(): ModelRecord {
  return {
    state: "queued",
    attempt: 1,
    fence: 0,
    hold: "none",
    rounds: 0,
    identifierUsed: false,
    transaction: 0,
    evidence: 0,
    contradicted: "no",
    events: 0,
    due: true,
    latestClaim: 0,
  };
}

/** The beginning: one accepted top-up, two idle workers, empty books. */
export function firstWorld(): World {
  return {
    record: acceptedRecord(),
    workers: [idle(), idle()],
    posts: [],
    transactions: [],
    redis: { condition: "whole", older: undefined, ended: "none" },
  };
}

/** A copy that can be changed without changing `world`. */
export function copyOf(world: World): World {
  const [first, second] = world.workers;
  return {
    record: { ...world.record },
    workers: [{ ...first }, { ...second }],
    posts: world.posts.map((post) => ({ ...post })),
    transactions: world.transactions.map((transaction) => ({ ...transaction })),
    redis: { ...world.redis },
  };
}
