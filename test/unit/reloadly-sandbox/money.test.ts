import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decimal,
  formatDecimal,
  formatUnits,
  parseDecimal,
  priceOrder,
  toUnits,
} from "../../../packages/reloadly-sandbox/src/money.js";

test("units and their five decimals are the same money", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (units) => {
      expect(toUnits(decimal(formatUnits(units)))).toBe(units);
      expect(formatUnits(units)).toMatch(/^-?\d+\.\d{5}$/);
    }),
    { seed: 1 },
  );
});

test.each([
  ["505.00000000000", "505"],
  ["3.8E-5", "0.000038"],
  ["1e9", "1000000000"],
])("the amount %s is read exactly", (text, printed) => {
  const amount = parseDecimal(text);
  expect(amount === undefined ? undefined : formatDecimal(amount, 30)).toBe(printed);
});

test.each(["", " ", "1,5", "0x10", "Infinity", "NaN", "1e1000", "--1", "1.2.3", "٣"])("%j is no amount", (text) => {
  expect(parseDecimal(text)).toBeUndefined();
});

test("the debit is rounded half up to five decimals", () => {
  const pricing = { discountPercentage: decimal("0"), feePercentage: decimal("0"), flatFee: decimal("0") };
  expect(priceOrder(decimal("0.000005"), pricing).cost).toBe(1);
  expect(priceOrder(decimal("0.0000049"), pricing).cost).toBe(0);
  expect(priceOrder(decimal("100").div(decimal("505.43")), pricing).cost).toBe(19_785);
});
