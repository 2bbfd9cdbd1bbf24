/** What a result file may hold: names that cannot be mistaken for one another, and no cell that a spreadsheet runs. */
import {
  columnsWithOurs,
  columnsWithoutOurs,
  REJECT_COLUMNS,
  RESULT_COLUMNS,
  resultColumns,
  resultColumnsIn,
  spreadsheetSafe,
  withoutGuards,
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
        fc.array(fc.constantFrom(REJECT_COLUMNS, RESULT_COLUMNS, resultColumns({ pins: false })), { maxLength: 3 }),
        (some, rounds) => {
          const input = ["number", ...some, "note"];
          const columns = rounds.reduce<string[]>((sofar, ours) => columnsWithOurs(sofar, ours), input);
          expect(columnsWithoutOurs(columns).columns).toEqual(input);
        },
      ),
    );
  });

  test("tells where it has its latest references, if rows of it may have been sent", () => {
    const back = (...rounds: (readonly string[])[]) => columnsWithoutOurs(rounds.reduce(columnsWithOurs, ["number"]));
    expect(back(REJECT_COLUMNS)).toEqual({ columns: ["number"] });
    expect(back(RESULT_COLUMNS, REJECT_COLUMNS)).toEqual({ columns: ["number"], references: "reference" });
    expect(back(RESULT_COLUMNS, RESULT_COLUMNS)).toMatchObject({ references: "surefill_reference" });
  });

  test("is known with the columns of PINs and without them, by which of ours it has", () => {
    for (const pins of [true, false]) {
      const ours = resultColumns({ pins });
      const columns = columnsWithOurs(["number", "state"], ours);
      expect(resultColumnsIn(columns)).toEqual(ours);
      expect(columnsWithoutOurs(columns)).toEqual({ columns: ["number", "state"], references: "reference" });
    }
    expect(resultColumns({ pins: false })).not.toContain("pinCode");
    expect(resultColumnsIn(["number", "amount"])).toBeUndefined();
  });

  test.each([
    [["phone", "problem"]],
    [["phone", "hint", "problem"]],
    [["phone", "problem", "hint", "amount"]],
    [["phone", "state", "reason", "reference"]],
    [["problem", "hint"]],
  ])("is not what a person has made, of some of the names: %j", (columns) => {
    expect(columnsWithoutOurs(columns)).toEqual({ columns });
  });
});

/** Cells of what formulas, guards and the ends of cells are made of. */
const texts = fc.string({
  unit: fc.constantFrom(..."=+-@;,|\t\r\n\"'＝＠﹣12.a (\u00A0\uFEFF\u200B\v"),
  maxLength: 12,
});
/** What a spreadsheet runs: a sign that begins a formula, behind what it drops. */
const RUN = /^[\s"\u200B\uFEFF]*[=+\-@＝＠﹣]/;
const NUMBER_ALONE = /^[\s\u200B\uFEFF]*[+-]?\d+(\.\d+)?[\s\u200B\uFEFF]*$/;

describe("a cell of a result file", () => {
  test.each([
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\t1",
    "\r1",
    "\n1",
    "\r\n1",
    "＝1+1",
    "+234-803-123-4567",
    "+234 803 123 4567 =1",
    "+234 +1",
    "+",
    " =1",
    "\u00A0-2+3",
    "\uFEFF=1",
    "\u200B@SUM(A1)",
    "\u3000+1+1",
    "\v=1",
    "\0=1",
    "\u202E=1",
    '"=1+1"',
    ' " =1',
    "\uFF0B1+1",
    "\uFF0D2+3",
    "\uFF20SUM(A1)",
    "\uFE661+1",
    '=DDE("cmd";"/C calc";"x")',
    "-cmd|' /C calc'!A0",
  ])("cannot be run as a formula: %j", (cell) => {
    expect(spreadsheetSafe(cell)).toBe(`'${cell}`);
  });

  test.each([
    "+2348031234567",
    "+234 803 123 4567",
    "+234.803.123.4567",
    "-12.5",
    "-12,5",
    "5",
    "08031234567",
    "'+2348031234567",
    " -12.5 ",
    "a=b",
    "",
    "it's",
    "😀",
    "a\r\n\r\nb",
    "x; y",
    "1 | 2",
    "a; -5",
  ])("stays as it is where it computes nothing: %j", (cell) => {
    expect(spreadsheetSafe(cell)).toBe(cell);
  });

  test.each([
    ["Anna;=cmd|' /C calc'!A0", "Anna;'=cmd|' /C calc'!A0"],
    ["Anna;=cmd|' /C calc'!A0;", "Anna;'=cmd|' /C calc'!A0;"],
    ["x; -y", "x;' -y"],
    ["a|\uFEFF=1", "a|'\uFEFF=1"],
    ["\r\n-2\n", "'\r\n'-2\n"],
    ["a\r\n-5\nb", "a\r\n'-5\nb"],
    ["x\n=1;", "x\n'=1;"],
    ["x\r\n@SUM(A1:A9)", "x\r\n'@SUM(A1:A9)"],
    ["x\ry\r+1+1", "x\ry\r'+1+1"],
    ["a|-2+3|b", "a|'-2+3|b"],
    ["a\t＝1", "a\t'＝1"],
    ["a;\tb;\rc", "a;'\tb;'\rc"],
    ['a;"=1+1;', "a;'\"=1+1;"],
    ["\t=1", "'\t'=1"],
    ["=1;=1", "'=1;'=1"],
    ["+2348031234567;=1", "'+2348031234567;'=1"],
    ["+5\n*WEBSERVICE(B3)", "'+5\n*WEBSERVICE(B3)"],
    ["a;+5|*B3", "a;'+5|*B3"],
    ["a\n-5;b", "a\n'-5;b"],
  ])("cannot be run as a formula from where another program begins a cell: %j", (cell, safe) => {
    expect(spreadsheetSafe(cell)).toBe(safe);
  });

  test.each(["Anna;+2348031234567;-12.5;5", "call\n+254711000001\n+254711000002", "a\r\n-5\r\nb", "a|-5|b", "7\t-3"])(
    "keeps its numbers legible, however they are parted: %j",
    (cell) => {
      expect(spreadsheetSafe(cell)).toBe(cell);
    },
  );

  test("never begins with what a spreadsheet runs, whatever it held, and loses nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (cell) => {
        const safe = spreadsheetSafe(cell);
        expect(safe.replaceAll("'", "")).toBe(cell.replaceAll("'", ""));
        expect(/^[=@\t\r\n]/.test(safe)).toBe(false);
        expect(withoutGuards(safe)).toBe(cell);
      }),
    );
  });

  test("never has what a spreadsheet runs where a program could begin a cell, whatever that parts cells at", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(";", "|", "\t", "\r\n", "\n", "\r"), (cell, separator) => {
        const [, ...parts] = spreadsheetSafe(cell).split(separator);
        for (const part of parts) {
          if (!NUMBER_ALONE.test(part)) expect(part).not.toMatch(RUN);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test("is read back as it was, whatever it held and whatever parts the cells of the file", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(",", ";", "\t", "|"), (cell, delimiter) => {
        const once = spreadsheetSafe(cell, delimiter);
        expect(withoutGuards(once, delimiter)).toBe(cell);
        expect(withoutGuards(withoutGuards(spreadsheetSafe(once, delimiter), delimiter), delimiter)).toBe(cell);
      }),
      { numRuns: 5_000 },
    );
  });
});
