/** Amounts: what is taken from callers, and exact arithmetic on what the provider says. */
import { amountSchema, compareDecimals } from "@surefill/topup";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("an amount from a caller", () => {
  test.each([
    ["5", "5"],
    [5, "5"],
    ["5.50", "5.5"],
    ["5.00000", "5"],
    [5.5, "5.5"],
    ["0.1", "0.1"],
    [0.00001, "0.00001"],
    ["0.00001", "0.00001"],
    ["999999999.99999", "999999999.99999"],
    ["100", "100"],
    ["1000.10", "1000.1"],
  ])("%j is %j", (amount, text) => {
    expect(amountSchema.parse(amount)).toBe(text);
  });

  test.each([
    "1e9",
    "1E2",
    "-1",
    "0",
    "0.0",
    "0.00000",
    "0.0000001",
    "0.000001",
    "1.1234567",
    "00",
    "05",
    "+5",
    " 5",
    "5 ",
    "5\n",
    "",
    ".5",
    "5.",
    "1,000",
    "1.000,5",
    "5 USD",
    "$5",
    "٥",
    "５",
    "²",
    "0x10",
    "1_000",
    "NaN",
    "Infinity",
    "1000000000",
    "9".repeat(100_000),
    1e9,
    1e21,
    1e-7,
    -1,
    0,
    -0,
    0.000001,
    0.1 + 0.2,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    null,
    undefined,
    [],
    ["5"],
    {},
  ])("%j is refused", (amount) => {
    const { success, error } = amountSchema.safeParse(amount);
    expect(success).toBe(false);
    expect(error?.issues).toHaveLength(1);
    expect(error?.issues[0]?.message).toMatch(/^must be /);
  });

  test("comes out as one text for one value, whatever zeros it was written with", () => {
    const plain = fc.tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 1, max: 99_999 }));
    fc.assert(
      fc.property(plain, ([whole, fraction]) => {
        const text = `${whole}.${String(fraction).padStart(5, "0")}`;
        const shortest = amountSchema.parse(text);
        expect(compareDecimals(shortest, text)).toBe(0);
        expect(amountSchema.parse(shortest)).toBe(shortest);
        expect(shortest).not.toMatch(/0$/);
      }),
    );
  });
});

/** A decimal with its value in units of 10^-30, by our own reading. */
const decimal = fc
  .record({
    negative: fc.boolean(),
    whole: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    fraction: fc.stringMatching(/^[0-9]{0,11}$/),
    exponent: fc.integer({ min: -12, max: 12 }),
    zeros: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ negative, whole, fraction, exponent, zeros }) => {
    const sign = negative ? "-" : "";
    const written = `${sign}${"0".repeat(zeros)}${whole}${fraction === "" ? "" : `.${fraction}`}`;
    const units = BigInt(`${whole}${fraction}`) * 10n ** BigInt(30 - fraction.length + exponent);
    return { text: exponent === 0 ? written : `${written}E${exponent}`, units: negative ? -units : units };
  });

describe("exact decimals", () => {
  test.each([
    ["3.8E-5", "0.000038", 0],
    ["505.00000000000", "505", 0],
    ["0.1", "0.10", 0],
    ["-0", "0", 0],
    ["1e3", "1000", 0],
    ["0.30000000000000004", "0.3", 1],
    ["9007199254740993", "9007199254740992", 1],
    ["-1", "1", -1],
    ["9", "10", -1],
  ])("%s against %s is %i", (left, right, order) => {
    expect(compareDecimals(left, right)).toBe(order);
    expect(compareDecimals(right, left)).toBe(order === 0 ? 0 : -order);
  });

  test("compare by value and never by text", () => {
    fc.assert(
      fc.property(decimal, decimal, (left, right) => {
        const order = left.units === right.units ? 0 : left.units < right.units ? -1 : 1;
        expect(compareDecimals(left.text, right.text)).toBe(order);
      }),
    );
  });

  test.each(["", " 1", "1 ", "+1", ".5", "5.", "1,0", "NaN", "0x1", "1e", "--1", "٥", "1e1.5"])(
    "%j is no decimal",
    (text) => {
      expect(() => compareDecimals(text, "1")).toThrow(SyntaxError);
    },
  );

  test("an exponent that would fill the memory is refused at once", () => {
    for (const text of ["1e999999999", "1e-999999999", "1e31"]) {
      expect(() => compareDecimals(text, "1"), text).toThrow(RangeError);
    }
  });
});
