/**
 * The judge of the chaos runs, shown a run in which all is well, and then the same run with one thing wrong: a judge that
 * cannot find anything proves nothing.
 */
import { type Evidence, judge } from "@surefill/proof";
import type { HistoryEntry, TopupEvent, TopupRecord } from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { GRANTED_AT_MS, topupRecord } from "../../support/topup-record.js";

type Row = Evidence["rows"][number];

const WALLET = { currency: "USD", openingBalance: "100.00000", credited: "0.00000", frozen: "0.00000" };

function row(customIdentifier: string, changes: Partial<Row> = {}): Row {
  return {
    customIdentifier,
    posts: 1,
    lastPostAtMs: GRANTED_AT_MS,
    executions: 1,
    duplicateRefusals: 0,
    rejections: 0,
    transactionIds: [7],
    statuses: ["SUCCESSFUL"],
    debited: "4.85000",
    refunded: "0.00000",
    recipient: "2348031234567",
    operatorId: 341,
    amount: "5",
    useLocalAmount: false,
    ...changes,
  };
}

function event(changes: Partial<TopupEvent>): TopupEvent {
  return {
    id: "1-1",
    type: "topup.succeeded",
    reference: "paid",
    state: "succeeded",
    attempt: 1,
    version: 4,
    atMs: GRANTED_AT_MS,
    because: "status-successful",
    ...changes,
  };
}

const paid = topupRecord({ reference: "paid", state: "succeeded", transactionId: 7, settlement: { cost: "4.85" } });
const dead = topupRecord({ reference: "dead", state: "failed", attempt: 2, transactionId: 9 });
const refused = topupRecord({ reference: "refused", state: "rejected" });
const doubtful = topupRecord({ reference: "doubtful", state: "review", code: "OUTAGE" });

/** A run of four top-ups, each with another end, and all in order. */
function goodRun(): Evidence {
  const rows = [
    row("paid"),
    row("dead", { transactionIds: [8], statuses: ["FAILED"], debited: "0.00000" }),
    row("dead~2", { transactionIds: [9], statuses: ["FAILED"], debited: "0.00000" }),
    row("refused", { executions: 0, rejections: 1, transactionIds: [], statuses: [], debited: "0.00000" }),
    row("doubtful", { executions: 0, rejections: 3, transactionIds: [], statuses: [], debited: "0.00000" }),
  ];
  const events = [
    event({}),
    event({ id: "2-1", type: "topup.failed", reference: "dead", state: "failed", because: "no-attempts-left" }),
    event({ id: "3-1", type: "topup.rejected", reference: "refused", state: "rejected", because: "refused" }),
    event({ id: "4-1", type: "topup.review", reference: "doubtful", state: "review", because: "unknown-too-often" }),
  ];
  const records = [paid, dead, refused, doubtful];
  return {
    acknowledged: new Map(records.map((record) => [record.reference, orderOf(record)])),
    records: new Map(records.map((record) => [record.reference, record])),
    histories: new Map([["doubtful", [reviewed("unknown-too-often")]]]),
    open: 0,
    books: {
      wallet: { ...WALLET, debited: "4.85000", refunded: "0.00000", balance: "95.15000" },
      totals: {
        posts: 7,
        postsWithoutIdentifier: 0,
        executions: 3,
        duplicateRefusals: 0,
        rejections: 4,
        debits: 1,
        refunds: 0,
        identifiers: 5,
        identifiersWithSeveralExecutions: 0,
        byStatus: { SUCCESSFUL: 1, FAILED: 2 },
        recordsPosts: false,
        webhooks: { sent: 0, failed: 0, withheld: 0 },
      },
    },
    rows,
    paidIn: [],
    events,
    told: events.map(({ id, type, atMs, ...data }) => ({ id, type, timestamp: new Date(atMs).toISOString(), data })),
    delivered: new Map(events.map(({ id }) => [id, 1])),
    putOff: new Set(),
    wrongAnswers: [],
    numbersInLogs: [],
    endedByThemselves: [],
    overdueStops: [],
  };
}

function orderOf({ reference, request }: TopupRecord) {
  const { amount, useLocalAmount, recipientPhone } = request;
  return {
    reference,
    operatorId: 341,
    amount,
    useLocalAmount,
    recipientPhone: recipientPhone ?? { countryCode: "NG", number: "" },
  };
}

function reviewed(because: HistoryEntry["because"]): HistoryEntry {
  return { atMs: GRANTED_AT_MS, from: "unknown", to: "review", attempt: 1, because };
}

const withRecord = (run: Evidence, record: TopupRecord): Evidence => ({
  ...run,
  records: new Map(run.records).set(record.reference, record),
});

const withRow = (run: Evidence, changed: Row): Evidence => ({
  ...run,
  rows: run.rows.map((known) => (known.customIdentifier === changed.customIdentifier ? changed : known)),
});

