import {
  BECAUSE,
  type Because,
  type LookupTally,
  STATES,
  TOPUP_EVENT_TYPES,
  type TopupEventType,
  type TopupState,
} from "@surefill/topup";
import fc from "fast-check";

/** Three top-ups: the first two buy for one phone, the second in a campaign, the third with its operator unknown. */
export const TOPUPS = 3;

/** How a move differs from what the record shows. */
export type Disguise = "none" | "state" | "attempt" | "fence" | "version" | "same-version" | "repeated";

/**
 * Where a move goes, by its place in the table's row of the record's state, or among those of the row that stay open;
 * `anywhere` names any state.
 */
export type Target = { place: number } | { openPlace: number } | { anywhere: TopupState };

/** Fields that a random move may carry; times are counted from the ledger's now. */
export type RandomPatch = {
  nextAttempt?: true;
  operatorId?: 341 | 342;
  polls?: number;
  interruptions?: number;
  rounds?: number;
  lookups?: number;
  emptyLookups?: LookupTally | null;
  processingSinceMs?: number | null;
  refusedSinceMs?: number | null;
  holdReason?: "failed" | null;
  holdUntilMs?: number | null;
  leaseUntilMs?: null;
  identifierUsed?: boolean;
  transactionId?: number | null;
  code?: string | null;
  failedSeen?: readonly { transactionId: number; agoMs: number }[] | null;
  settlement?: { cost?: string; delivered?: string; pin?: { code: string } };
  verdict?: { resolvedBy: string; resolvedReason: string };
};

export type RandomGate = {
  kind: "account" | "operator" | "phone" | "product";
  reason: string;
  untilInMs?: number;
  leastMs?: number;
  holdJitterMs?: number;
};

/** One operation on a ledger. Numbers are small on purpose: what collides is what is interesting. */
export type Operation =
  | { do: "accept"; topup: number; amount: "5" | "6" }
  | { do: "claim"; topup: number; attemptOff: number; holdJitterMs: number }
  | {
      do: "move";
      topup: number;
      target: Target;
      disguise: Disguise;
      because: Because;
      patch: RandomPatch;
      gate?: RandomGate;
      dueInMs?: number;
      event?: TopupEventType;
      latencyMs?: number;
    }
  | { do: "evidence"; topup: number; attempt: number; transactionId: number }
  | { do: "contradict"; topup: number; live: readonly { attempt: number | null; transactionId: number }[] }
  | { do: "look"; topup: number }
  | { do: "ring"; topup: number; dueInMs: number; isStale: boolean; isOtherAlarm: boolean }
  | { do: "wake"; topup: number; attempt?: number; transactionId?: number }
  | { do: "close-gate"; topup: number; gate: RandomGate }
  | { do: "open-gate"; topup: number; kind: RandomGate["kind"] }
  | { do: "closed-gates" }
  | { do: "forget-gates"; ageMs: number }
  | { do: "shrink"; ageMs: number; limit: number }
  | { do: "overdue"; lateMs: number; limit: number }
  | { do: "wait"; ms: number };

const topup = fc.nat({ max: TOPUPS - 1 });
const transactionId = fc.integer({ min: 1, max: 5 });
const aheadMs = fc.integer({ min: -60_000, max: 300_000 });
const ledgerMs = fc.nat({ max: 2_000_000_000_000 });
const waitMs = fc.oneof(fc.nat({ max: 1_000 }), fc.nat({ max: 3_600_000 }));
const gateKind = fc.constantFrom("account", "operator", "phone", "product");

const gate: fc.Arbitrary<RandomGate> = fc.record(
  {
    kind: gateKind,
    reason: fc.constantFrom("X", "EMPTY"),
    untilInMs: aheadMs,
    leastMs: fc.nat({ max: 120_000 }),
    holdJitterMs: fc.nat({ max: 5_000 }),
  },
  { requiredKeys: ["kind", "reason"] },
);

