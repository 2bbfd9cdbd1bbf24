/** What a status answer means while polling and after the 30-minute hold, at the edges of every limit. */
import {
  afterHold,
  afterPoll,
  canMove,
  customIdentifierOf,
  DEFAULT_TIMINGS,
  nextAttemptMove,
  type StatusAnswer,
} from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { decisionContext, GRANTED_AT_MS, HIGHEST_CHANCE, topupRecord } from "../../support/topup-record.js";

const NOW_MS = GRANTED_AT_MS + 60_000;
const processing = (changes = {}) =>
  topupRecord({ state: "processing", transactionId: 77, processingSinceMs: GRANTED_AT_MS, ...changes });
const held = (changes = {}) =>
  processing({ state: "held", holdReason: "failed", holdUntilMs: NOW_MS, enteredAtMs: NOW_MS - 1_800_000, ...changes });

const FAILED: StatusAnswer = { kind: "failed", code: "PROVIDER_INTERNAL_ERROR" };
const UNREADABLE: StatusAnswer = { kind: "unreadable", code: "STATUS_NOT_KNOWN" };
const ANSWERS: readonly StatusAnswer[] = [
  { kind: "processing" },
  { kind: "successful", settlement: {} },
  { kind: "refunded" },
  FAILED,
  UNREADABLE,
];

describe("a poll", () => {
  test("SUCCESSFUL ends the top-up with what was paid and delivered", () => {
    const settlement = { cost: "4.75", costCurrency: "USD", delivered: "2000", deliveredCurrency: "NGN" };
    const move = afterPoll(processing(), { kind: "successful", settlement }, 120, decisionContext(NOW_MS));
    expect(move).toMatchObject({
      to: "succeeded",
      because: "status-successful",
      patch: { settlement, code: null },
      event: "topup.succeeded",
      latencyMs: 120,
    });
    expect(move.dueAtMs).toBeUndefined();
  });

  test("REFUNDED ends the top-up as refunded and buys nothing again", () => {
    const move = afterPoll(processing(), { kind: "refunded", code: "OUTAGE" }, 1, decisionContext(NOW_MS));
    expect(move).toMatchObject({ to: "refunded", because: "status-refunded", patch: { code: "OUTAGE" } });
    expect(move.event).toBe("topup.refunded");
  });

  test("PROCESSING and answers that nobody can read keep it open, with longer waits", () => {
    for (const [answer, because] of [
      [{ kind: "processing" }, "still-processing"],
      [UNREADABLE, "status-unreachable"],
    ] as const) {
      const move = afterPoll(processing({ polls: 2 }), answer, 1, decisionContext(NOW_MS));
      expect(move).toMatchObject({ to: "processing", because, patch: { polls: 3 }, dueAtMs: NOW_MS + 15_000 });
      expect(move.event).toBeUndefined();
    }
  });

  test.each([{ kind: "processing" }, UNREADABLE] as const)(
    "$kind up to 24 hours is polled on, and a millisecond later a person is asked",
    (answer) => {
      const oldestMs = NOW_MS - DEFAULT_TIMINGS.POLL_AGE_MS_MAX;
      const at = (processingSinceMs: number) =>
        afterPoll(processing({ processingSinceMs }), answer, 1, decisionContext(NOW_MS));
      expect(at(oldestMs).to).toBe("processing");
      expect(at(oldestMs - 1)).toMatchObject({
        to: "review",
        because: "processing-for-too-long",
        event: "topup.review",
      });
    },
  );

  test("a final answer is believed at any age", () => {
    const record = processing({ processingSinceMs: NOW_MS - 10 * DEFAULT_TIMINGS.POLL_AGE_MS_MAX });
    expect(afterPoll(record, { kind: "successful", settlement: {} }, 1, decisionContext(NOW_MS)).to).toBe("succeeded");
    expect(afterPoll(record, FAILED, 1, decisionContext(NOW_MS)).to).toBe("held");
  });

  test.each(ANSWERS)("$kind makes a move that the table allows, from polling and from the hold", (answer) => {
    expect(canMove("processing", afterPoll(processing(), answer, 1, decisionContext(NOW_MS)).to)).toBe(true);
    expect(canMove("held", afterHold(held(), answer, 1, decisionContext(NOW_MS)).to)).toBe(true);
  });
});

describe("FAILED", () => {
  const failedAt = (random: number) =>
    afterPoll(processing(), FAILED, 1, decisionContext(NOW_MS, { random: () => random }));

  test.each([
    { random: 0, holdMs: 1_800_000 },
    { random: 0.5, holdMs: 1_830_000 },
    { random: HIGHEST_CHANCE, holdMs: 1_860_000 },
  ])("with chance $random is held for exactly $holdMs ms: half an hour and at most a minute", ({ random, holdMs }) => {
    const move = failedAt(random);
    expect(move).toMatchObject({
      to: "held",
      because: "status-failed",
      patch: { holdReason: "failed", holdUntilMs: NOW_MS + holdMs, code: "PROVIDER_INTERNAL_ERROR" },
      dueAtMs: NOW_MS + holdMs,
    });
  });

  test("closes the product's gate for as long, so that nobody buys it for that phone meanwhile", () => {
    const move = failedAt(0.25);
    expect(move.gate).toEqual({
      kind: "product",
      reason: "PROVIDER_INTERNAL_ERROR",
      untilMs: move.dueAtMs,
      leastMs: DEFAULT_TIMINGS.FAILED_HOLD_MS + DEFAULT_TIMINGS.FAILED_HOLD_JITTER_MS * 0.25,
    });
  });

  test("tells that it holds and tells of no completion", () => {
    expect(failedAt(0).event).toBe("topup.held");
  });

  test("keeps its transaction, which is asked about again when the hold ends", () => {
    expect(failedAt(0).patch).not.toHaveProperty("transactionId");
    expect(failedAt(0).patch).not.toHaveProperty("attempt");
  });
});

