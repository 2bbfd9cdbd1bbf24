/** What a person is told of a top-up that its own transactions contradict. */
import { contradictedMove, endMove } from "@surefill/topup";
import { expect, test } from "vitest";
import { topupRecord } from "../../support/topup-record.js";

const evidence = (...seen: [attempt: number, transactionId: number][]) => ({
  evidence: seen.map(([attempt, transactionId]) => ({ attempt, transactionId })),
});

test.each([
  ["a second transaction beside the one that is polled", { transactionId: 7, ...evidence([1, 8]) }],
  ["two transactions, none of them taken over", evidence([1, 7], [1, 8])],
])("Several transactions of the current attempt are told as such: %s", (_, changes) => {
  expect(contradictedMove(topupRecord(changes))).toMatchObject({
    to: "review",
    because: "several-transaction-ids",
    patch: { code: "SEVERAL_TRANSACTION_IDS" },
    event: "topup.review",
  });
});

test.each([
  ["before anything came of the current one", evidence([1, 7])],
  ["while the current one has a transaction, which is known twice", { transactionId: 8, ...evidence([1, 7], [2, 8]) }],
])("A transaction of an earlier attempt is told as such, %s", (_, changes) => {
  expect(contradictedMove(topupRecord({ attempt: 2, ...changes }))).toMatchObject({
    to: "review",
    because: "earlier-attempt-may-be-paid",
  });
});

test("An answer that nobody took, and a refusal after it, are told with the refusal's code", () => {
  const refused = endMove("rejected", "refused", { code: "INVALID_RECIPIENT_PHONE" });
  expect(contradictedMove(topupRecord(evidence([1, 7])), refused)).toMatchObject({
    to: "review",
    because: "accepted-by-provider",
    patch: { code: "INVALID_RECIPIENT_PHONE" },
  });
});

test("The transaction that the refused move brought is kept, and counts among those of the attempt", () => {
  const refunded = endMove("refunded", "found-in-report", { transactionId: 8 });
  const brought = { to: "review", patch: { transactionId: 8 } };
  const [several, earlier] = [evidence([2, 7]), evidence([1, 7])].map((seen) =>
    contradictedMove(topupRecord({ attempt: 2, ...seen }), refunded),
  );
  expect(several).toMatchObject({ ...brought, because: "several-transaction-ids" });
  expect(earlier).toMatchObject({ ...brought, because: "earlier-attempt-may-be-paid" });
});
