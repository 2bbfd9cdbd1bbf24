import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJson } from "../../../apps/producer/src/http/read-json.js";

const read = (text: string) => readJson(Buffer.from(text));
const problemOf = (body: Buffer) => {
  try {
    readJson(body);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("numbers come out as they were written", () => {
  test.each(["1e9", "0.10", "505.00000000000", "1.00000000000000001", "-0", "12345678901234567890", "3.8E-5"])(
    "%s",
    (digits) => {
      expect(read(`{"amount":${digits}}`)).toEqual({ amount: digits });
    },
  );
});

test("everything but numbers reads as JSON.parse does", () => {
  const withoutNumbers = fc
    .jsonValue({ maxDepth: 4 })
    .map((value) =>
      JSON.parse(JSON.stringify(value), (_, inner: unknown) => (typeof inner === "number" ? String(inner) : inner)),
    );
  fc.assert(
    fc.property(withoutNumbers, (value) => {
      expect(read(JSON.stringify(value))).toEqual(value);
    }),
    { numRuns: 300 },
  );
});

test("__proto__ becomes an ordinary field that changes no prototype", () => {
  const value = read(`{"__proto__":{"reference":"x"}}`) as object;

  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

describe("what is not JSON is refused, with its place and without its content", () => {
  test.each([
    ["nothing", "", "The body is empty."],
    ["an open object", `{"a":"2348012345678`, "The body is not JSON at line 1, column 20."],
    ["a number with a leading zero", `{"a":0123}`, "The body is not JSON at line 1, column 7."],
    ["NaN", `{"a":NaN}`, "The body is not JSON at line 1, column 6."],
    ["a text after the end", `{}\n{}`, "The body is not JSON at line 2, column 1."],
    [
      "two values for one key",
      `{"2348012345678":1,\n"2348012345678":2}`,
      "The body has the same key twice in one object at line 2, column 2.",
    ],
    ["11 levels", `${"[".repeat(11)}`, "The body is nested deeper than 10 levels at line 1, column 11."],
  ])("%s", (_, text, detail) => {
    expect(problemOf(Buffer.from(text))).toMatchObject({ code: "malformed_json", details: { detail } });
  });

  test("bytes that are not UTF-8", () => {
    expect(problemOf(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ details: { detail: "The body is not UTF-8." } });
  });
});

test("ten levels are read, and brackets inside texts are not counted", () => {
  expect(read(`${"[".repeat(10)}${"]".repeat(10)}`)).toBeInstanceOf(Array);
  expect(read(JSON.stringify({ text: `\\"${"[".repeat(50)}` }))).toEqual({ text: `\\"${"[".repeat(50)}` });
});
