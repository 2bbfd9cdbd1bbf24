/** Rows nobody thought of: whatever stands in them, each gets a verdict, and what is sent is always a whole top-up. */
import { checkOptionsSchema, createCatalogue, createJudge, createRowReader, unitsOf } from "@surefill/campaign";
import { parseTopupRequest } from "@surefill/topup";
import fc from "fast-check";
import { expect, test } from "vitest";
import { detectedOperator, NASTY_COLUMNS, NASTY_MAPPING, NASTY_OPERATORS } from "../../support/nasty-rows.js";

/** Texts that resemble numbers and amounts more than chance would. */
const numberish = fc
  .array(
    fc.constantFrom(..."0123456789", "+", "254", "07", "00", " ", "-", ".", ",", "(", "E+", "'", "=", '"', "٧", "/"),
    {
      maxLength: 16,
    },
  )
  .map((parts) => parts.join(""));
const cell = fc.oneof(
  numberish,
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("", "KE", "265", "true", "5"),
);

const options = checkOptionsSchema.parse({ defaultCountry: "KE", duplicates: "allow" });

function judgeOne(cells: readonly string[]) {
  const reader = createRowReader({ columns: NASTY_COLUMNS, mapping: NASTY_MAPPING, options, run: "any" });
  const judge = createJudge({
    catalogue: createCatalogue(NASTY_OPERATORS),
    accountCurrency: "USD",
    options,
    limits: { priceMarginPercent: 2 },
    seed: 5,
  });
  const read = reader(1, cells);
  return judge.judge(read, { detected: detectedOperator(read.phone?.countryCode ?? "") });
}

/** Ways to write one number that all mean it, and no other. */
const STYLES: readonly ((national: string) => string)[] = [
  (national) => `+254${national}`,
  (national) => `0${national}`,
  (national) => `254${national}`,
  (national) => `00254${national}`,
  (national) => `'0${national}`,
  (national) => `="+254${national}"`,
  (national) => ` +254 (${national.slice(0, 3)}) ${national.slice(3, 6)}-${national.slice(6)} `,
  (national) => `254${national}.0`,
  (national) => `0${national}`.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit))),
  (national) => `\u202d+254${national}\u202c`,
];

const subscribers = fc.integer({ min: 710_000_001, max: 729_999_999 }).filter((national) => national % 1_000_000 !== 0);
const numbers = fc.tuple(subscribers, fc.constantFrom(...STYLES)).map(([national, write]) => write(String(national)));
/** Half of them begin well, so that what follows matters. */
const rows = fc
  .tuple(fc.oneof(cell, numbers), fc.oneof(cell, fc.constant("5")), fc.array(cell, { maxLength: 9 }))
  .map(([phone, amount, rest]) => [phone, amount, ...rest]);

test("any row gets a verdict: a reason, or a top-up that the API takes as it is", () => {
  let planned = 0;
  fc.assert(
    fc.property(rows, (cells) => {
      const { judged } = judgeOne(cells);
      planned += judged.kind === "planned" ? 1 : 0;
      if (judged.kind === "rejected") {
        expect(judged.rejected.problems.length).toBeGreaterThan(0);
        return;
      }
      const { operatorId, amount, useLocalAmount, countryCode, recipient, sender, metadata, ...money } = judged.planned;
      const request = {
        operatorId,
        amount,
        useLocalAmount,
        recipientPhone: { countryCode, number: recipient },
        ...(sender && { senderPhone: sender }),
        ...(metadata && { metadata }),
      };
      expect(parseTopupRequest(request)).toEqual({ ok: true, reference: undefined, request });
      expect(money.reserveUnits).toBeGreaterThanOrEqual(money.costUnits);
    }),
    { numRuns: 1_500 },
  );
  expect(planned).toBeGreaterThan(10); // Some 70 of them are sent.
});

test("a number is the same recipient in every way of writing it", () => {
  const subscribers = fc
    .integer({ min: 710_000_001, max: 729_999_999 })
    .filter((national) => national % 1_000_000 !== 0);
  fc.assert(
    fc.property(subscribers, fc.constantFrom(...STYLES), (national, write) => {
      const { judged } = judgeOne([write(String(national)), "5"]);
      expect(judged).toMatchObject({ kind: "planned", planned: { recipient: `254${national}`, amount: "5" } });
    }),
    { numRuns: 500 },
  );
});

test("an amount is the same money however many zeros it is written with, and in either decimal mark", () => {
  const units = fc.integer({ min: 9_000, max: 8_000_000 });
  fc.assert(
    fc.property(units, fc.nat(6), (paid, zeros) => {
      const amount = `${Math.floor(paid / 100_000)}.${String(paid % 100_000).padStart(5, "0")}`;
      const { judged } = judgeOne(["+254711000001", `${amount}${"0".repeat(zeros)}`]);
      expect(judged.kind === "planned" && unitsOf(judged.planned.amount)).toBe(paid);
      const reader = createRowReader({
        columns: NASTY_COLUMNS,
        mapping: NASTY_MAPPING,
        options: { ...options, decimalMark: "," },
        run: "any",
      });
      expect(reader(1, ["+254711000001", amount.replace(".", ",")]).amountUnits).toBe(paid);
    }),
    { numRuns: 300 },
  );
});
