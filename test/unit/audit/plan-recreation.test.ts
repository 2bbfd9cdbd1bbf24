/** What a rebuild does about one top-up, for what the ledger still has of it and what is known elsewhere. */
import { type KnownElsewhere, type ProviderTransaction, planRecreation } from "@surefill/audit";
import { customIdentifierOf, type TopupRecord } from "@surefill/topup";
import type { Decision, Intent } from "@surefill/topup-store";
import { describe, expect, test } from "vitest";
import { topupRecord } from "../../support/topup-record.js";

const NOW_MS = 1_800_000_000_000;
const REFERENCE = "r-1";

function intent(changes: Partial<Intent> = {}): Intent {
  const attempt = changes.attempt ?? 1;
  return {
    kind: "intent",
    epoch: "e",
    sequence: 1,
    atMs: NOW_MS - 60_000,
    reference: REFERENCE,
    attempt,
    customIdentifier: customIdentifierOf(REFERENCE, attempt),
    fence: 1,
    acceptedAtMs: NOW_MS - 90_000,
    operatorId: 341,
    request: { operator: "341", operatorId: "341", amount: "5", country: "NG", phone: "2348031234567" },
    ...changes,
  };
}

function row(attempt: number, changes: Partial<ProviderTransaction> = {}): ProviderTransaction {
  return {
    transactionId: 70 + attempt,
    status: "SUCCESSFUL",
    customIdentifier: customIdentifierOf(REFERENCE, attempt),
    operatorId: 341,
    recipient: "2348031234567",
    requestedAmount: "5",
    requestedCurrency: "USD",
    deliveredAmount: "2200",
    countryCode: "NG",
    cost: "5",
    costCurrency: "USD",
    atMs: NOW_MS - 50_000,
    ...changes,
  };
}

const record = (changes: Partial<TopupRecord>): TopupRecord => topupRecord({ reference: REFERENCE, ...changes });
const plan = (left: TopupRecord | undefined, known: Partial<KnownElsewhere>) =>
  planRecreation(left, { reference: REFERENCE, transactions: [], ...known }, NOW_MS);

