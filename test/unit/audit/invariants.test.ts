/**
 * Every check is shown a top-up on which nothing is wrong, and then the same one with one thing planted that must be
 * found, by its own name and no other. A kind of finding that nothing here plants fails the last test, unless it can
 * only be seen by going through a whole ledger; those are planted in test/integration/audit.
 */
import {
  type AuditContext,
  auditTopup,
  FINDING_KINDS,
  type FindingKind,
  findingKey,
  INVARIANTS,
  type ProviderTransaction,
  type TopupCase,
} from "@surefill/audit";
import { DEFAULT_TIMINGS, type TopupRecord } from "@surefill/topup";
import type { TopupFile } from "@surefill/topup-store";
import { describe, expect, test } from "vitest";
import {
  auditContext,
  eventsOf,
  fileOf,
  PAID,
  paidCase,
  type Step,
  TRANSACTION_ID,
  transactionOf,
} from "../../support/audited-topup.js";
import { GRANTED_AT_MS, topupRecord } from "../../support/topup-record.js";

const { FAILED_HOLD_MS, QUIET_MS, SEND_DEADLINE_MS } = DEFAULT_TIMINGS;
const QUIET_OVER_MS = SEND_DEADLINE_MS + QUIET_MS;

const kinds = (topup: TopupCase, context: AuditContext = auditContext()) =>
  auditTopup(topup, context).map(({ kind }) => kind);

/** A case told by its moves, with its events as they must be. */
function told(
  steps: readonly Step[],
  transactions: readonly ProviderTransaction[] = [],
  changes: Partial<TopupRecord> = {},
): TopupCase {
  const file = fileOf(steps, changes);
  return { file, transactions, events: eventsOf(file) };
}

const CLAIMED: Step = ["submitting", "claimed", 0];
const ACCEPTED: Step = ["processing", "accepted-by-provider", 500];

/** FAILED twice over, with the hold between, up to the second attempt's grant `afterMs` after FAILED was seen. */
const secondAttempt = (afterMs: number): Step[] => [
  CLAIMED,
  ACCEPTED,
  ["held", "status-failed", 4_000],
  ["queued", "still-failed-after-hold", 4_000 + Math.min(afterMs, FAILED_HOLD_MS)],
  ["submitting", "claimed", 4_000 + afterMs, 2],
  ["processing", "accepted-by-provider", 4_500 + afterMs, 2],
];
const failedFirst = transactionOf({ status: "FAILED", cost: "0" });
const second = transactionOf({
  transactionId: TRANSACTION_ID + 1,
  customIdentifier: `${topupRecord().reference}~2`,
  status: "PROCESSING",
  atMs: GRANTED_AT_MS + 4_500 + FAILED_HOLD_MS,
});

const resent = (afterMs: number): Step[] => [
  CLAIMED,
  ["unknown", "outcome-unknown", 90_000],
  ["queued", "not-found-after-quiet-period", afterMs - 100],
  ["submitting", "claimed", afterMs],
  ["processing", "accepted-by-provider", afterMs + 500],
];