describe("the end of a hold", () => {
  const afterHeld = (answer: StatusAnswer, changes = {}, context = decisionContext(NOW_MS)) =>
    afterHold(held(changes), answer, 9, context);

  test("SUCCESSFUL and REFUNDED are believed after all", () => {
    expect(afterHeld({ kind: "successful", settlement: {} })).toMatchObject({
      to: "succeeded",
      event: "topup.succeeded",
    });
    expect(afterHeld({ kind: "refunded" })).toMatchObject({ to: "refunded", event: "topup.refunded" });
  });

  test("still FAILED, said twice now, is the only way to a new attempt with a new identifier", () => {
    const move = afterHeld(FAILED, { rounds: 2, lookups: 3, identifierUsed: true, refusedSinceMs: 1 });
    expect(move).toMatchObject({ to: "queued", because: "still-failed-after-hold", dueAtMs: NOW_MS, latencyMs: 9 });
    expect(move.patch).toEqual({
      attempt: 2,
      polls: 0,
      rounds: 0,
      outageRounds: 0,
      unknownSinceMs: null,
      lookups: 0,
      emptyLookups: null,
      unansweredLookups: null,
      identifierUsed: false,
      transactionId: null,
      processingSinceMs: null,
      refusedSinceMs: null,
      holdReason: null,
      holdUntilMs: null,
      failedSeen: [{ transactionId: held().transactionId, atMs: NOW_MS - DEFAULT_TIMINGS.FAILED_HOLD_MS }],
    });
    expect(move.event).toBeUndefined();
  });

  test("still FAILED on the last attempt ends the top-up, with one completion event", () => {
    expect(afterHeld(FAILED, { attempt: 2 }).to).toBe("queued");
    expect(afterHeld(FAILED, { attempt: 3 })).toMatchObject({
      to: "failed",
      because: "no-attempts-left",
      patch: { code: "PROVIDER_INTERNAL_ERROR", holdReason: null },
      event: "topup.failed",
    });
    const once = decisionContext(NOW_MS, { timings: { ...DEFAULT_TIMINGS, SUBMIT_ATTEMPTS_MAX: 1 } });
    expect(afterHeld(FAILED, {}, once).to).toBe("failed");
  });

  test("PROCESSING again is polled on, and its age counts from the very first time", () => {
    expect(afterHeld({ kind: "processing" })).toMatchObject({
      to: "processing",
      because: "still-processing",
      patch: { holdReason: null, holdUntilMs: null },
    });
    const tooOldMs = NOW_MS - DEFAULT_TIMINGS.POLL_AGE_MS_MAX - 1;
    expect(afterHeld({ kind: "processing" }, { processingSinceMs: tooOldMs }).to).toBe("review");
  });

  test("no readable answer keeps the hold, asks again in a minute, and after 24 hours asks a person", () => {
    expect(afterHeld(UNREADABLE)).toMatchObject({ to: "held", dueAtMs: NOW_MS + 60_000 });
    expect(afterHeld(UNREADABLE).event).toBeUndefined();
    const oldestMs = NOW_MS - DEFAULT_TIMINGS.POLL_AGE_MS_MAX;
    expect(afterHeld(UNREADABLE, { holdUntilMs: oldestMs }).to).toBe("held");
    expect(afterHeld(UNREADABLE, { holdUntilMs: oldestMs - 1 })).toMatchObject({
      to: "review",
      because: "status-unreachable",
    });
  });

  test("one FAILED is never enough: no answer to a poll makes a new attempt or a final failure", () => {
    for (const answer of ANSWERS) {
      const { to, patch } = afterPoll(processing(), answer, 1, decisionContext(NOW_MS));
      expect(["queued", "failed"]).not.toContain(to);
      expect(patch).not.toHaveProperty("attempt");
    }
  });
});

describe("a customIdentifier", () => {
  test("is the reference, then reference~2, reference~3, and never random", () => {
    expect([1, 2, 3].map((attempt) => customIdentifierOf("order-1", attempt))).toEqual([
      "order-1",
      "order-1~2",
      "order-1~3",
    ]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("is refused for attempt %s", (attempt) => {
    expect(() => customIdentifierOf("order-1", attempt)).toThrow(RangeError);
  });

  test("grows by one attempt at a time, also on a person's word", () => {
    expect(nextAttemptMove(topupRecord({ attempt: 4 }), "resolved-by-operator", NOW_MS).patch.attempt).toBe(5);
  });
});
