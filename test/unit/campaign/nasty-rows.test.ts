/** Every row of the fixture gets exactly its verdict, and what is sent is what the provider's API takes. */
import { PROBLEM_REPAIRS, REPAIRS } from "@surefill/campaign";
import { parseTopupRequest } from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { inWords, judgeNastyRows, NASTY_COLUMNS, NASTY_ROWS } from "../../support/nasty-rows.js";

const judgeAll = (rows: readonly (readonly string[])[]) => judgeNastyRows(NASTY_COLUMNS, rows);

describe("a row with", () => {
  const verdicts = judgeAll(NASTY_ROWS.map(({ cells }) => cells));

  test.each(NASTY_ROWS.map(({ what, verdict }, index) => ({ what, verdict, given: verdicts[index] })))(
    "$what gets its verdict",
    ({ verdict, given }) => {
      expect(given && inWords(given)).toEqual(verdict);
    },
  );

  test("any problem hears what to do, and no phone number is repeated", () => {
    for (const { judged } of verdicts) {
      if (judged.kind !== "rejected") continue;
      for (const { code, hint } of judged.rejected.problems) {
        expect(REPAIRS[PROBLEM_REPAIRS[code]]).toMatch(/\.$/);
        expect(hint.length).toBeGreaterThan(5);
        expect(hint).not.toMatch(/\d{7}/);
      }
    }
  });

  test("a verdict to be sent is a top-up that the API takes word for word", () => {
    for (const { judged } of verdicts) {
      if (judged.kind !== "planned") continue;
      const { recipient, countryCode, operatorId, amount, useLocalAmount, sender, metadata } = judged.planned;
      const request = {
        operatorId,
        amount,
        useLocalAmount,
        recipientPhone: { countryCode, number: recipient },
        ...(sender && { senderPhone: sender }),
        ...(metadata && { metadata }),
      };
      expect(parseTopupRequest(request)).toEqual({ ok: true, reference: undefined, request });
    }
  });
});

test("there are at least 60 nasty rows", () => {
  expect(NASTY_ROWS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(NASTY_ROWS.map(({ what }) => what)).size).toBe(NASTY_ROWS.length);
});
