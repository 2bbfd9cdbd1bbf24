// Money arrives as the text of a JSON number. These tests hold the text to the exact value, by counting in BigInt.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalSchema, plainDecimal, wholeNumberSchema } from "../../../packages/reloadly-client/src/decimal.js";
import { parseJson } from "../../../packages/reloadly-client/src/json.js";

const digits = (lengthMax: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: lengthMax }).map((list) => list.join(""));
const whole = digits(20).map((text) => text.replace(/^0+(?=\d)/, ""));
const decimalText = fc
  .tuple(fc.constantFrom("", "-"), whole, fc.option(digits(15), { nil: undefined }))
  .map(([sign, left, right]) => sign + left + (right === undefined ? "" : `.${right}`));

/** The value as a count of units of 10^-120, which every generated text is a whole number of. */
function exactValue(text: string): bigint {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [left = "", right = ""] = mantissa.split(".");
  return BigInt(left + right) * 10n ** BigInt(120 - right.length + Number(exponent));
}

describe("a decimal in an answer", () => {
  test("without an exponent is kept to the letter", () => {
    fc.assert(fc.property(decimalText, (text) => plainDecimal(text) === text));
  });

  test("with an exponent keeps its exact value and loses only the exponent", () => {
    fc.assert(
      fc.property(
        decimalText,
        fc.integer({ min: -100, max: 100 }),
        fc.constantFrom("e", "E"),
        (text, shift, letter) => {
          const plain = plainDecimal(`${text}${letter}${shift}`);
          expect(plain).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
          expect(exactValue(plain ?? "")).toBe(exactValue(`${text}e${shift}`));
        },
      ),
    );
  });

  test("survives the JSON parser with every digit", () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        expect(parseJson(Buffer.from(`{"amount":${text}}`))).toEqual({ amount: text });
      }),
    );
  });

  test.each([
    ["505.00000000000", "505.00000000000"],
    ["3.8E-5", "0.000038"],
    ["1e3", "1000"],
    ["-12.5e1", "-125"],
    ["0.00", "0.00"],
  ])("%s reads as %s", (text, expected) => {
    expect(decimalSchema.parse(text)).toBe(expected);
  });

  test.each(["", "abc", "1.", ".5", "1e", "1e999", "1e-999999", "NaN", "0x10", "1,000", " 1"])(
    "%j is refused",
    (text) => {
      expect(decimalSchema.safeParse(text).success).toBe(false);
    },
  );
});

describe("an id in an answer", () => {
  test("that a double holds exactly is read, any other is refused", () => {
    expect(wholeNumberSchema.parse("282571")).toBe(282_571);
    expect(wholeNumberSchema.parse(String(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER);
    for (const text of ["9007199254740992", "1.0", "-1", "1e3", "", "12a"]) {
      expect(wholeNumberSchema.safeParse(text).success).toBe(false);
    }
  });
});

describe("a body", () => {
  test.each([
    ["not JSON", "<html></html>"],
    ["empty", ""],
    ["cut off", '{"transactionId": 2825'],
    ["two ids under one key", '{"transactionId": 1, "transactionId": 2}'],
  ])("that is %s is no JSON", (_what, text) => {
    expect(parseJson(Buffer.from(text))).toBeUndefined();
  });

  test("that is not UTF-8 is no JSON", () => {
    expect(parseJson(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined();
  });
});
