import { describe, expect, test } from "vitest";
import type { SeenTransaction } from "../../../apps/producer/src/provider.js";
import { contradictionOf } from "../../../apps/producer/src/topups/verdict-evidence.js";
import { topupRecord } from "../../support/topup-record.js";

const record = topupRecord({ state: "review", attempt: 2 });
const recipient = record.request.recipientPhone?.number ?? "";

const seen = (changes: Partial<SeenTransaction> = {}): SeenTransaction => ({
  transactionId: 7,
  status: "SUCCESSFUL",
  customIdentifier: `${record.reference}~2`,
  operatorId: record.operatorId ?? 0,
  recipient,
  requestedAmount: record.request.amount,
  deliveredAmount: null,
  settlement: {},
  ...changes,
});

describe("succeeded", () => {
  const verdict = { verdict: "succeeded", transactionId: 7 } as const;

  test.each([
    ["everything fits", {}],
    ["it was the first attempt", { customIdentifier: record.reference }],
    ["the provider writes our identifier in capitals", { customIdentifier: record.reference.toUpperCase() }],
    ["the amount is written in another way", { requestedAmount: `${record.request.amount}.00000` }],
    ["the provider tells no identifier, but the recipient", { customIdentifier: null }],
    [
      "the provider tells no recipient, but the identifier",
      { recipient: null, requestedAmount: null, operatorId: null },
    ],
  ])("is borne out when %s", (_, changes) => {
    expect(contradictionOf(record, verdict, [seen(changes)])).toBeUndefined();
  });

  test.each([
    ["the provider knows no such transaction", undefined],
    ["it is still PROCESSING", { status: "PROCESSING" }],
    ["it is FAILED", { status: "FAILED" }],
    ["its status is a word that we do not know", { status: "REVERSED" }],
    ["it has another identifier", { customIdentifier: "other" }],
    ["it has the identifier of an attempt that was never made", { customIdentifier: `${record.reference}~3` }],
    ["it went to another number", { recipient: "254712345678" }],
    ["it has another amount", { requestedAmount: "999" }],
    ["it has another operator", { operatorId: 999_999 }],
    ["nothing tells whose it is", { customIdentifier: null, recipient: null }],
  ])("is contradicted when %s", (_, changes) => {
    expect(contradictionOf(record, verdict, changes === undefined ? [] : [seen(changes)])).toBeTypeOf("string");
  });
});

describe.each(["failed", "resubmit"] as const)("%s", (verdict) => {
  test("is borne out when the provider has nothing, or only FAILED and REFUNDED", () => {
    expect(contradictionOf(record, { verdict }, [])).toBeUndefined();
    expect(
      contradictionOf(record, { verdict }, [seen({ status: "FAILED" }), seen({ status: "REFUNDED" })]),
    ).toBeUndefined();
  });

  test("is contradicted by an id on record that the provider shows no more", () => {
    const known = { ...record, transactionId: 7, evidence: [{ attempt: 1, transactionId: 6 }] };
    const failed = [seen({ status: "FAILED" }), seen({ transactionId: 6, status: "FAILED" })];

    expect(contradictionOf(known, { verdict }, failed)).toBeUndefined();
    expect(contradictionOf(known, { verdict }, failed.slice(0, 1))).toContain("transaction 6");
    expect(contradictionOf(known, { verdict }, failed.slice(1))).toContain("transaction 7");
  });

  test("is contradicted by an identifier that the provider calls used and shows nothing of", () => {
    const used = { ...record, identifierUsed: true };
    const failed = (changes: Partial<SeenTransaction>) => [seen({ status: "FAILED", ...changes })];

    expect(contradictionOf(used, { verdict }, [])).toContain(`${record.reference}~2`);
    // What the first attempt came to says nothing of the second one.
    expect(contradictionOf(used, { verdict }, failed({ customIdentifier: record.reference }))).toContain("used");
    expect(contradictionOf(used, { verdict }, failed({}))).toBeUndefined();
    const capitals = failed({ customIdentifier: `${record.reference}~2`.toUpperCase() });
    expect(contradictionOf(used, { verdict }, capitals)).toBeUndefined();
    // The status of a transaction often comes without its identifier.
    const answered = { ...used, evidence: [{ attempt: 2, transactionId: 7 }] };
    expect(contradictionOf(answered, { verdict }, failed({ customIdentifier: null }))).toBeUndefined();
    // An id that the provider gave by mistake is of something else, and shows nothing of this one.
    expect(contradictionOf(answered, { verdict }, failed({ customIdentifier: "somebody-elses" }))).toContain("used");
    const former = { ...used, evidence: [{ attempt: 1, transactionId: 7 }] };
    expect(contradictionOf(former, { verdict }, failed({ customIdentifier: null }))).toContain("used");
  });

  test.each(["SUCCESSFUL", "PROCESSING", "A NEW WORD"])("is contradicted by one transaction that is %s", (status) => {
    expect(contradictionOf(record, { verdict }, [seen({ status: "FAILED" }), seen({ status })])).toContain(status);
  });
});

describe("refunded", () => {
  test("needs a REFUNDED transaction and no live one", () => {
    expect(contradictionOf(record, { verdict: "refunded" }, [seen({ status: "REFUNDED" })])).toBeUndefined();
    expect(contradictionOf(record, { verdict: "refunded" }, [seen({ status: "FAILED" })])).toBeTypeOf("string");
    expect(
      contradictionOf(record, { verdict: "refunded" }, [seen({ status: "REFUNDED" }), seen({ status: "SUCCESSFUL" })]),
    ).toBeTypeOf("string");
  });

  test("of the first attempt says nothing of a second one whose identifier is used and shows nothing", () => {
    const refunded = [seen({ status: "REFUNDED", customIdentifier: record.reference })];
    expect(contradictionOf({ ...record, identifierUsed: true }, { verdict: "refunded" }, refunded)).toContain("used");
  });
});