describe("nothing is found on a top-up that", () => {
  test.each<[string, TopupCase]>([
    ["was paid", paidCase()],
    ["has just been accepted", told([])],
    ["is being sent", told([CLAIMED])],
    ["is being sent, and the provider has it already", told([CLAIMED], [transactionOf({ status: "PROCESSING" })])],
    ["waits at a gate after a refusal", told([CLAIMED, ["held", "refused", 300]])],
    [
      "was refused at a gate and is sent at once again",
      told([CLAIMED, ["held", "refused", 300], ["submitting", "claimed", 400]]),
    ],
    [
      "was not sent for being late, and was sent again",
      told([CLAIMED, ["queued", "not-sent", 9], ["submitting", "claimed", 10]]),
    ],
    [
      "was refunded",
      told([CLAIMED, ACCEPTED, ["refunded", "status-refunded", 4_000]], [transactionOf({ status: "REFUNDED" })]),
    ],
    ["was rejected", told([CLAIMED, ["rejected", "refused", 200]])],
    ["was cancelled", told([["cancelled", "withdrawn", 10]])],
    [
      "has FAILED and is held",
      told([CLAIMED, ACCEPTED, ["held", "status-failed", 4_000]], [transactionOf({ status: "SUCCESSFUL" })], {
        holdReason: "failed",
        transactionId: TRANSACTION_ID,
      }),
    ],
    [
      "is on its second attempt",
      told(secondAttempt(FAILED_HOLD_MS), [failedFirst, second], { transactionId: second.transactionId }),
    ],
    [
      "is on its second attempt, and nobody has heard that the provider has it",
      told(
        [...secondAttempt(FAILED_HOLD_MS).slice(0, 5), ["unknown", "outcome-unknown", FAILED_HOLD_MS + 90_000, 2]],
        [failedFirst, second],
      ),
    ],
    ["was sent again after the quiet period", told(resent(QUIET_OVER_MS), [transactionOf({ status: "PROCESSING" })])],
    [
      "waits for a person",
      told(
        [CLAIMED, ["unknown", "outcome-unknown", 10], ["review", "unknown-for-too-long", 99_999]],
        [transactionOf()],
      ),
    ],
  ])("%s", (_, topup) => {
    expect(auditTopup(topup, auditContext())).toEqual([]);
  });

  test("was paid a moment ago, and is not in the report yet", () => {
    const topup = { ...paidCase(), transactions: [] };
    expect(kinds(topup, auditContext({ nowMs: GRANTED_AT_MS + QUIET_OVER_MS - 1 }))).toEqual([]);
    expect(kinds(topup, auditContext({ nowMs: GRANTED_AT_MS + QUIET_OVER_MS }))).toEqual(["success-not-confirmed"]);
  });

  test("was shrunk to a tombstone", () => {
    const { file, transactions, events } = paidCase();
    const { recipientPhone: _, ...request } = file.record.request;
    const { grantedAtMs: __, ...record } = file.record;
    const tombstone: TopupFile = {
      record: { ...record, request },
      history: [],
      isHistoryWhole: false,
      isTombstone: true,
      isContentIntact: true,
      listedAs: [],
    };
    expect(auditTopup({ file: tombstone, transactions, events }, auditContext())).toEqual([]);
  });

  test("has a history so long that its beginning was dropped", () => {
    const { file, transactions, events } = paidCase({ fence: 40, submits: 40, version: 99 });
    expect(kinds({ file: { ...file, isHistoryWhole: false }, transactions, events })).toEqual([]);
  });
});

type Plant = (topup: TopupCase) => TopupCase;
const withRecord =
  (changes: Partial<TopupRecord>): Plant =>
  ({ file, ...rest }) => ({ ...rest, file: { ...file, record: { ...file.record, ...changes } } });
const withFile =
  (changes: Partial<TopupFile>): Plant =>
  ({ file, ...rest }) => ({ ...rest, file: { ...file, ...changes } });
const withTransactions =
  (...transactions: ProviderTransaction[]): Plant =>
  (topup) => ({ ...topup, transactions });