describe("a top-up that the ledger does not know", () => {
  test("is unknown when only its claim is known, as of that claim, and with all that was asked for", () => {
    const known = intent({ fence: 3 });
    expect(plan(undefined, { intent: known })).toEqual({
      recreation: {
        reference: REFERENCE,
        state: "unknown",
        attempt: 1,
        fence: 3,
        grantedAtMs: known.atMs,
        acceptedAtMs: known.acceptedAtMs,
        operatorId: 341,
        request: known.request,
        content: "known",
        needsConfirmation: true,
      },
      evidence: [],
      isUnreadable: false,
    });
  });

  test.each(["SUCCESSFUL", "PROCESSING", "REFUNDED", "FAILED", "A NEW WORD"])(
    "is processing with its transaction when the provider has it as %s",
    (status) => {
      const { recreation, evidence } = plan(undefined, { intent: intent(), transactions: [row(1, { status })] });
      expect(recreation).toMatchObject({ state: "processing", transactionId: 71, attempt: 1, content: "known" });
      // A FAILED one may be sent again, as the next attempt.
      expect(recreation?.needsConfirmation).toBe(status === "FAILED");
      expect(evidence).toEqual([]);
    },
  );

  test("is made from the report alone where no journal tells of it, and then any content is taken for it", () => {
    expect(plan(undefined, { transactions: [row(2)] }).recreation).toEqual({
      reference: REFERENCE,
      state: "processing",
      transactionId: 72,
      attempt: 2,
      fence: 2,
      grantedAtMs: NOW_MS - 50_000,
      acceptedAtMs: NOW_MS - 50_000,
      operatorId: 341,
      request: { operator: "341", operatorId: "341", amount: "5", country: "NG", phone: "2348031234567" },
      content: "any",
      needsConfirmation: false,
    });
  });

  test("was asked for in the operator's currency when the report says so", () => {
    const local = row(1, { requestedCurrency: "NGN", requestedAmount: "2200" });
    expect(plan(undefined, { transactions: [local] }).recreation?.request).toMatchObject({
      amount: "2200",
      local: "1",
    });
  });

  test("is left out when all that is known is that it FAILED: nothing was paid, and its sender knows what it wants", () => {
    const failed = plan(undefined, { transactions: [row(1, { status: "FAILED" })] });
    expect(failed).toEqual({ evidence: [], isUnreadable: false });
  });

  test.each(["operatorId", "recipient", "requestedAmount"] as const)(
    "is told when the report lacks its %s",
    (field) => {
      const poor = plan(undefined, { transactions: [row(1, { [field]: null })] });
      expect(poor).toMatchObject({ isUnreadable: true });
      expect(poor).not.toHaveProperty("recreation");
    },
  );

  test("is looked up when the provider shows two transactions for one attempt, and both are kept", () => {
    const twice = plan(undefined, { intent: intent(), transactions: [row(1), row(1, { transactionId: 99 })] });
    expect(twice.recreation).toMatchObject({ state: "unknown" });
    expect(twice.evidence.map(({ transactionId }) => transactionId)).toEqual([71, 99]);
  });

  test("is at its latest attempt, and an earlier one that may be paid contradicts it", () => {
    const both = plan(undefined, { intent: intent({ attempt: 2, fence: 4 }), transactions: [row(1), row(2)] });
    expect(both.recreation).toMatchObject({ attempt: 2, fence: 4, transactionId: 72 });
    expect(both.evidence).toEqual([{ attempt: 1, transactionId: 71 }]);
  });

  test("is at the attempt of the report when that is later than the journal's", () => {
    const later = plan(undefined, {
      intent: intent({ fence: 2 }),
      transactions: [row(1, { status: "FAILED" }), row(2)],
    });
    expect(later.recreation).toMatchObject({ attempt: 2, fence: 3, transactionId: 72, content: "known" });
    expect(later.evidence).toEqual([]);
  });
});

describe("a claim of which nothing came, for certain", () => {
  const voided = { intent: intent({ attempt: 2, fence: 4 }), isVoid: true };

  test("makes nothing anew: whoever still wants it sends it again, and what was withdrawn since stays so", () => {
    expect(plan(undefined, voided)).toEqual({ evidence: [], isUnreadable: false });
    const earlier = [row(1, { status: "FAILED" })];
    expect(plan(undefined, { ...voided, transactions: earlier })).toEqual({ evidence: [], isUnreadable: false });
  });

  test.each(["queued", "held", "cancelled"] as const)("leaves a top-up as the ledger has it: %s", (state) => {
    const left = record({ state, attempt: 2, fence: 3 });
    expect(plan(left, voided)).toEqual({ evidence: [], isUnreadable: false });
  });

  test("does not hide what the provider has", () => {
    const { recreation } = plan(undefined, { ...voided, transactions: [row(1)] });
    expect(recreation).toMatchObject({ attempt: 1, transactionId: 71, fence: 5, content: "known" });
  });
});

describe("a top-up of which the ledger has an older state", () => {
  test.each([
    ["queued", {}],
    ["held", { holdReason: "gate:account" }],
    ["submitting", {}],
    ["unknown", {}],
    ["review", {}],
  ] as const)("is brought from %s to the claim that was written down since", (state, changes) => {
    const left = record({ state, fence: 1, version: 7, ...changes });
    const { recreation } = plan(left, { intent: intent({ fence: 2 }) });
    expect(recreation).toMatchObject({ ifVersion: 7, state: "unknown", fence: 2, grantedAtMs: NOW_MS - 60_000 });
  });

  test("is brought to the next attempt, and keeps polling nothing that is over", () => {
    const left = record({ state: "processing", attempt: 1, fence: 1, transactionId: 71 });
    const { recreation } = plan(left, { intent: intent({ attempt: 2, fence: 2 }), transactions: [row(2)] });
    expect(recreation).toMatchObject({ attempt: 2, fence: 2, state: "processing", transactionId: 72 });
  });

  test("is not sent again when the provider has it already", () => {
    const left = record({ state: "queued", attempt: 1, fence: 0 });
    const { recreation } = plan(left, { transactions: [row(1)] });
    expect(recreation).toMatchObject({ state: "processing", transactionId: 71, fence: 1, content: "known" });
  });
});

