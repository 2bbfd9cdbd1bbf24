/** When an unknown outcome may be believed: only on a matching row, or on an empty report after the quiet period. */
import {
  afterEarlyLookup,
  afterLookup,
  canMove,
  DEFAULT_TIMINGS,
  earlyLookupFromMs,
  isSameTopup,
  nextEarlyLookupAtMs,
  type ProviderRow,
  quietUntilMsOf,
  type TopupRecord,
} from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { decisionContext, GRANTED_AT_MS, topupRecord } from "../../support/topup-record.js";

const BECAME_UNKNOWN_MS = GRANTED_AT_MS + 90_000;
const QUIET_UNTIL_MS = GRANTED_AT_MS + DEFAULT_TIMINGS.SEND_DEADLINE_MS + DEFAULT_TIMINGS.QUIET_MS;
const unknown = (changes: Partial<TopupRecord> = {}) =>
  topupRecord({ state: "unknown", enteredAtMs: BECAME_UNKNOWN_MS, rounds: 1, ...changes });
const row = (changes: Partial<ProviderRow> = {}): ProviderRow => ({
  transactionId: 77,
  status: { kind: "processing" },
  operatorId: 341,
  recipient: "2348031234567",
  requestedAmount: "5.00000",
  ...changes,
});
const look = (nowMs: number, rows: readonly ProviderRow[], record = unknown()) =>
  afterLookup(record, { kind: "rows", rows }, decisionContext(nowMs));

describe("an empty report", () => {
  test("one millisecond before the quiet period ends proves nothing", () => {
    const move = look(QUIET_UNTIL_MS - 1, []);
    expect(move).toMatchObject({ to: "unknown", because: "not-found-yet", patch: { lookups: 1 } });
    expect(move.dueAtMs).toBe(QUIET_UNTIL_MS);
  });

  test("is kept as evidence: how often, and when first and last", () => {
    const first = look(BECAME_UNKNOWN_MS, []).patch;
    expect(first.emptyLookups).toEqual({ times: 1, firstMs: BECAME_UNKNOWN_MS, lastMs: BECAME_UNKNOWN_MS });
    const record = unknown({ emptyLookups: { times: 1, firstMs: BECAME_UNKNOWN_MS, lastMs: BECAME_UNKNOWN_MS } });
    const second = look(BECAME_UNKNOWN_MS + 7, [], record).patch;
    expect(second.emptyLookups).toEqual({ times: 2, firstMs: BECAME_UNKNOWN_MS, lastMs: BECAME_UNKNOWN_MS + 7 });
  });

  test("from the end of the quiet period on lets the same attempt be sent again, with the same identifier", () => {
    const move = look(QUIET_UNTIL_MS, []);
    expect(move).toMatchObject({ to: "queued", because: "not-found-after-quiet-period", dueAtMs: QUIET_UNTIL_MS });
    expect(move.patch).toEqual({ lookups: 1 });
  });

  test("never makes a new identifier, at any time and in any round", () => {
    for (const nowMs of [BECAME_UNKNOWN_MS, QUIET_UNTIL_MS, QUIET_UNTIL_MS + 400 * 86_400_000]) {
      for (const rounds of [1, 2, 3, 9]) {
        for (const identifierUsed of [false, true]) {
          expect(look(nowMs, [], unknown({ rounds, identifierUsed })).patch).not.toHaveProperty("attempt");
        }
      }
    }
  });

  test("contradicts an identifier that is already used: it is looked for during 6 hours, then a person decides", () => {
    const record = unknown({ identifierUsed: true });
    const untilMs = BECAME_UNKNOWN_MS + 6 * 3_600_000;
    for (const nowMs of [QUIET_UNTIL_MS - 1, QUIET_UNTIL_MS, untilMs]) {
      expect(look(nowMs, [], record)).toMatchObject({ to: "unknown", because: "not-found-yet" });
    }
    expect(look(untilMs, [], record).dueAtMs).toBe(untilMs + 300_000);
    expect(look(untilMs + 1, [], record)).toMatchObject({
      to: "review",
      because: "identifier-used-but-not-found",
      event: "topup.review",
    });
  });

  test("in the third round asks a person instead of sending a fourth time", () => {
    expect(look(QUIET_UNTIL_MS, [], unknown({ rounds: 2 })).to).toBe("queued");
    expect(look(QUIET_UNTIL_MS, [], unknown({ rounds: 3 }))).toMatchObject({
      to: "review",
      because: "unknown-too-often",
    });
  });

  test("does not use up rounds in which the provider accepted nothing", () => {
    expect(look(QUIET_UNTIL_MS, [], unknown({ rounds: 9, outageRounds: 7 })).to).toBe("queued");
    expect(look(QUIET_UNTIL_MS, [], unknown({ rounds: 9, outageRounds: 6 })).because).toBe("unknown-too-often");
  });

  test("is believed up to 48 hours after the outcome first became unknown, whatever the round", () => {
    const record = unknown({ rounds: 9, outageRounds: 9, unknownSinceMs: GRANTED_AT_MS - 86_400_000 });
    const lastMs = GRANTED_AT_MS + 86_400_000;
    expect(look(lastMs, [], record).to).toBe("queued");
    expect(look(lastMs + 1, [], record)).toMatchObject({ to: "review", because: "unknown-for-too-long" });
  });

  test("is believed up to 48 hours after the outcome became unknown", () => {
    const oldestMs = BECAME_UNKNOWN_MS + DEFAULT_TIMINGS.UNKNOWN_AGE_MS_MAX;
    expect(look(oldestMs, []).to).toBe("queued");
    expect(look(oldestMs + 1, [])).toMatchObject({ to: "review", because: "unknown-for-too-long" });
  });

  test("counts the quiet period from the latest claim's last moment to send", () => {
    expect(quietUntilMsOf(unknown(), DEFAULT_TIMINGS)).toBe(GRANTED_AT_MS + 10_000 + 1_200_000);
  });
});