/** What is planted on a paid top-up, and what must be found. */
const PLANTS: [FindingKind, string, Plant][] = [
  [
    "paid-more-than-once",
    "two SUCCESSFUL transactions with one identifier",
    withTransactions(transactionOf(), transactionOf({ transactionId: 7 })),
  ],
  [
    "paid-more-than-once",
    "a second one that is still PROCESSING",
    withTransactions(transactionOf(), transactionOf({ transactionId: 7, status: "PROCESSING" })),
  ],
  [
    "paid-more-than-once",
    "a second one with a status that nobody knows",
    withTransactions(transactionOf(), transactionOf({ transactionId: 7, status: "REVERSED" })),
  ],
  [
    "attempt-never-made",
    "a FAILED transaction of an attempt that was never made",
    withTransactions(transactionOf(), { ...second, status: "FAILED" }),
  ],
  [
    "transaction-differs",
    "another recipient at the provider",
    withTransactions(transactionOf({ recipient: "2348030000001" })),
  ],
  ["transaction-differs", "another operator", withTransactions(transactionOf({ operatorId: 1 }))],
  ["transaction-differs", "another amount", withTransactions(transactionOf({ requestedAmount: "50" }))],
  [
    "transaction-of-another",
    "an index that gives the transaction to another top-up",
    withFile({ transactionOwner: "order-2" }),
  ],
  [
    "not-granted",
    "a transaction from before the first grant",
    withTransactions(transactionOf({ atMs: GRANTED_AT_MS - 60_000 })),
  ],
  ["success-not-confirmed", "no transaction at all", withTransactions()],
  ["success-not-confirmed", "a late refund", withTransactions(transactionOf({ status: "REFUNDED", cost: "0" }))],
  ["success-not-confirmed", "a FAILED transaction", withTransactions(transactionOf({ status: "FAILED" }))],
  [
    "history-broken",
    "a record in another state than its history",
    (topup) => {
      const { file } = told([CLAIMED, ACCEPTED], [], { state: "unknown" });
      return {
        ...topup,
        file: { ...file, listedAs: [{ state: "unknown", sinceMs: file.record.enteredAtMs }] },
        events: [],
      };
    },
  ],
  ["version-behind", "a version that has missed a write", withRecord({ version: 3 })],
  ["fence-differs", "a grant without a fence of its own", withRecord({ fence: 0 })],
  ["fence-differs", "a fence that no grant gave", withRecord({ fence: 2 })],
  ["too-many-attempts", "a fourth attempt", () => fourthAttempt()],
  ["content-changed", "a request that is not the one that was accepted", withFile({ isContentIntact: false })],
  ["cost-differs", "another cost at the provider", withTransactions(transactionOf({ cost: "4.86" }))],
  ["cost-differs", "another currency at the provider", withTransactions(transactionOf({ costCurrency: "EUR" }))],
  ["alarm-left-over", "an alarm on a paid top-up", withFile({ dueIndexMs: GRANTED_AT_MS })],
  [
    "listed-wrongly",
    "a list that shows it in two states",
    (topup) => withFile({ listedAs: [...topup.file.listedAs, { state: "queued", sinceMs: 1 }] })(topup),
  ],
  ["listed-wrongly", "a list that does not show it", withFile({ listedAs: [] })],
  ["number-shown", "the number in its code", withRecord({ code: `X_${topupRecord().request.recipientPhone?.number}` })],
  ["event-missing", "no event of the end", (topup) => ({ ...topup, events: [] })],
  [
    "event-repeated",
    "the same event twice",
    (topup) => ({
      ...topup,
      events: topup.events.flatMap((event) => [event, { ...event, version: event.version + 1 }]),
    }),
  ],
  [
    "event-without-move",
    "an event of a hold that never was",
    (topup) => ({ ...topup, events: [...heldBefore(topup), ...topup.events] }),
  ],
  [
    "event-out-of-order",
    "a later event with an earlier version",
    (topup) => ({ ...topup, events: topup.events.concat(sighting(topup, 1)) }),
  ],
];

/** The same, where a paid top-up cannot show it. */
const OTHER_PLANTS: [FindingKind, string, TopupCase][] = [
  [
    "paid-but-ended",
    "a rejected top-up that the provider paid",
    told([CLAIMED, ["rejected", "refused", 200]], [transactionOf()]),
  ],
  [
    "paid-but-ended",
    "a cancelled top-up that the provider may pay",
    told([CLAIMED, ["held", "refused", 1], ["cancelled", "withdrawn", 2]], [transactionOf({ status: "PROCESSING" })]),
  ],
  [
    "refund-not-confirmed",
    "a refund that the provider knows nothing of",
    told([CLAIMED, ACCEPTED, ["refunded", "status-refunded", 4_000]], [transactionOf({ status: "FAILED" })]),
  ],
  [
    "paid-but-open",
    "a top-up that waits to be sent again although it is paid",
    told(resent(QUIET_OVER_MS).slice(0, 3), [transactionOf()]),
  ],
  [
    "paid-but-open",
    "a top-up held at a gate although it is paid",
    told([CLAIMED, ["held", "refused", 300]], [transactionOf()], { holdReason: "gate:account" }),
  ],
  [
    "paid-but-open",
    "a second attempt that is being sent although the first one turned out as paid",
    told(secondAttempt(FAILED_HOLD_MS).slice(0, 5), [transactionOf()]),
  ],
  [
    "paid-but-open",
    "a second attempt that nobody knows the outcome of, while the first one turned out as paid",
    told(
      [...secondAttempt(FAILED_HOLD_MS).slice(0, 5), ["unknown", "outcome-unknown", FAILED_HOLD_MS + 90_000, 2]],
      [transactionOf({ status: "PROCESSING" })],
    ),
  ],
  [
    "illegal-move",
    "a final state that was left",
    told([...PAID, ["processing", "found-in-report", 5_000]], [transactionOf()]),
  ],
  [
    "sent-within-quiet-period",
    "a re-send a millisecond before the quiet period is over",
    told(resent(QUIET_OVER_MS - 1), [transactionOf({ status: "PROCESSING" })]),
  ],
  [
    "attempt-too-soon",
    "a second attempt a millisecond before the hold is over",
    told(secondAttempt(FAILED_HOLD_MS - 1), [failedFirst, second], { transactionId: second.transactionId }),
  ],
  [
    "attempt-without-proof",
    "a second attempt for which FAILED was never seen",
    told([
      CLAIMED,
      ["held", "refused", 10],
      ["queued", "still-failed-after-hold", 11],
      ["submitting", "claimed", FAILED_HOLD_MS * 2, 2],
    ]),
  ],
  [
    "alarm-missing",
    "an open top-up without an alarm",
    withFile({ listedAs: fileOf([CLAIMED]).listedAs })(withoutAlarm(told([CLAIMED]))),
  ],
  [
    "not-granted",
    "a transaction of a top-up that was never granted",
    told([["cancelled", "withdrawn", 10]], [failedFirst]),
  ],
];