describe("a top-up that the ledger knows as well or better", () => {
  test.each([
    ["submitting", { fence: 1 }],
    ["unknown", { fence: 1 }],
    ["processing", { fence: 1, transactionId: 71 }],
    ["held", { fence: 1, holdReason: "failed", transactionId: 71 }],
    ["queued", { fence: 2 }],
    ["succeeded", { fence: 1, transactionId: 71 }],
  ] as const)("stays %s", (state, changes) => {
    const left = record({ state, ...changes });
    expect(plan(left, { intent: intent() })).toEqual({ evidence: [], isUnreadable: false });
  });

  test("keeps what is polled, though a later claim of that attempt was written down", () => {
    const left = record({ state: "processing", fence: 1, transactionId: 71 });
    expect(plan(left, { intent: intent({ fence: 2 }) })).not.toHaveProperty("recreation");
  });

  test.each(["failed", "rejected", "cancelled", "succeeded", "refunded"] as const)(
    "stays %s for ever, and a transaction that it does not tell of contradicts it",
    (state) => {
      const known = { intent: intent({ attempt: 2, fence: 9 }), transactions: [row(2)] };
      expect(plan(record({ state, fence: 1 }), known)).toEqual({
        evidence: [{ attempt: 2, transactionId: 72 }],
        isUnreadable: false,
      });
    },
  );

  test("is contradicted by nothing that cost nothing", () => {
    const left = record({ state: "failed", fence: 1 });
    const over = [row(1, { status: "FAILED" }), row(2, { status: "REFUNDED" })];
    expect(plan(left, { transactions: over })).toEqual({ evidence: [], isUnreadable: false });
  });
});

describe("a top-up that a person has ended", () => {
  const decision = (changes: Partial<Decision> = {}): Decision => ({
    kind: "decision",
    epoch: "e",
    sequence: 2,
    atMs: NOW_MS - 30_000,
    id: "d-1",
    reference: REFERENCE,
    attempt: 1,
    fence: 1,
    acceptedAtMs: NOW_MS - 90_000,
    request: intent().request,
    decided: "failed",
    forced: false,
    ...changes,
  });

  test("is ended again, also where an older copy has it open, and is never looked up or sent", () => {
    const known = { intent: intent(), decision: decision() };
    expect(plan(undefined, known)).toEqual({ ended: { decision: decision() }, evidence: [], isUnreadable: false });
    const older = record({ state: "review", attempt: 1, fence: 1, version: 7 });
    expect(plan(older, known)).toMatchObject({ ended: { ifVersion: 7 } });
    expect(plan(undefined, { decision: decision({ decided: "cancelled", fence: 0 }) }).ended).toBeDefined();
  });

  test("keeps as evidence what the report shows as paid beside the decision", () => {
    const known = { intent: intent(), decision: decision(), transactions: [row(1)] };
    expect(plan(undefined, known)).toMatchObject({
      ended: {},
      evidence: [{ attempt: 1, transactionId: 71 }],
    });
    const adopted = decision({ decided: "succeeded", transactionId: 71 });
    expect(plan(undefined, { ...known, decision: adopted }).evidence).toEqual([]);
  });

  test.each([
    ["it was claimed since", undefined, { intent: intent({ fence: 2 }), decision: decision() }],
    ["it was to be sent again after all", undefined, { intent: intent(), decision: decision({ decided: "open" }) }],
    ["the ledger has a later claim", record({ state: "unknown", fence: 2 }), { decision: decision() }],
    ["the ledger has its end", record({ state: "succeeded", fence: 1 }), { decision: decision() }],
  ])("is judged as any other where %s", (_, left, known) => {
    expect(plan(left, known).ended).toBeUndefined();
  });
});