function without<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Map<Key, Value> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

describe("the judge of a chaos run", () => {
  test("finds nothing where nothing is wrong, and lists the review with its reason", () => {
    expect(judge(goodRun())).toEqual({
      violations: [],
      reviews: [{ reference: "doubtful", because: "unknown-too-often", code: "OUTAGE" }],
    });
  });

  test("takes a delivery for late and not for lost that waits in its queue", () => {
    const run = goodRun();
    const late = { ...run, delivered: without(run.delivered, "1-1"), putOff: new Set(["1-1"]) };
    expect(judge(late).violations).toEqual([]);
  });

  test.for<[string, string, (run: Evidence) => Evidence]>([
    [
      "an acknowledged top-up that is in no ledger",
      "S7",
      (run) => ({ ...run, records: without(run.records, "refused") }),
    ],
    ["a top-up that never ends", "S7", (run) => withRecord(run, { ...refused, state: "processing" })],
    ["a top-up that the ledger counts as open", "S7", (run) => ({ ...run, open: 1 })],
    [
      "another amount than was ordered",
      "S7",
      (run) => withRecord(run, { ...paid, request: { ...paid.request, amount: "6" } }),
    ],
    ["two executions of one attempt", "S1", (run) => withRow(run, row("paid", { executions: 2 }))],
    [
      "two paid attempts of one top-up",
      "S1",
      (run) => withRow(withRow(run, row("dead")), row("dead~2", { transactionIds: [9] })),
    ],
    ["a POST of what was executed already", "S6", (run) => withRow(run, row("paid", { duplicateRefusals: 1 }))],
    ["a failed top-up that was paid", "S4", (run) => withRow(run, row("dead", { transactionIds: [8] }))],
    ["a succeeded top-up that was not", "S4", (run) => withRow(run, row("paid", { statuses: ["REFUNDED"] }))],
    ["a rejected top-up that was executed", "S4", (run) => withRow(run, row("refused", { statuses: ["FAILED"] }))],
    ["a failed top-up that may still be paid", "S4", (run) => withRow(run, row("dead", { statuses: ["PROCESSING"] }))],
    ["another recipient", "S2", (run) => withRow(run, row("paid", { recipient: "2348031234568" }))],
    ["another transaction", "S2", (run) => withRow(run, row("paid", { transactionIds: [77] }))],
    ["an execution that nobody ordered", "S2", (run) => ({ ...run, rows: [...run.rows, row("stranger")] })],
    ["an attempt that we know nothing of", "S2", (run) => ({ ...run, rows: [...run.rows, row("paid~2")] })],
    ["money that the books do not explain", "S11", (run) => withRecord(run, { ...paid, settlement: { cost: "4.86" } })],
    ["a success without a cost", "S11", (run) => withRecord(run, { ...paid, settlement: {} })],
    ["a payment that the wallet did not get", "S11", (run) => ({ ...run, paidIn: ["1"] })],
    ["an end without its event", "S8", (run) => ({ ...run, events: run.events.slice(1) })],
    [
      "an end that is told twice",
      "S8",
      (run) => ({ ...run, events: [...run.events, event({ id: "5-1", version: 5 })] }),
    ],
    ["an end of another kind than told", "S8", (run) => withRecord(run, { ...refused, state: "cancelled" })],
    ["an event that was not delivered", "S8", (run) => ({ ...run, delivered: without(run.delivered, "1-1") })],
    [
      "an event that was not delivered, whatever else is put off",
      "S8",
      (run) => ({ ...run, delivered: without(run.delivered, "1-1"), putOff: new Set(["2-1"]) }),
    ],
    ["a delivery of nothing", "S8", (run) => ({ ...run, delivered: new Map(run.delivered).set("9-9", 1) })],
    ["an event that no reader got", "S8", (run) => ({ ...run, told: run.told.slice(1) })],
    ["an event that only a reader got", "S8", (run) => ({ ...run, events: run.events.slice(0, 3) })],
    ["a caller who is told of a conflict", "S10", (run) => ({ ...run, wrongAnswers: ["paid was answered with 409"] })],
    ["a number in a log", "S13", (run) => ({ ...run, numbersInLogs: ["worker-1.1.log:7"] })],
    ["a process that ended by itself", "process", (run) => ({ ...run, endedByThemselves: ["worker-1"] })],
    ["a process that had to be killed", "process", (run) => ({ ...run, overdueStops: ["producer"] })],
    ["a review without a good reason", "review", (run) => ({ ...run, histories: new Map() })],
    [
      "a review of what was executed",
      "review",
      (run) => withRow(run, row("doubtful", { statuses: ["PROCESSING"], debited: "0.00000" })),
    ],
  ])("finds %s", ([, invariant, spoil]) => {
    expect(judge(spoil(goodRun())).violations.map((violation) => violation.invariant)).toContain(invariant);
  });
});
