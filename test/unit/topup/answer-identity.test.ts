/** An answer about a transaction counts for the top-up that it names, and for no other. */
import {
  type AttemptStatus,
  afterHold,
  afterPoll,
  afterTakenTransaction,
  namesAnother,
  type StatusAnswer,
  weighAttempts,
} from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { decisionContext, GRANTED_AT_MS, topupRecord } from "../../support/topup-record.js";

const record = topupRecord({ state: "processing", transactionId: 7, attempt: 2 });
const { reference, operatorId = 0, request } = record;
const recipient = request.recipientPhone?.number ?? "";
const own = {
  customIdentifier: `${reference}~2`,
  operatorId,
  recipient,
  requestedAmount: request.amount,
  deliveredAmount: null,
};
const NOTHING_TOLD = { customIdentifier: null, operatorId: null, recipient: null, requestedAmount: null };
const context = decisionContext(GRANTED_AT_MS + 60_000);

test.each([
  ["its own", own],
  ["its own in capitals", { ...own, customIdentifier: own.customIdentifier.toUpperCase() }],
  ["its amount written with more decimals", { ...own, requestedAmount: `${Number(request.amount).toFixed(5)}` }],
  ["one that tells nothing", { ...NOTHING_TOLD, deliveredAmount: null }],
])("a transaction that is %s belongs to the attempt", (_what, told) => {
  expect(namesAnother(record, told)).toBeUndefined();
});

test.each([
  ["another top-up", { ...own, customIdentifier: "another-one" }, "CUSTOM_IDENTIFIER_OF_ANOTHER"],
  ["an earlier attempt", { ...own, customIdentifier: reference }, "CUSTOM_IDENTIFIER_OF_ANOTHER"],
  ["another recipient", { ...own, recipient: "2348039999999" }, "RECIPIENT_OF_ANOTHER"],
  ["another operator", { ...own, operatorId: operatorId + 1 }, "OPERATOR_OF_ANOTHER"],
  ["another amount", { ...own, requestedAmount: "999" }, "AMOUNT_OF_ANOTHER"],
  [
    "another recipient alone",
    { ...NOTHING_TOLD, recipient: "2348039999999", deliveredAmount: null },
    "RECIPIENT_OF_ANOTHER",
  ],
])("a transaction of %s does not belong to the attempt, and the code says why", (_what, told, code) => {
  expect(namesAnother(record, told)).toBe(code);
});

const ANOTHERS: StatusAnswer = { kind: "names-another", code: "CUSTOM_IDENTIFIER_OF_ANOTHER" };

describe("an answer that names another top-up", () => {
  test.each([
    ["processing", afterPoll, {}],
    ["held on FAILED", afterHold, { state: "held", holdReason: "failed", holdUntilMs: GRANTED_AT_MS } as const],
  ])("has a top-up that is %s give the transactionId up and be looked up at once", (_what, decide, changes) => {
    const move = decide({ ...record, ...changes }, ANOTHERS, 5, context);
    expect(move).toMatchObject({ to: "unknown", because: "answer-names-another", dueAtMs: context.nowMs });
    expect(move.patch).toMatchObject({ transactionId: null, holdReason: null, rounds: record.rounds + 1 });
    expect(move.event).toBeUndefined();
    expect(move.gate).toBeUndefined();
  });
});

describe("a transaction that another top-up still has", () => {
  const unknown = topupRecord({ state: "unknown", enteredAtMs: context.nowMs });
  test("is looked up again soon", () => {
    const move = afterTakenTransaction(unknown, context);
    expect(move).toMatchObject({ to: "unknown", because: "transaction-taken" });
    expect((move.dueAtMs ?? 0) - context.nowMs).toBeLessThanOrEqual(60_000);
  });

  test("is for a person once the outcome has been unknown for too long", () => {
    const late = decisionContext(context.nowMs + context.timings.UNKNOWN_AGE_MS_MAX + 1);
    expect(afterTakenTransaction(unknown, late)).toMatchObject({ to: "review", because: "several-transaction-ids" });
  });
});

describe("before a later attempt is sent", () => {
  const queued = topupRecord({
    state: "queued",
    attempt: 2,
    enteredAtMs: context.nowMs,
    evidence: [7, 8].map((transactionId) => ({ attempt: 1, transactionId })),
  });
  const weigh = (...statuses: AttemptStatus[]) => {
    const transactions = statuses.map((status, index) => ({ attempt: 1, transactionId: 7 + index, status }));
    return weighAttempts(queued, { kind: "shown", transactions }, context);
  };
  const FAILED: StatusAnswer = { kind: "failed" };

  test.each<[AttemptStatus]>([
    [{ kind: "successful", settlement: {} }],
    [{ kind: "processing" }],
    [{ kind: "missing" }],
  ])("%j of any attempt before stops it for a person", (status) => {
    const stop = { do: "stop", move: { to: "review", because: "earlier-attempt-may-be-paid" } };
    expect(weigh(FAILED, status)).toMatchObject(stop);
    expect(weigh(status, FAILED)).toMatchObject(stop);
  });

  test("FAILED of a transaction that nobody has waited for stops it: it may be taken back", () => {
    const news = { attempt: 1, transactionId: 9, status: FAILED };
    expect(weighAttempts(queued, { kind: "shown", transactions: [news] }, context)).toMatchObject({ do: "stop" });
  });

  test("FAILED and REFUNDED let it proceed, and so does nothing at all", () => {
    expect(weigh(FAILED, { kind: "refunded" })).toEqual({ do: "proceed" });
    expect(weigh()).toEqual({ do: "proceed" });
  });

  test("what cannot be read is waited for, and is for a person when it lasts too long", () => {
    const unreached = { kind: "unreached", code: "RELOADLY_TIMEOUT" } as const;
    expect(weigh(FAILED, { kind: "unreadable", code: "STATUS_NOT_KNOWN" })).toEqual({ do: "wait" });
    expect(weighAttempts(queued, unreached, context)).toEqual({ do: "wait" });
    const late = decisionContext(context.nowMs + context.timings.UNKNOWN_AGE_MS_MAX + 1);
    expect(weighAttempts(queued, unreached, late)).toMatchObject({ do: "stop", move: { to: "review" } });
  });
});
