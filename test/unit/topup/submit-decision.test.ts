/** What each answer to the one POST of an attempt means for the money, row by row, with and without an earlier unknown. */
import {
  afterSubmit,
  canMove,
  DEFAULT_TIMINGS,
  GATE_EVIDENCE,
  REFUSALS,
  readRefusal,
  type SubmitOutcome,
  unknownMove,
} from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { decisionContext, GRANTED_AT_MS, HIGHEST_CHANCE, topupRecord } from "../../support/topup-record.js";

const NOW_MS = GRANTED_AT_MS + 700;
const refused = (code: string, retryAfterMs?: number): SubmitOutcome =>
  retryAfterMs === undefined ? { kind: "refused", code } : { kind: "refused", code, retryAfterMs };
const decide = (outcome: SubmitOutcome, record = topupRecord(), context = decisionContext(NOW_MS)) =>
  afterSubmit(record, outcome, 650, context);

type Row = { answer: string; outcome: SubmitOutcome; first: string; afterUnknown: string };
const ROWS: readonly Row[] = [
  {
    answer: "2xx with a transactionId",
    outcome: { kind: "accepted", transactionId: 77 },
    first: "processing because accepted-by-provider",
    afterUnknown: "processing because accepted-by-provider",
  },
  {
    answer: "2xx without an id, 5xx, 408, reset or timeout after a byte was written",
    outcome: { kind: "unknown", code: "RELOADLY_TIMEOUT" },
    first: "unknown because outcome-unknown at operator",
    afterUnknown: "unknown because outcome-unknown at operator",
  },
  {
    answer: "CUSTOM_IDENTIFIER_ALREADY_USED",
    outcome: refused("CUSTOM_IDENTIFIER_ALREADY_USED"),
    first: "unknown because identifier-already-used",
    afterUnknown: "unknown because identifier-already-used",
  },
  {
    answer: "a second 401",
    outcome: refused("TOKEN_EXPIRED"),
    first: "held because refused at account",
    afterUnknown: "held because refused at account",
  },
  {
    answer: "429",
    outcome: refused("RATE_LIMIT_REACHED", 20_000),
    first: "held because refused at account",
    afterUnknown: "held because refused at account",
  },
  {
    answer: "INSUFFICIENT_BALANCE",
    outcome: refused("INSUFFICIENT_BALANCE"),
    first: "held because refused at account",
    afterUnknown: "held because refused at account",
  },
  {
    answer: "PHONE_RECENTLY_RECHARGED",
    outcome: refused("PHONE_RECENTLY_RECHARGED"),
    first: "held because refused at phone",
    afterUnknown: "unknown because outcome-unknown at operator",
  },
  {
    answer: "a permanent refusal",
    outcome: refused("INVALID_RECIPIENT_PHONE"),
    first: "rejected because refused",
    afterUnknown: "rejected because refused",
  },
  {
    answer: "an error code that nobody has met",
    outcome: refused("SOMETHING_NEW"),
    first: "unknown because outcome-unknown at operator",
    afterUnknown: "unknown because outcome-unknown at operator",
  },
  {
    answer: "503 OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE",
    outcome: refused("OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE"),
    first: "held because refused at operator",
    afterUnknown: "held because refused at operator",
  },
  {
    answer: "no connection, so that no byte left",
    outcome: { kind: "not-sent", cause: "unreachable", code: "RELOADLY_UNREACHABLE" },
    first: "held because not-sent at account",
    afterUnknown: "held because not-sent at account",
  },
  {
    answer: "a claim that grew too old before the write",
    outcome: { kind: "not-sent", cause: "too-late", code: "RELOADLY_NOT_SENT" },
    first: "queued because not-sent",
    afterUnknown: "queued because not-sent",
  },
];

function inWords({ to, because, gate }: ReturnType<typeof afterSubmit>): string {
  return `${to} because ${because}${gate === undefined ? "" : ` at ${gate.kind}`}`;
}

describe("the answer to a POST", () => {
  test.each(ROWS)("$answer: $first, and after an unknown outcome $afterUnknown", (row) => {
    const first = decide(row.outcome);
    const afterUnknown = decide(row.outcome, topupRecord({ rounds: 1 }));
    expect(inWords(first)).toBe(row.first);
    expect(inWords(afterUnknown)).toBe(row.afterUnknown);
    for (const move of [first, afterUnknown]) expect(canMove("submitting", move.to)).toBe(true);
  });

  test.each(ROWS)("$answer: the claim is given back and the attempt stays the same", ({ outcome }) => {
    const { patch } = decide(outcome);
    expect(patch.leaseUntilMs).toBeNull();
    expect(patch).not.toHaveProperty("attempt");
  });

  test("an accepted attempt starts its polls, its age and its counters anew", () => {
    const move = decide(
      { kind: "accepted", transactionId: 77 },
      topupRecord({ polls: 4, code: "OLD", refusedSinceMs: 5 }),
    );
    expect(move.patch).toMatchObject({
      transactionId: 77,
      processingSinceMs: NOW_MS,
      polls: 0,
      code: null,
      refusedSinceMs: null,
    });
    expect(move.dueAtMs).toBe(NOW_MS + 3_000);
    expect(move.latencyMs).toBe(650);
    expect(move.event).toBeUndefined();
  });
});