describe("a report that could not be read", () => {
  const unreached = (nowMs: number, record = unknown({ lookups: 4 })) =>
    afterLookup(record, { kind: "unreached", code: "RELOADLY_TIMEOUT" }, decisionContext(nowMs));

  test("counts for nothing, also after the quiet period: look again", () => {
    const move = unreached(QUIET_UNTIL_MS + 1);
    expect(move).toMatchObject({ to: "unknown", because: "report-unreachable" });
    const unansweredLookups = { times: 1, firstMs: QUIET_UNTIL_MS + 1, lastMs: QUIET_UNTIL_MS + 1 };
    expect(move.patch).toEqual({ code: "RELOADLY_TIMEOUT", unansweredLookups });
    // 20 minutes after it became unknown, which is the last mark of the schedule; from then on every five minutes.
    expect(move.dueAtMs).toBe(BECAME_UNKNOWN_MS + 20 * 60_000);
    expect(unreached(BECAME_UNKNOWN_MS + 20 * 60_000).dueAtMs).toBe(BECAME_UNKNOWN_MS + 25 * 60_000);
  });

  test("ends nothing, however long the provider is away", () => {
    const oldestMs = BECAME_UNKNOWN_MS + DEFAULT_TIMINGS.UNKNOWN_AGE_MS_MAX;
    expect(unreached(oldestMs + 1).to).toBe("unknown");
  });
});

describe("a row in the report", () => {
  test("that is still processing is adopted with its transaction and polled from the start", () => {
    const move = look(BECAME_UNKNOWN_MS, [row()]);
    expect(move).toMatchObject({
      to: "processing",
      because: "found-in-report",
      patch: { transactionId: 77, polls: 0, processingSinceMs: BECAME_UNKNOWN_MS },
      dueAtMs: BECAME_UNKNOWN_MS + 3_000,
    });
  });

  test("with a status that nobody knows is adopted and polled, never ended", () => {
    expect(look(BECAME_UNKNOWN_MS, [row({ status: { kind: "unreadable", code: "NEW" } })]).to).toBe("processing");
  });

  test("that is SUCCESSFUL ends the top-up, with its transaction", () => {
    const settlement = { cost: "4.75", costCurrency: "USD" };
    const move = look(BECAME_UNKNOWN_MS, [row({ status: { kind: "successful", settlement } })]);
    expect(move).toMatchObject({
      to: "succeeded",
      because: "found-in-report",
      patch: { transactionId: 77, settlement },
      event: "topup.succeeded",
    });
    expect(move).not.toHaveProperty("latencyMs");
  });

  test("that is REFUNDED ends the top-up as refunded, with its transaction", () => {
    expect(look(BECAME_UNKNOWN_MS, [row({ status: { kind: "refunded" } })])).toMatchObject({
      to: "refunded",
      patch: { transactionId: 77 },
    });
  });

  test("that is FAILED is held for the full half hour like any other FAILED", () => {
    const move = look(BECAME_UNKNOWN_MS, [row({ status: { kind: "failed", code: "E" } })]);
    expect(move).toMatchObject({
      to: "held",
      because: "found-in-report",
      patch: { transactionId: 77, holdReason: "failed", code: "E" },
      dueAtMs: BECAME_UNKNOWN_MS + 1_830_000,
      gate: { kind: "product" },
      event: "topup.held",
    });
    expect(move.patch.processingSinceMs).toBe(BECAME_UNKNOWN_MS);
  });

  test.each([
    { what: "another phone", changes: { recipient: "2348031234568" } },
    { what: "another operator", changes: { operatorId: 342 } },
    { what: "another amount", changes: { requestedAmount: "5.00001" } },
    { what: "another amount that was delivered as ours", changes: { requestedAmount: "6", deliveredAmount: "5" } },
  ])("for $what is never adopted: a person decides", ({ changes }) => {
    const move = look(BECAME_UNKNOWN_MS, [row({ ...changes, status: { kind: "successful", settlement: {} } })]);
    expect(move).toMatchObject({ to: "review", because: "provider-row-differs", patch: { transactionId: 77 } });
  });

  test("beside another one is an over-payment, even if both match", () => {
    const move = look(BECAME_UNKNOWN_MS, [row(), row({ transactionId: 78 })]);
    expect(move).toMatchObject({ to: "review", because: "several-provider-rows", event: "topup.review" });
  });

  test("found late is adopted all the same, whatever round or age", () => {
    const record = unknown({ rounds: 9, identifierUsed: true });
    expect(look(BECAME_UNKNOWN_MS + 400 * 86_400_000, [row()], record).to).toBe("processing");
  });

  test("always leads where the table allows", () => {
    const statuses: ProviderRow["status"][] = [
      { kind: "processing" },
      { kind: "successful", settlement: {} },
      { kind: "refunded" },
      { kind: "failed" },
      { kind: "unreadable", code: "X" },
    ];
    for (const status of statuses) {
      expect(canMove("unknown", look(BECAME_UNKNOWN_MS, [row({ status })]).to)).toBe(true);
    }
  });
});

