/** What a person is told of a review, and which verdict the evidence supports. */
import { DEFAULT_TIMINGS, reviewEvidenceOf, type ShownTransaction, suggestVerdict } from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { fileOf, type Step } from "../../support/audited-topup.js";
import { GRANTED_AT_MS } from "../../support/topup-record.js";

const AFTER_QUIET_MS = GRANTED_AT_MS + 86_400_000;

function evidenceOf(steps: readonly Step[], changes: Parameters<typeof fileOf>[1] = {}, nowMs = AFTER_QUIET_MS) {
  const { record, history } = fileOf(steps, changes);
  return reviewEvidenceOf(record, history, { nowMs, timings: DEFAULT_TIMINGS });
}

const SENT_ONCE: Step[] = [
  ["submitting", "claimed", 0],
  ["unknown", "outcome-unknown", 90_000],
];

test("every request of every attempt is told, with what came of it", () => {
  const evidence = evidenceOf(
    [
      ...SENT_ONCE,
      ["held", "found-in-report", 100_000],
      ["queued", "still-failed-after-hold", 2_000_000],
      ["submitting", "claimed", 2_000_100, 2],
      ["review", "several-transaction-ids", 2_000_200, 2],
    ],
    {
      transactionId: 9,
      evidence: [
        { attempt: 1, transactionId: 7 },
        { attempt: 2, transactionId: 9 },
      ],
    },
  );
  expect(evidence.attempts).toEqual([
    {
      attempt: 1,
      customIdentifier: "order-1",
      requests: [{ atMs: GRANTED_AT_MS, outcome: "outcome-unknown" }],
      transactionIds: [7],
    },
    {
      attempt: 2,
      customIdentifier: "order-1~2",
      requests: [{ atMs: GRANTED_AT_MS + 2_000_100, outcome: "several-transaction-ids" }],
      transactionIds: [9],
    },
  ]);
  expect(evidence.lookups).toEqual([{ atMs: GRANTED_AT_MS + 100_000, attempt: 1, showed: "found-in-report" }]);
});

test("look-ups that decided nothing are told with their number and times, and no others", () => {
  const emptyLookups = { times: 4, firstMs: GRANTED_AT_MS + 95_000, lastMs: GRANTED_AT_MS + 900_000 };
  const unansweredLookups = { times: 2, firstMs: GRANTED_AT_MS + 100_000, lastMs: GRANTED_AT_MS + 110_000 };
  const steps: Step[] = [...SENT_ONCE, ["review", "unknown-too-often", 1_300_000]];
  expect(evidenceOf(steps, { emptyLookups, unansweredLookups })).toMatchObject({ emptyLookups, unansweredLookups });
  expect(evidenceOf(steps)).not.toHaveProperty("emptyLookups");
  expect(evidenceOf(steps)).not.toHaveProperty("unansweredLookups");
});

describe("by the record alone", () => {
  const inReview = (because: Step[1], changes: Parameters<typeof fileOf>[1] = {}) =>
    evidenceOf([...SENT_ONCE, ["review", because, 99_000]], changes).suggestion.verdict;

  test.each<[Step[1], string | null]>([
    ["unknown-too-often", "resubmit"],
    ["several-provider-rows", "succeeded"],
    ["several-transaction-ids", "succeeded"],
    ["provider-row-differs", null],
    ["identifier-used-but-not-found", null],
    ["unknown-for-too-long", null],
    ["processing-for-too-long", null],
  ])("a review because of %s suggests %s", (because, verdict) => {
    expect(inReview(because)).toBe(verdict);
  });

  test("nothing that could pay again is suggested where a transaction was ever seen", () => {
    expect(inReview("unknown-too-often", { evidence: [{ attempt: 1, transactionId: 7 }] })).toBeNull();
    expect(inReview("unknown-too-often", { transactionId: 7 })).toBeNull();
  });

  test("nothing is suggested before the quiet period is over", () => {
    const steps: Step[] = [...SENT_ONCE, ["review", "unknown-too-often", 99_000]];
    expect(evidenceOf(steps, {}, GRANTED_AT_MS + 99_000).suggestion.verdict).toBeNull();
  });
});

describe("by everything that the provider has", () => {
  const shown = (...statuses: string[]): ShownTransaction[] =>
    statuses.map((status, index) => ({ transactionId: index + 1, status, isSame: true }));

  test.each<[string[], string | null]>([
    [[], "resubmit"],
    [["FAILED"], "resubmit"],
    [["FAILED", "REFUNDED"], "refunded"],
    [["SUCCESSFUL"], "succeeded"],
    [["FAILED", "SUCCESSFUL"], "succeeded"],
    [["SUCCESSFUL", "SUCCESSFUL"], "succeeded"],
    [["PROCESSING"], null],
    [["REFUNDED", "PROCESSING"], null],
    [["A NEW WORD"], null],
  ])("%j supports %s", (statuses, verdict) => {
    expect(suggestVerdict(shown(...statuses), { isHiding: false }).verdict).toBe(verdict);
  });

  test.each<[string[], string | null]>([
    [[], null],
    [["FAILED"], null],
    [["FAILED", "REFUNDED"], null],
    [["FAILED", "SUCCESSFUL"], "succeeded"],
  ])("and hides one, %j supports %s", (statuses, verdict) => {
    expect(suggestVerdict(shown(...statuses), { isHiding: true }).verdict).toBe(verdict);
  });

  test("the transaction that paid is named, and the one that is too much", () => {
    const suggestion = suggestVerdict(shown("FAILED", "SUCCESSFUL", "PROCESSING"), { isHiding: false });
    expect(suggestion).toMatchObject({ verdict: "succeeded", transactionId: 2 });
    expect(suggestion.reason).toContain("3");
  });

  test("a paid transaction for something else supports nothing", () => {
    const different = [{ transactionId: 1, status: "SUCCESSFUL", isSame: false }];
    expect(suggestVerdict(different, { isHiding: false }).verdict).toBeNull();
  });
});

test("what is FAILED is told with the time until which it may turn, and nothing is suggested before", () => {
  const atMs = AFTER_QUIET_MS - 1_000;
  const steps: Step[] = [...SENT_ONCE, ["review", "unknown-too-often", 99_000]];
  const evidenceAt = (nowMs: number) => evidenceOf(steps, { failedSeen: [{ transactionId: 7, atMs }] }, nowMs);
  const untilMs = atMs + DEFAULT_TIMINGS.FAILED_HOLD_MS;
  expect(evidenceAt(AFTER_QUIET_MS)).toMatchObject({
    failed: [{ transactionId: 7, atMs, untilMs }],
    suggestion: { verdict: null, reason: expect.stringContaining("FAILED") },
  });
  expect(evidenceAt(untilMs).suggestion.verdict).toBe("resubmit");
});