describe("a refusal by code", () => {
  const codesThat = (action: string, gate?: string) =>
    Object.entries(REFUSALS)
      .filter(
        ([, refusal]) => refusal.do === action && (gate === undefined || ("gate" in refusal && refusal.gate === gate)),
      )
      .map(([code]) => code);

  test.each(codesThat("look"))("%s may hide an execution, so nothing is sent before a look", (code) => {
    expect(decide(refused(code)).to).toBe("unknown");
  });

  test.each(codesThat("reject"))("%s ends the top-up as rejected, with its code", (code) => {
    const move = decide(refused(code));
    expect(move).toMatchObject({ to: "rejected", because: "refused", patch: { code }, event: "topup.rejected" });
  });

  test.each(codesThat("wait", "account"))("%s never fails a top-up, however long it lasts", (code) => {
    const record = topupRecord({ refusedSinceMs: NOW_MS - 400 * 86_400_000 });
    expect(decide(refused(code), record)).toMatchObject({ to: "held", gate: { kind: "account" } });
  });

  test.each([...codesThat("wait", "operator"), ...codesThat("wait", "phone")])(
    "%s waits up to the oldest age and fails after it",
    (code) => {
      const oldestMs = NOW_MS - DEFAULT_TIMINGS.REFUSAL_AGE_MS_MAX;
      expect(decide(refused(code), topupRecord({ refusedSinceMs: oldestMs })).to).toBe("held");
      expect(decide(refused(code), topupRecord({ refusedSinceMs: oldestMs - 1 }))).toMatchObject({
        to: "failed",
        because: "refused-for-too-long",
        patch: { code },
        event: "topup.failed",
      });
    },
  );

  test("days without money do not count as the recipient's refusal", () => {
    const refusedOnce = decide(refused("OPERATOR_NOT_IN_SERVICE")).patch.refusedSinceMs;
    expect(refusedOnce).toBe(NOW_MS);
    expect(
      decide(refused("INSUFFICIENT_BALANCE"), topupRecord({ refusedSinceMs: NOW_MS })).patch.refusedSinceMs,
    ).toBeNull();
    expect(decide(refused("INSUFFICIENT_BALANCE")).patch.refusedSinceMs).toBeNull();
  });

  test("the age of a refusal counts from the first one", () => {
    const record = topupRecord({ refusedSinceMs: NOW_MS - 5_000 });
    expect(decide(refused("OPERATOR_NOT_IN_SERVICE"), record).patch.refusedSinceMs).toBe(NOW_MS - 5_000);
  });

  test.each(["__proto__", "constructor", "toString", "", "custom_identifier_already_used"])(
    "the code %j is not in the table and means look",
    (code) => {
      expect(readRefusal(code, false)).toEqual({ do: "look" });
    },
  );
});

