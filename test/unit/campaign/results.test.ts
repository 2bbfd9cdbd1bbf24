/** What a result file may hold: names that cannot be mistaken for one another, and no cell that a spreadsheet runs. */
import {
  columnsWithOurs,
  columnsWithoutOurs,
  REJECT_COLUMNS,
  RESULT_COLUMNS,
  spreadsheetSafe,
} from "@surefill/campaign";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("the columns of a result file", () => {
  test("are the input's, then ours", () => {
    expect(columnsWithOurs(["phone", "amount"], ["problem", "hint"])).toEqual(["phone", "amount", "problem", "hint"]);
  });

  test("are each other's even where the input uses our names, and ours stay the last", () => {
    expect(columnsWithOurs(["state", "surefill_state", "reason"], ["state", "reason"])).toEqual([
      "state",
      "surefill_state",
      "reason",
      "surefill_surefill_state",
      "surefill_reason",
    ]);
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...RESULT_COLUMNS, "surefill_state", "phone")), (input) => {
        const columns = columnsWithOurs(input, RESULT_COLUMNS);
        expect(new Set(columns).size).toBe(input.length + RESULT_COLUMNS.length);
      }),
    );
  });
});

describe("a file of ours that comes back", () => {
  const names = fc.constantFrom(
    ...RESULT_COLUMNS,
    ...REJECT_COLUMNS,
    "surefill_state",
    "surefill_hint",
    "phone",
    "amount",
  );

  test("is known by the columns that it had before it was one, however often it went round", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(names, { maxLength: 6 }),
        fc.array(fc.constantFrom(REJECT_COLUMNS, RESULT_COLUMNS), { maxLength: 3 }),
        (some, rounds) => {
          const input = ["number", ...some, "note"];
          const columns = rounds.reduce<string[]>((sofar, ours) => columnsWithOurs(sofar, ours), input);
          expect(columnsWithoutOurs(columns)).toEqual(input);
        },
      ),
    );
  });

  test.each([
    [["phone", "problem"]],
    [["phone", "hint", "problem"]],
    [["phone", "problem", "hint", "amount"]],
    [["phone", "state", "reason", "reference"]],
    [["problem", "hint"]],
  ])("is not what a person has made, of some of the names: %j", (columns) => {
    expect(columnsWithoutOurs(columns)).toEqual(columns);
  });
});

describe("a cell of a result file", () => {
  test.each([
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "+234 803 123 4567",
    "+",
  ])("cannot be run as a formula: %j", (cell) => {
    expect(spreadsheetSafe(cell)).toBe(`'${cell}`);
  });

  test.each(["+2348031234567", "-12.5", "5", "08031234567", "'=1", "a=b", "", " =1", "😀"])(
    "stays as it is where it computes nothing: %j",
    (cell) => {
      expect(spreadsheetSafe(cell)).toBe(cell);
    },
  );

  test("never begins with what a spreadsheet runs, whatever it held, and loses nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (cell) => {
        const safe = spreadsheetSafe(cell);
        expect(safe.replace(/^'/, "")).toBe(cell.replace(/^'/, ""));
        expect(/^[=@\t\r\n]/.test(safe)).toBe(false);
      }),
    );
  });
});