const patch: fc.Arbitrary<RandomPatch> = fc.record(
  {
    nextAttempt: fc.constant(true as const),
    operatorId: fc.constantFrom(341, 342),
    polls: fc.nat({ max: 2 }),
    interruptions: fc.nat({ max: 2 }),
    rounds: fc.nat({ max: 2 }),
    lookups: fc.nat({ max: 2 }),
    emptyLookups: fc.option(fc.record({ times: fc.nat({ max: 9 }), firstMs: ledgerMs, lastMs: ledgerMs })),
    processingSinceMs: fc.option(aheadMs),
    refusedSinceMs: fc.option(aheadMs),
    holdReason: fc.constantFrom("failed", null),
    holdUntilMs: fc.option(aheadMs),
    leaseUntilMs: fc.constant(null),
    identifierUsed: fc.boolean(),
    transactionId: fc.option(transactionId, { freq: 3 }),
    code: fc.constantFrom("CODE", "A|B", null),
    failedSeen: fc.option(
      fc.array(fc.record({ transactionId, agoMs: fc.nat({ max: 3_600_000 }) }), { minLength: 1, maxLength: 3 }),
    ),
    settlement: fc.record(
      {
        cost: fc.constantFrom("1.5", "2"),
        delivered: fc.constantFrom("100", "99.5"),
        pin: fc.constantFrom({ code: "7" }, { code: "8" }),
      },
      { requiredKeys: [] },
    ),
    verdict: fc.constantFrom(
      { resolvedBy: "Ada", resolvedReason: "seen" },
      { resolvedBy: "A|B", resolvedReason: "x|y" },
    ),
  },
  { requiredKeys: [] },
);

const target: fc.Arbitrary<Target> = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 9 }).map((place) => ({ place })) },
  { weight: 12, arbitrary: fc.nat({ max: 9 }).map((openPlace) => ({ openPlace })) },
  { weight: 1, arbitrary: fc.constantFrom(...STATES).map((anywhere) => ({ anywhere })) },
);

const disguise: fc.Arbitrary<Disguise> = fc.oneof(
  { weight: 8, arbitrary: fc.constant("none" as const) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Disguise>("state", "attempt", "fence", "version", "same-version", "repeated"),
  },
);

const move: fc.Arbitrary<Operation> = fc.record(
  {
    do: fc.constant("move" as const),
    topup,
    target,
    disguise,
    because: fc.constantFrom(...BECAUSE.filter((reason) => reason !== "contradiction-accepted")),
    patch,
    gate,
    dueInMs: aheadMs,
    event: fc.constantFrom(...TOPUP_EVENT_TYPES.filter((type) => type !== "topup.contradiction_accepted")),
    latencyMs: fc.nat({ max: 1_000 }),
  },
  { requiredKeys: ["do", "topup", "target", "disguise", "because", "patch"] },
);

const claim: fc.Arbitrary<Operation> = fc.record({
  do: fc.constant("claim" as const),
  topup,
  attemptOff: fc.constantFrom(0, 0, 0, 0, 1, -1),
  holdJitterMs: fc.nat({ max: 3_000 }),
});

const rarely: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant("accept" as const), topup, amount: fc.constantFrom("5", "6") }),
  fc.record({ do: fc.constant("look" as const), topup }),
  fc.record({
    do: fc.constant("ring" as const),
    topup,
    dueInMs: aheadMs,
    isStale: fc.boolean(),
    isOtherAlarm: fc.boolean(),
  }),
  fc.record(
    { do: fc.constant("wake" as const), topup, attempt: fc.integer({ min: 1, max: 3 }), transactionId },
    { requiredKeys: ["do", "topup"] },
  ),
  fc.record({ do: fc.constant("close-gate" as const), topup, gate }),
  fc.record({ do: fc.constant("open-gate" as const), topup, kind: gateKind }),
  fc.record({ do: fc.constant("closed-gates" as const) }),
  fc.record({ do: fc.constant("forget-gates" as const), ageMs: fc.nat({ max: 600_000 }) }),
  fc.record({ do: fc.constant("shrink" as const), ageMs: fc.nat({ max: 600_000 }), limit: fc.nat({ max: 3 }) }),
  fc.record({ do: fc.constant("overdue" as const), lateMs: aheadMs, limit: fc.nat({ max: 3 }) }),
);

const evidence: fc.Arbitrary<Operation> = fc.record({
  do: fc.constant("evidence" as const),
  topup,
  attempt: fc.integer({ min: 1, max: 3 }),
  transactionId,
});