describe("the same top-up", () => {
  test("is recognised whatever form the provider gives the amount", () => {
    for (const requestedAmount of ["5", "5.0", "5.00000000000", "0.5E1", "500E-2"]) {
      expect(isSameTopup(unknown(), row({ requestedAmount })), requestedAmount).toBe(true);
    }
  });

  test("in local currency may be reported by what it delivered, but only in local currency", () => {
    const record = unknown();
    const local = { ...record, request: { ...record.request, amount: "505", useLocalAmount: true } };
    expect(isSameTopup(local, row({ requestedAmount: "0.33", deliveredAmount: "505.00000000000" }))).toBe(true);
    expect(isSameTopup(local, row({ requestedAmount: "0.33", deliveredAmount: "506" }))).toBe(false);
    expect(isSameTopup(local, row({ requestedAmount: "0.33" }))).toBe(false);
  });

  test("to a line is recognised by each of its numbers, and by no other", () => {
    const recipientPhone = { countryCode: "AR", number: "5491123456789" };
    const record = unknown({ request: { ...unknown().request, recipientPhone } });
    expect(isSameTopup(record, row({ recipient: "541123456789" }))).toBe(true);
    expect(isSameTopup(record, row({ recipient: "541123456788" }))).toBe(false);
  });

  test("to a Nauta address is compared without regard to case", () => {
    const { recipientPhone: _, ...request } = { ...unknown().request, recipientEmail: "ana@nauta.com.cu" };
    expect(isSameTopup(unknown({ request }), row({ recipient: "Ana@Nauta.com.cu" }))).toBe(true);
    expect(isSameTopup(unknown({ request }), row({ recipient: "" }))).toBe(false);
  });
});

describe("a look-up while the lease of a lost worker runs", () => {
  const claimed = topupRecord({ state: "submitting", leaseUntilMs: GRANTED_AT_MS + 120_000 });
  const early = (rows: readonly ProviderRow[]) =>
    afterEarlyLookup(claimed, { kind: "rows", rows }, decisionContext(GRANTED_AT_MS + 15_000));

  test("adopts the one row that is this top-up, and leaves its status to the poll", () => {
    const rows = [row({ status: { kind: "failed" } })];
    expect(early(rows)).toMatchObject({
      to: "processing",
      because: "found-in-report",
      patch: { transactionId: 77, interruptions: claimed.interruptions + 1 },
    });
    expect(canMove("submitting", "processing")).toBe(true);
  });

  test("proves nothing where the report is empty, names several, names another top-up or cannot be read", () => {
    expect(early([])).toBeUndefined();
    expect(early([row(), row({ transactionId: 78 })])).toBeUndefined();
    expect(early([row({ recipient: "2348031234568" })])).toBeUndefined();
    const context = decisionContext(GRANTED_AT_MS + 15_000);
    expect(afterEarlyLookup(claimed, { kind: "unreached", code: "X" }, context)).toBeUndefined();
    expect(afterEarlyLookup(claimed, { kind: "unreadable", code: "X" }, context)).toBeUndefined();
  });

  test("comes at 15 s and 1 minute after the claim, never before the send deadline and never after the lease", () => {
    const claim = { grantedAtMs: GRANTED_AT_MS, leaseUntilMs: GRANTED_AT_MS + 120_000 };
    const next = (afterMs: number, timings = DEFAULT_TIMINGS) =>
      nextEarlyLookupAtMs(claim, GRANTED_AT_MS + afterMs, timings) - GRANTED_AT_MS;
    expect([0, 15_000, 60_000, 119_999].map((afterMs) => next(afterMs))).toEqual([15_000, 60_000, 120_000, 120_000]);
    expect(earlyLookupFromMs(GRANTED_AT_MS, DEFAULT_TIMINGS)).toBe(GRANTED_AT_MS + 15_000);
    const short = { ...DEFAULT_TIMINGS, SCHEDULE_SCALE: 0.01 };
    expect(next(0, short)).toBe(short.SEND_DEADLINE_MS);
  });
});