describe("the gate that a refusal closes", () => {
  const gateOf = (outcome: SubmitOutcome) => decide(outcome).gate;

  test("a recently recharged phone waits longer than the provider's two minutes, whatever Retry-After says", () => {
    const phone = { kind: "phone", reason: "PHONE_RECENTLY_RECHARGED" };
    expect(gateOf(refused("PHONE_RECENTLY_RECHARGED"))).toMatchObject({ ...phone, untilMs: NOW_MS + 130_000 });
    expect(gateOf(refused("PHONE_RECENTLY_RECHARGED", 1_000))).toMatchObject({ untilMs: NOW_MS + 130_000 });
    expect(gateOf(refused("PHONE_RECENTLY_RECHARGED", 200_000))).toMatchObject({ untilMs: NOW_MS + 200_000 });
  });

  test.each([
    { said: 20_000, untilMs: NOW_MS + 20_000 },
    { said: 900_000, untilMs: NOW_MS + 900_000 },
    { said: 900_001, untilMs: NOW_MS + 900_000 },
    { said: 86_400_000, untilMs: NOW_MS + 900_000 },
  ])("Retry-After of $said ms is obeyed up to a quarter of an hour", ({ said, untilMs }) => {
    expect(gateOf(refused("RATE_LIMIT_REACHED", said))).toMatchObject({ kind: "account", untilMs });
  });

  test("Retry-After closes the account's gate at once, up to a quarter of an hour", () => {
    expect(gateOf(refused("RATE_LIMIT_REACHED", 20_000))).toEqual(
      expect.objectContaining({ kind: "account", untilMs: NOW_MS + 20_000 }),
    );
    expect(gateOf(refused("RATE_LIMIT_REACHED", 9_999_999))).toMatchObject({ untilMs: NOW_MS + 900_000 });
  });

  test.each([undefined, 0, -5_000])("Retry-After of %s ms slows all workers down, and this top-up waits", (said) => {
    const context = { ...decisionContext(NOW_MS), sentPerSecond: 40 };
    const move = decide(refused("RATE_LIMIT_REACHED", said), topupRecord(), context);
    expect(move).toMatchObject({ to: "held", slowDownFrom: { perSecond: 40 }, patch: { holdReason: "refused" } });
    expect(move.gate).toMatchObject({ kind: "account", evidence: GATE_EVIDENCE.account });
    expect(move.dueAtMs).toBe(NOW_MS + 3_000 + (move.gate?.holdJitterMs ?? 0));
  });

  test.each([
    ["INSUFFICIENT_BALANCE", "account"],
    ["INACTIVE_ACCOUNT", "account"],
    ["OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE", "operator"],
    ["TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT", "operator"],
  ] as const)("%s is one failure among the several that close the %s gate", (code, kind) => {
    const { gate } = decide(refused(code));
    expect(gate).toMatchObject({ kind, evidence: GATE_EVIDENCE[kind], firstMs: 30_000, delayMsMax: 300_000 });
    for (const needed of [gate?.evidence?.failures, gate?.evidence?.recipients]) expect(needed).toBeGreaterThan(1);
  });

  test("a refusal that passes has its top-up wait 30 s, then as long as it has waited, at most ten minutes", () => {
    const code = "OPERATOR_NOT_IN_SERVICE";
    const waitMs = (waitedMs: number) =>
      (decide(refused(code), topupRecord({ refusedSinceMs: NOW_MS - waitedMs })).dueAtMs ?? 0) - NOW_MS;
    const jitterMs = decide(refused(code)).gate?.holdJitterMs ?? 0;
    expect([0, 30_000, 60_000, 120_000, 900_000].map(waitMs)).toEqual(
      [30_000, 30_000, 60_000, 120_000, 600_000].map((ms) => ms + jitterMs),
    );
  });

  test("a top-up that costs more than the balance waits where more money wakes it", () => {
    expect(decide(refused("INSUFFICIENT_BALANCE")).patch).toMatchObject({ holdReason: "gate:balance" });
  });

  test("a POST without an outcome is a failure of operator and account", () => {
    const { gate } = decide({ kind: "unknown", code: "RELOADLY_TIMEOUT" });
    expect(gate).toMatchObject({ kind: "operator", also: "account", evidence: GATE_EVIDENCE.account });
  });

  test("an unreachable provider is tried again sooner than an empty wallet", () => {
    const gate = gateOf({ kind: "not-sent", cause: "unreachable", code: "RELOADLY_UNREACHABLE" });
    expect(gate).toMatchObject({
      kind: "account",
      reason: "RELOADLY_UNREACHABLE",
      firstMs: 3_000,
      delayMsMax: 300_000,
    });
  });

  test("rows that wait at one gate go on at most five seconds apart, and the hold is told", () => {
    const outcome = refused("INSUFFICIENT_BALANCE");
    const at = (random: number) => decide(outcome, topupRecord(), decisionContext(NOW_MS, { random: () => random }));
    expect(at(0).gate?.holdJitterMs).toBe(0);
    expect(at(HIGHEST_CHANCE).gate?.holdJitterMs).toBe(5_000);
    expect(at(0).event).toBe("topup.held");
  });
});

describe("an outcome that became unknown", () => {
  test("is looked up after 15 seconds, and the round is counted", () => {
    const move = decide({ kind: "unknown", code: "RELOADLY_TIMEOUT" }, topupRecord({ rounds: 1, lookups: 6 }));
    expect(move.patch).toEqual({
      rounds: 2,
      lookups: 0,
      leaseUntilMs: null,
      code: "RELOADLY_TIMEOUT",
    });
    expect(move.dueAtMs).toBe(NOW_MS + 15_000);
  });

  test("is looked up at once when the identifier is already used, and that is remembered", () => {
    const move = decide(refused("CUSTOM_IDENTIFIER_ALREADY_USED"));
    expect(move.patch.identifierUsed).toBe(true);
    expect(move.dueAtMs).toBe(NOW_MS);
    expect(decide({ kind: "unknown", code: "X" }).patch).not.toHaveProperty("identifierUsed");
  });

  test("a lost worker costs an interruption and no attempt", () => {
    const move = unknownMove(
      topupRecord({ interruptions: 2 }),
      "lease-expired",
      "WORKER_LOST",
      decisionContext(NOW_MS),
    );
    expect(move.patch).toMatchObject({ interruptions: 3, rounds: 1 });
    expect(move.patch).not.toHaveProperty("attempt");
    expect(decide({ kind: "unknown", code: "X" }).patch).not.toHaveProperty("interruptions");
  });
});