const contradict: fc.Arbitrary<Operation> = fc.record({
  do: fc.constant("contradict" as const),
  topup,
  live: fc.array(fc.record({ attempt: fc.constantFrom(1, 2, 3, null), transactionId }), { maxLength: 2 }),
});

const alone = (operation: fc.Arbitrary<Operation>) => operation.map((one) => [one]);

/** Any sequence of operations. It begins with top-ups to work on; the rest is chance. */
export const operationSequences: fc.Arbitrary<Operation[]> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: alone(move) },
      { weight: 4, arbitrary: alone(claim) },
      { weight: 2, arbitrary: alone(evidence) },
      { weight: 1, arbitrary: alone(contradict) },
      { weight: 3, arbitrary: alone(fc.record({ do: fc.constant("wait" as const), ms: waitMs })) },
      { weight: 6, arbitrary: alone(rarely) },
      { weight: 2, arbitrary: topup.map(sendAgain) },
    ),
    { minLength: 10, maxLength: 40, size: "max" },
  )
  .map((operations) => [...BEGINNING, ...operations.flat()]);

/** What pure chance hardly ever brings about: a top-up is claimed, comes back, and is claimed once more. */
function sendAgain(index: number): Operation[] {
  const gates = (["account", "operator", "phone", "product"] as const).map(
    (kind): Operation => ({ do: "open-gate", topup: index, kind }),
  );
  const toQueue: Operation = {
    do: "move",
    topup: index,
    target: { anywhere: "queued" },
    disguise: "none",
    because: "not-sent",
    patch: {},
  };
  const claimIt: Operation = { do: "claim", topup: index, attemptOff: 0, holdJitterMs: 0 };
  return [...gates, claimIt, toQueue, claimIt];
}

const BEGINNING: readonly Operation[] = [0, 1, 2].map((index) => ({ do: "accept", topup: index, amount: "5" }));

/** So many moves of one top-up that its history drops the oldest. */
const LONG_STORY: readonly Operation[] = [
  ...BEGINNING,
  ...Array.from({ length: 70 }, (_, index): Operation => {
    const common = { do: "move", topup: 0, disguise: "none", because: "refused", patch: {}, dueInMs: index } as const;
    return { ...common, target: { anywhere: index % 2 === 0 ? "held" : "queued" } };
  }),
];

/** A transactionId of another's, seen twice and given up; its owner takes it, and both are woken by the provider. */
const DISOWNED_STORY: readonly Operation[] = [
  ...BEGINNING,
  ...[0, 1].flatMap((index): Operation[] => {
    const common = { do: "move", topup: index, disguise: "none", dueInMs: 60_000 } as const;
    const take = (transactionId: number, because: Because): Operation => {
      return { ...common, target: { anywhere: "processing" }, because, patch: { transactionId } };
    };
    const giveUp: Operation = {
      ...common,
      target: { anywhere: "unknown" },
      because: "answer-names-another",
      patch: { transactionId: null, processingSinceMs: null },
    };
    return [
      { do: "open-gate", topup: index, kind: "account" },
      { do: "claim", topup: index, attemptOff: 0, holdJitterMs: 0 },
      take(2 - index, "accepted-by-provider"),
      { do: "evidence", topup: index, attempt: 1, transactionId: 2 - index },
      { do: "evidence", topup: index, attempt: index + 1, transactionId: 5 },
      { do: "wake", topup: 1 - index, attempt: 1, transactionId: 2 - index },
      { do: "wake", topup: index, attempt: 1 },
      giveUp,
      take(1 + index, "found-in-report"),
      giveUp,
      take(1 + index, "found-in-report"),
      { ...giveUp, patch: {} },
    ];
  }),
];

/** Far more than it takes to miss any of the mutants of the scripts. */
const COMPARED_SEQUENCES = 60;

/**
 * What both ledgers are compared by: the same sequences every time, so that what they meet is no matter of luck. The
 * mutants of the scripts are tried with these and no others: whatever these miss, `npm test` misses.
 */
export function comparedSequences(): (readonly Operation[])[] {
  return [...fc.sample(operationSequences, { numRuns: COMPARED_SEQUENCES, seed: 1 }), LONG_STORY, DISOWNED_STORY];
}