function withoutAlarm(topup: TopupCase): TopupCase {
  const { dueIndexMs: _, ...file } = topup.file;
  return { ...topup, file };
}

function sighting({ events }: TopupCase, version: number): TopupCase["events"] {
  return events.map((event) => ({ ...event, id: `${event.atMs}-9`, type: "topup.contradicted", version }));
}

function heldBefore({ events }: TopupCase): TopupCase["events"] {
  return events.map((event) => ({ ...event, type: "topup.held", state: "held", atMs: event.atMs - 1, version: 3 }));
}

function fourthAttempt(): TopupCase {
  const steps = [0, 1, 2].flatMap((round): Step[] => {
    const startMs = round * 2 * FAILED_HOLD_MS;
    return [
      ["submitting", "claimed", startMs, round + 1],
      ["processing", "accepted-by-provider", startMs + 1, round + 1],
      ["held", "status-failed", startMs + 2, round + 1],
      ["queued", "still-failed-after-hold", startMs + 2 + FAILED_HOLD_MS, round + 1],
    ];
  });
  return told([...steps, ["submitting", "claimed", 6 * FAILED_HOLD_MS, 4]]);
}

describe("a finding is made of", () => {
  test.each(PLANTS)("%s: %s", (kind, _, plant) => {
    expect(kinds(plant(paidCase()))).toEqual([kind]);
  });

  test.each(OTHER_PLANTS)("%s: %s", (kind, _, topup) => {
    expect(kinds(topup)).toEqual([kind]);
  });

  test("not-ended: an open top-up when nothing is under way any more, and only then", () => {
    expect(kinds(told([CLAIMED]), auditContext({ isSettled: true }))).toEqual(["not-ended"]);
    expect(kinds(paidCase(), auditContext({ isSettled: true }))).toEqual([]);
  });
});

test("a contradiction that a person has seen and decided in spite of carries their name", () => {
  const twice = [transactionOf(), transactionOf({ transactionId: 7 })];
  const topup = { ...paidCase({ forced: true, resolvedBy: "Ada Obi" }), transactions: twice };
  expect(auditTopup(topup, auditContext())).toMatchObject([{ kind: "paid-more-than-once", acceptedBy: "Ada Obi" }]);
});

test("a finding names its invariant, the transactions that show it, and no phone number", () => {
  const number = topupRecord().request.recipientPhone?.number ?? "";
  const stranger = transactionOf({
    transactionId: 7,
    customIdentifier: `${topupRecord().reference}~9`,
    recipient: number,
  });
  const findings = auditTopup({ ...paidCase(), transactions: [transactionOf(), stranger] }, auditContext());
  for (const finding of findings) {
    expect(INVARIANTS[finding.invariant]).toBeTypeOf("string");
    expect(JSON.stringify(finding)).not.toContain(number.slice(-7));
  }
  expect(findings.map(findingKey)).toEqual([
    "attempt-never-made:order-1:7",
    `paid-more-than-once:order-1:7:${TRANSACTION_ID}`,
  ]);
});

/** Kinds that no single top-up can show. */
const OF_THE_WHOLE: readonly FindingKind[] = ["orphan-transaction", "acknowledged-but-missing", "books-differ"];

test("every kind of finding is planted somewhere", () => {
  const planted = [...PLANTS, ...OTHER_PLANTS].map(([kind]) => kind);
  expect(new Set([...planted, "not-ended", ...OF_THE_WHOLE])).toEqual(new Set(Object.keys(FINDING_KINDS)));
});
